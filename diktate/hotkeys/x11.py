"""Global keys on X11, by grabs: the key is ours alone, and a key that another program has is found out at once."""

from __future__ import annotations

import contextlib
import logging
import select
import socket
import threading
from collections.abc import Callable, Mapping
from functools import partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, TypeAlias

from diktate.errors import HotkeyError
from diktate.hotkeys.backend import Down, Emit, Unusable, Up
from diktate.hotkeys.bindings import Bindings, read, read_cancel
from diktate.hotkeys.keys import show
from diktate.hotkeys.x11_record import Record
from diktate.hotkeys.x11_watch import Watch
from diktate.words import N_

if TYPE_CHECKING:
    from Xlib.display import Display

log = logging.getLogger(__name__)

_STOP_S = 2.0
"""How long `stop` waits for a server that does not answer."""

_Order: TypeAlias = Callable[[Watch], None]


class X11Keys:
    """One thread with its own connection; orders reach it through a queue and a socket that wakes it."""

    name = "x11"

    def __init__(self, display: str) -> None:
        self._display = display
        self._orders: SimpleQueue[_Order] = SimpleQueue()
        self._wake: socket.socket | None = None
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._emit: Emit = lambda _: None
        self._bindings = Bindings()

    def start(self, bindings: Mapping[str, tuple[str, ...]], emit: Emit) -> None:
        """Connect and grab, on a thread of our own."""
        self._emit = emit
        self._wake, woken = socket.socketpair()
        self._wake.setblocking(False)  # noqa: FBT003 - socket's own way
        self._thread = threading.Thread(target=self._run, args=(woken,), name="hotkeys", daemon=True)
        self.rebind(bindings)
        self._thread.start()

    def rebind(self, bindings: Mapping[str, tuple[str, ...]]) -> None:
        """Grab these instead; a key that stays is not let go for a moment."""
        self._bindings = read(bindings)
        self._order(partial(Watch.rebind, bindings=self._bindings))

    def watch_cancel(self, keys: tuple[str, ...]) -> None:
        """Grab these too; the focused window gets none of them meanwhile."""
        self._order(partial(Watch.watch_cancel, cancel=read_cancel(keys)))

    def stop(self) -> None:
        """Close the connection, and with it every grab."""
        self._stopped.set()
        self._nudge()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_STOP_S)

    def _order(self, order: _Order) -> None:
        self._orders.put(order)
        self._nudge()

    def _nudge(self) -> None:
        if self._wake is not None:
            with contextlib.suppress(OSError):  # full: it is awake already; closed: the thread has ended
                self._wake.send(b"!")

    def _run(self, woken: socket.socket) -> None:
        try:
            self._connected(woken)
        except Exception as error:  # noqa: BLE001 - the thread's edge: Xlib raises whatever the broken socket does
            log.warning("no hotkeys: %s", type(error).__name__)
            self._lost()
        finally:
            woken.close()
            if self._wake is not None:
                self._wake.close()

    def _connected(self, woken: socket.socket) -> None:
        display = _open(self._display)
        record = Record(self._display, self._observed, self._observing_failed)
        watch = Watch(display, self._say, record.wanted)
        try:
            self._loop(display, woken, watch)
        except Exception:
            watch.end_held()
            raise
        finally:
            record.wanted(False)  # noqa: FBT003 - says itself
            with contextlib.suppress(Exception):  # the connection may be what broke
                display.close()

    def _loop(self, display: Display, woken: socket.socket, watch: Watch) -> None:
        while not self._stopped.is_set():
            self._obey(watch)
            wait_s = watch.turn()
            readable, _, _ = select.select([display.fileno(), woken.fileno()], [], [], wait_s)
            if woken.fileno() in readable:
                woken.recv(4096)

    def _obey(self, watch: Watch) -> None:
        with contextlib.suppress(Empty):
            while True:
                self._orders.get_nowait()(watch)

    def _observed(self, code: int, down: bool) -> None:  # noqa: FBT001 - the shape of OnStroke
        self._order(partial(Watch.observed, code=code, down=down))

    def _observing_failed(self) -> None:
        self._order(Watch.observing_failed)

    def _say(self, event: Down | Up | Unusable) -> None:
        if not self._stopped.is_set():
            self._emit(event)

    def _lost(self) -> None:
        error = HotkeyError(
            N_("The connection to the screen is gone, so no hotkey works."), N_("Quit diktate and start it again.")
        )
        if not self._bindings.actions:
            self._say(Unusable("", "", error))
        for combination, action in self._bindings.actions.items():
            self._say(Unusable(action, show(combination), error))


def _open(name: str) -> Display:
    from Xlib.display import Display

    display = Display(name)
    # Xlib would print them; what we ask for and may be refused has its own handler.
    display.set_error_handler(lambda error, _: log.debug("X error %s", type(error).__name__))
    return display
