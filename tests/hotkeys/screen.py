"""A private X server with a window that has the focus, and an ear for what a backend says."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator

from Xlib import XK, X
from Xlib.display import Display

from diktate.hotkeys.backend import Down, Unusable, Up
from diktate.hotkeys.x11 import X11Keys

LIMIT_S = 20.0
"""For conditions that should come in milliseconds, on a machine that is very busy."""


def wait(condition: Callable[[], bool], what: str) -> None:
    """Wait until it is so; AssertionError if it never is."""
    end = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.005)


class Screen:
    """Xvfb and openbox; only processes started here are ended."""

    def __init__(self) -> None:
        self._children: list[subprocess.Popen[bytes]] = []
        self.env: dict[str, str] = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/nonexistent"}
        self.display = ""

    def open(self) -> None:
        ours, servers = os.pipe()
        command = ["Xvfb", "-displayfd", str(servers), "-screen", "0", "640x480x24", "-nolisten", "tcp", "-noreset"]
        self.spawn([*command, "-ac"], pass_fds=(servers,))
        os.close(servers)
        with os.fdopen(ours) as pipe:
            self.display = ":" + pipe.readline().strip()
        self.env["DISPLAY"] = self.display
        self.spawn(["openbox", "--sm-disable"])
        wait(lambda: "window id #" in self.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"), "openbox")

    def close(self) -> None:
        for child in reversed(self._children):
            self.kill(child, signal.SIGTERM)

    def kill_server(self) -> None:
        self.kill(self._children[0], signal.SIGKILL)

    def kill(self, child: subprocess.Popen[bytes], how: signal.Signals) -> None:
        if child.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, how)
        child.wait(LIMIT_S)

    def spawn(self, command: list[str], pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            command,
            env=self.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=pass_fds,
        )
        self._children.append(child)
        return child

    def run(self, *command: str) -> str:
        return subprocess.run(
            command, env=self.env, check=True, capture_output=True, text=True, timeout=LIMIT_S
        ).stdout.strip()

    def xdo(self, *command: str) -> None:
        self.run("xdotool", *command)


class Window:
    """A client of its own that has the focus and notes the keys it gets."""

    def __init__(self, screen: Screen) -> None:
        self._display = Display(screen.display)
        root = self._display.screen().root
        self._window = root.create_window(
            0, 0, 50, 50, 0, X.CopyFromParent, override_redirect=True, event_mask=X.KeyPressMask | X.KeyReleaseMask
        )
        self._window.map()
        self._display.sync()
        self._window.set_input_focus(X.RevertToPointerRoot, X.CurrentTime)
        self._display.sync()
        assert self._display.get_input_focus().focus.id == self._window.id

    def got(self) -> list[str]:
        """Give the names of the keys that were pressed since the last call."""
        self._display.sync()
        pressed = []
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type == X.KeyPress:
                pressed.append(event.detail)
            elif event.type == X.MappingNotify:
                self._display.refresh_keyboard_mapping(event)
        return [self._name(code) for code in pressed]

    def grab(self, key: str, state: int) -> None:
        """Take a key, as another program might."""
        root = self._display.screen().root
        code = self._display.keysym_to_keycode(XK.string_to_keysym(key))
        root.grab_key(code, state, 0, X.GrabModeAsync, X.GrabModeAsync)
        self._display.sync()

    def send(self, key: str, *, down: bool) -> None:
        """Move a key without the detour of another process."""
        from Xlib.ext import xtest

        code = self._display.keysym_to_keycode(XK.string_to_keysym(key))
        xtest.fake_input(self._display, X.KeyPress if down else X.KeyRelease, code)
        self._display.flush()

    def close(self) -> None:
        self._display.close()

    def _name(self, code: int) -> str:
        keysym = self._display.keycode_to_keysym(code, 0)
        return next((name[3:] for name in dir(XK) if name.startswith("XK_") and getattr(XK, name) == keysym), str(code))


class Ear:
    """What a backend said, for any thread to wait for."""

    def __init__(self) -> None:
        self.said: list[Down | Up | Unusable] = []
        self.then: Callable[[Down | Up | Unusable], None] = lambda _: None

    def __call__(self, event: Down | Up | Unusable) -> None:
        self.said.append(event)
        self.then(event)

    @property
    def words(self) -> list[str]:
        return [f"{type(event).__name__} {event.action}" for event in self.said]

    def hears(self, *words: str) -> None:
        """Wait until exactly that was said, from the beginning."""
        wait(lambda: len(self.said) >= len(words), f"{words} but {self.words}")
        assert self.words == list(words)


@contextlib.contextmanager
def listening(screen: Screen, ear: Ear, **bindings: tuple[str, ...]) -> Iterator[X11Keys]:
    """Start a backend and wait until its grabs stand."""
    keys = X11Keys(screen.display)
    keys.start(bindings, ear)
    try:
        obeyed(keys)
        yield keys
    finally:
        keys.stop()
        assert keys._thread is not None
        assert not keys._thread.is_alive()


def obeyed(keys: X11Keys) -> None:
    """Wait until all orders up to now are carried out; they are carried out one after another."""
    done = threading.Event()
    keys._order(lambda _: done.set())
    assert done.wait(LIMIT_S)


def turned(keys: X11Keys) -> None:
    """Wait until the backend has taken in what the server had sent before this call."""
    obeyed(keys)
    obeyed(keys)
