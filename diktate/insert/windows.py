"""Focus and paste keys on Windows, by SendInput. Written from the documentation and never run on Windows."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Sequence
from pathlib import PureWindowsPath
from typing import Any, ClassVar, Literal

from diktate.errors import InsertError
from diktate.insert.inserter import Focus
from diktate.words import N_

_CTRL, _V = 0x11, 0x56
_KEYS = {"enter": 0x0D, "tab": 0x09}
_MODIFIERS = (0x10, 0x11, 0x12, 0xA0, 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0x5B, 0x5C)
"""Shift, Ctrl, Alt, their left and right halves, the Windows keys."""
_FIRST_KEY, _LAST_KEY = 0x08, 0xFE
"""Below are the mouse buttons."""
_KEYBOARD, _KEY_UP = 1, 2
_QUERY_LIMITED = 0x1000
_TERMINALS = frozenset({"windowsterminal", "conhost", "openconsole", "mintty", "putty"})


class _Key(ctypes.Structure):
    """KEYBDINPUT of winuser.h."""

    _fields_: ClassVar = [
        ("code", ctypes.c_uint16),
        ("scan", ctypes.c_uint16),
        ("flags", ctypes.c_uint32),
        ("time", ctypes.c_uint32),
        ("extra", ctypes.c_size_t),
    ]


class _Input(ctypes.Structure):
    """INPUT of winuser.h: its union is as large as MOUSEINPUT, 8 bytes more than a key."""

    _fields_: ClassVar = [("type", ctypes.c_uint32), ("key", _Key), ("rest", ctypes.c_uint8 * 8)]


class WindowsKeys:
    """The keyboard and the foreground window. An elevated window drops our keys in silence; the paste then gives up."""

    def focused(self) -> Focus | None:
        window = int(_library("user32").GetForegroundWindow() or 0)
        if not window:
            return None
        app = _app(window)
        # Windows does not say who reads the clipboard; any read after the keys has to do.
        return Focus(window, app, app in _TERMINALS, lambda _read: True)

    def held(self) -> bool:
        return bool(_down(range(_FIRST_KEY, _LAST_KEY + 1)))

    def release_modifiers(self) -> bool:
        if down := _down(_MODIFIERS):
            _send([(code, _KEY_UP) for code in down])
        return not _down(_MODIFIERS)

    def paste(self) -> None:
        """Send Ctrl+V by virtual key: the same key in every layout, and Windows Terminal takes it too."""
        _send([(_CTRL, 0), (_V, 0), (_V, _KEY_UP), (_CTRL, _KEY_UP)])

    def tap(self, key: Literal["enter", "tab"]) -> None:
        _send([(_KEYS[key], 0), (_KEYS[key], _KEY_UP)])


if sys.platform == "win32":

    def _library(name: str) -> Any:
        return ctypes.WinDLL(name)

else:

    def _library(name: str) -> Any:
        raise InsertError(N_("{name} is only there on Windows."), name=name)


def _down(codes: Sequence[int]) -> list[int]:
    user32 = _library("user32")
    return [code for code in codes if user32.GetAsyncKeyState(code) & 0x8000]


def _send(strokes: Sequence[tuple[int, int]]) -> None:
    inputs = (_Input * len(strokes))(*(_Input(_KEYBOARD, _Key(code, 0, flags, 0, 0)) for code, flags in strokes))
    if _library("user32").SendInput(len(strokes), inputs, ctypes.sizeof(_Input)) != len(strokes):
        raise InsertError(
            N_("Windows did not let the paste keys through."),
            N_("The text is on the clipboard: paste it with Ctrl+V."),
        )


def _app(window: int) -> str:
    """Give the name of the window's program, such as `notepad`; empty if Windows won't say."""
    process_id = ctypes.c_uint32()
    _library("user32").GetWindowThreadProcessId(ctypes.c_void_p(window), ctypes.byref(process_id))
    kernel32 = _library("kernel32")
    kernel32.OpenProcess.restype = ctypes.c_void_p
    process = kernel32.OpenProcess(_QUERY_LIMITED, False, process_id)  # noqa: FBT003 - Windows' own signature
    if not process:
        return ""
    path = ctypes.create_unicode_buffer(1024)
    size = ctypes.c_uint32(len(path))
    found = kernel32.QueryFullProcessImageNameW(ctypes.c_void_p(process), 0, path, ctypes.byref(size))
    kernel32.CloseHandle(ctypes.c_void_p(process))
    return PureWindowsPath(path.value).stem.lower() if found else ""
