"""Focus and paste keys on macOS, by Quartz events. Written from the documentation and never run on macOS."""

from __future__ import annotations

from importlib import import_module
from typing import Any, Literal

from diktate.errors import InsertError
from diktate.insert.inserter import Focus
from diktate.words import N_

_COMMAND, _V = 0x37, 0x09
_KEYS = {"enter": 0x24, "tab": 0x30}
_MODIFIERS = (0x37, 0x36, 0x38, 0x3C, 0x3A, 0x3D, 0x3B, 0x3E)
"""Command, Shift, Option and Control, left and right."""
_LAST_KEY = 0x7E
_COMBINED_STATE = 0
_TAP = 0
"""kCGHIDEventTap."""
_TERMINALS = frozenset({"com.apple.terminal", "com.googlecode.iterm2", "net.kovidgoyal.kitty", "org.alacritty"})


class MacKeys:
    """The keyboard and the front app. Needs the Accessibility permission, and V where the US layout has it."""

    def focused(self) -> Focus | None:
        app = _framework("AppKit").NSWorkspace.sharedWorkspace().frontmostApplication()
        if app is None:
            return None
        name = str(app.bundleIdentifier() or app.localizedName() or "").lower()
        # macOS does not say who reads the pasteboard; any read after the keys has to do.
        return Focus(int(app.processIdentifier()), name, name in _TERMINALS, lambda _read: True)

    def held(self) -> bool:
        return any(_down(code) for code in range(_LAST_KEY + 1))

    def release_modifiers(self) -> bool:
        for code in filter(_down, _MODIFIERS):
            _post(code, down=False)
        return not any(map(_down, _MODIFIERS))

    def paste(self) -> None:
        """Send Command+V."""
        command = _framework("Quartz").kCGEventFlagMaskCommand
        _post(_COMMAND, down=True, flags=command)
        _post(_V, down=True, flags=command)
        _post(_V, down=False, flags=command)
        _post(_COMMAND, down=False)

    def tap(self, key: Literal["enter", "tab"]) -> None:
        _post(_KEYS[key], down=True)
        _post(_KEYS[key], down=False)


def _framework(name: str) -> Any:
    try:
        return import_module(name)
    except ImportError as missing:
        raise InsertError(
            N_("The macOS library {name} is missing."), N_("Install pyobjc-framework-Quartz."), name=name
        ) from missing


def _down(code: int) -> bool:
    return bool(_framework("Quartz").CGEventSourceKeyState(_COMBINED_STATE, code))


def _post(code: int, *, down: bool, flags: int = 0) -> None:
    quartz = _framework("Quartz")
    event = quartz.CGEventCreateKeyboardEvent(None, code, down)
    quartz.CGEventSetFlags(event, flags)
    quartz.CGEventPost(_TAP, event)
