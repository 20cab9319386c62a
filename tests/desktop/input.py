"""Keys and clipboard of a virtual desktop, by the ways every other program uses: XTEST and X selections."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias

from Xlib import X
from Xlib.display import Display
from Xlib.ext import xtest

from tests.desktop.programs import Process, Programs

Selection: TypeAlias = Literal["clipboard", "primary"]


class Keys:
    """A keyboard. Combinations are xdotool's: `ctrl+alt+d`, `F9`, `shift+Insert`."""

    def __init__(self, desk: Programs) -> None:
        self._desk = desk

    def down(self, combo: str) -> None:
        self._desk.run(["xdotool", "keydown", combo])

    def up(self, combo: str) -> None:
        self._desk.run(["xdotool", "keyup", combo])

    def tap(self, combo: str) -> None:
        self._desk.run(["xdotool", "key", combo])

    def type(self, text: str) -> None:
        """Type ASCII; xdotool loses other characters when it remaps keys faster than programs notice."""
        self._desk.run(["xdotool", "type", "--delay", "20", text])

    def pressed(self) -> list[int]:
        """Key codes that are down now, whoever pressed them."""
        with connection(self._desk) as display:
            return _pressed(display)

    def release_all(self) -> None:
        """Let go of every key, whoever pressed it: one stuck modifier spoils every later test."""
        with connection(self._desk) as display:
            for code in _pressed(display):
                xtest.fake_input(display, X.KeyRelease, code)
            display.sync()


class Clipboard:
    """The clipboard and the primary selection, owned by an xclip of our own when something is copied."""

    def __init__(self, desk: Programs) -> None:
        self._desk = desk
        self._owners: dict[str, Process] = {}

    def copy(self, file: Path, target: str, selection: Selection) -> Process:
        """Offer a file's bytes as one format; gives the selection's new owner once it is that."""
        self.clear(selection)
        words = ["xclip", "-quiet", "-selection", selection, "-t", target, "-i", str(file)]
        owner = self._owners[selection] = self._desk.spawn(words, "xclip")
        self._desk.wait(lambda: self._has_owner(selection), f"xclip to own the {selection}")
        return owner

    def read(self, target: str, selection: Selection) -> bytes:
        """Give what is offered in that format; empty if nothing is. TimeoutExpired if the owner hangs."""
        words = ["xclip", "-selection", selection, "-t", target, "-o"]
        return subprocess.run(words, env=self._desk.env, capture_output=True, timeout=30, check=False).stdout

    def clear(self, selection: Selection) -> None:
        """Leave the selection without an owner."""
        with connection(self._desk) as display:
            window = display.screen().root.create_window(0, 0, 1, 1, 0, X.CopyFromParent)
            window.set_selection_owner(display.intern_atom(selection.upper()), X.CurrentTime)
            display.sync()
        # The server takes the selection back together with our window.
        self._desk.wait(lambda: not self._has_owner(selection), f"the {selection} to be empty")
        if owner := self._owners.pop(selection, None):
            self._desk.stop(owner)

    def _has_owner(self, selection: Selection) -> bool:
        with connection(self._desk) as display:
            return display.get_selection_owner(display.intern_atom(selection.upper())) != X.NONE


@contextlib.contextmanager
def connection(desk: Programs) -> Iterator[Display]:
    """Talk to the desk's X server; all that was made through it goes with it."""
    display = Display(desk.env["DISPLAY"])
    try:
        yield display
    finally:
        display.close()


def _pressed(display: Display) -> list[int]:
    bits = display.query_keymap()
    return [code for code in range(8, 256) if bits[code // 8] & 1 << code % 8]
