"""Global keys on Windows and macOS by pynput: it sees every key and swallows none."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Mapping
from typing import Any

from diktate.errors import HotkeyError
from diktate.hotkeys.backend import Down, Emit, Unusable, Up
from diktate.hotkeys.bindings import Bindings, read, read_cancel
from diktate.hotkeys.keys import MODIFIERS, show
from diktate.hotkeys.tracker import Tracker
from diktate.words import N_

log = logging.getLogger(__name__)

_NAMES = {
    "esc": "escape",
    "page_up": "page up",
    "page_down": "page down",
    "print_screen": "print",
    "scroll_lock": "scroll lock",
    "alt_gr": "right alt",
    **{source: f"left {modifier}" for modifier in MODIFIERS for source in (modifier, f"{modifier}_l")},
    **{f"{modifier}_r": f"right {modifier}" for modifier in MODIFIERS},
    "cmd": "left super",
    "cmd_l": "left super",
    "cmd_r": "right super",
}
_SIGNS = {"+": "plus", "-": "minus", " ": "space"}


def key_name(name: str | None, char: str | None, code: int | None, platform: str) -> str | None:
    """Say in the words of `keys` what pynput calls a `Key` by name or a `KeyCode` by character and code.

    With Ctrl held Windows gives a control character or nothing; its key code of a letter or digit is that of ASCII.
    """
    if name is not None:
        return _NAMES.get(name, name)
    if platform == "win32" and code is not None and chr(code).isascii() and chr(code).isalnum():
        # 0x60 and above are the keypad and F keys there, not small letters.
        return chr(code).lower() if code < 0x60 else None  # noqa: PLR2004 - said above
    if char is not None and len(char) == 1 and char.isprintable():
        return _SIGNS.get(char, char.lower())
    return None


class PynputKeys:
    """pynput calls from its own thread; a lock keeps `rebind` and the others out of a key's way."""

    name = "pynput"

    def __init__(self, platform: str) -> None:
        self._platform = platform
        self._tracker = Tracker()
        self._lock = threading.RLock()
        self._emit: Emit = lambda _: None
        self._bindings = Bindings()
        self._listener: Any = None
        self._stopped = threading.Event()

    def start(self, bindings: Mapping[str, tuple[str, ...]], emit: Emit) -> None:
        """Import pynput and listen; both on a thread of their own, as the import alone takes up to a second."""
        self._emit = emit
        self.rebind(bindings)
        threading.Thread(target=self._run, name="hotkeys", daemon=True).start()

    def rebind(self, bindings: Mapping[str, tuple[str, ...]]) -> None:
        """Watch these instead."""
        with self._lock:
            self._bindings = read(bindings)
            self._tracker.bind(self._bindings.actions)
        self._say(self._bindings.unusable)

    def watch_cancel(self, keys: tuple[str, ...]) -> None:
        """Report these too; the focused window gets them all the same."""
        with self._lock:
            self._tracker.watch_cancel(read_cancel(keys).actions.keys())

    def stop(self) -> None:
        """End the listener."""
        self._stopped.set()
        with self._lock:
            if self._listener is not None:
                self._listener.stop()

    def _run(self) -> None:
        try:
            from pynput import keyboard

            with self._lock:
                if self._stopped.is_set():
                    return
                listener = self._listener = keyboard.Listener(on_press=self._on_press, on_release=self._on_release)
                listener.start()
            listener.join()  # raises what went wrong on its thread
        except Exception as error:  # noqa: BLE001 - the thread's edge: pynput raises what the system gives
            log.warning("no hotkeys: %s", type(error).__name__)
            self._lost()

    def _on_press(self, key: Any) -> None:
        name = self._name(key)
        if name is None:
            return
        with self._lock:
            self._say(self._tracker.press(name, time.monotonic()))

    def _on_release(self, key: Any) -> None:
        name = self._name(key)
        if name is None:
            return
        with self._lock:
            self._say(self._tracker.release(name, time.monotonic()))

    def _name(self, key: Any) -> str | None:
        return key_name(
            getattr(key, "name", None), getattr(key, "char", None), getattr(key, "vk", None), self._platform
        )

    def _say(self, events: Iterable[Down | Up | Unusable]) -> None:
        for event in events:
            if not self._stopped.is_set():
                self._emit(event)

    def _lost(self) -> None:
        with self._lock:
            self._say(self._tracker.let_go(time.monotonic()))
        error = HotkeyError(
            N_("The keys can't be watched on this computer."),
            N_("Allow it in the system's privacy settings if it asks, then start diktate again."),
        )
        actions = self._bindings.actions.items()
        self._say(Unusable(action, show(combination), error) for combination, action in actions)
