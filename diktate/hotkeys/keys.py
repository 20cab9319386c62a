"""Key combinations: read from what people write, and shown to people; pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from diktate.errors import HotkeyError
from diktate.words import N_

MODIFIERS = ("ctrl", "alt", "shift", "super")
"""In the order in which people say them."""

MODIFIER_OF = {f"{side} {modifier}": modifier for modifier in MODIFIERS for side in ("left", "right")}
"""The keys on the left and the right of the keyboard, and what each of them does."""

_TYPING = {"space", "enter", "tab", "backspace", "delete", "left", "right", "up", "down"}
_OTHERS = {"escape", "insert", "pause", "home", "end", "page up", "page down", "print", "scroll lock", "menu"}
_SIGNS = {"plus": "+", "minus": "-"}
NAMED = _TYPING | _OTHERS | _SIGNS.keys() | MODIFIER_OF.keys() | {f"f{n}" for n in range(1, 25)}
"""Every key with a name; the others are called by the one character they type."""

_ALIASES = {
    "control": "ctrl",
    "strg": "ctrl",
    "option": "alt",
    "win": "super",
    "windows": "super",
    "meta": "super",
    "cmd": "super",
    "command": "super",
    "esc": "escape",
    "return": "enter",
    "ins": "insert",
    "del": "delete",
    "pgup": "page up",
    "pageup": "page up",
    "prior": "page up",
    "pgdn": "page down",
    "pagedown": "page down",
    "next": "page down",
    "print screen": "print",
    "prtsc": "print",
    "break": "pause",
    "altgr": "right alt",
    "alt gr": "right alt",
    **{sign: name for name, sign in _SIGNS.items()},
    **{f"{key[0]}{modifier}": key for key, modifier in MODIFIER_OF.items()},
}
_CLIPBOARD_AND_UNDO = {"c", "v", "x", "z"}


@dataclass(frozen=True)
class Combination:
    """Keys that are held together."""

    modifiers: frozenset[str]
    """Of MODIFIERS; which side of the keyboard does not matter."""
    key: str
    """One of NAMED, or the character it types on its own."""


def parse(text: str) -> Combination:
    """Read "Ctrl+Alt+D", "F9" or "right ctrl"; HotkeyError for what is no key or would make typing impossible."""
    names = [_name(part) for part in _parts(text)]
    modifiers = frozenset(name for name in names if name in MODIFIERS)
    keys = [name for name in names if name not in MODIFIERS]
    _refuse_nonsense(text, keys)
    combination = Combination(modifiers, keys[0])
    _refuse_everyday_keys(combination)
    return combination


def show(combination: Combination) -> str:
    """Write it as people do: "Ctrl+Alt+D"."""
    ordered = [modifier for modifier in MODIFIERS if modifier in combination.modifiers]
    return "+".join(_title(name) for name in [*ordered, combination.key])


def _title(name: str) -> str:
    """Capitals for people; not for a letter such as ß or ŉ that would become another key."""
    return name.title() if name.title().lower() == name else name


def _parts(text: str) -> list[str]:
    """Split at each plus sign, but let "ctrl++" and "+" mean the key of that sign."""
    text = re.sub(r"(^|\+)\s*\+\s*$", r"\1plus", text.strip())
    return text.split("+")


def _name(part: str) -> str:
    name = re.sub(r"[\s_]+", " ", part.strip().lower())
    side = re.fullmatch(r"(l|left|r|right) (.+)|(\S+) (l|left|r|right)", name)
    if side:
        where = "left" if (side[1] or side[4]).startswith("l") else "right"
        modifier = side[2] or side[3]
        name = f"{where} {_ALIASES.get(modifier, modifier)}"
    return _ALIASES.get(name, name)


def _known(name: str) -> bool:
    return name in NAMED or (len(name) == 1 and name.isprintable() and name.lower() == name and not name.isspace())


def _refuse_nonsense(text: str, keys: list[str]) -> None:
    example = N_("Write it like Ctrl+Alt+D, F9 or right ctrl.")
    if not text.strip():
        raise HotkeyError(N_("No key is given."), example)
    for key in keys:
        if not _known(key):
            raise HotkeyError(N_("“{text}” is not a key or a combination of keys."), example, text=text.strip())
    if not keys:
        raise HotkeyError(
            N_("“{text}” lacks a key that goes with it."),
            N_("Add a letter or a function key, or say which side, such as right ctrl."),
            text=text.strip(),
        )
    if len(keys) > 1 or (keys[0] in MODIFIER_OF and len(_parts(text)) > 1):
        raise HotkeyError(
            N_("“{text}” has more than one key besides Ctrl, Alt, Shift and Super."),
            N_("Keep one of them."),
            text=text.strip(),
        )


def _refuse_everyday_keys(combination: Combination) -> None:
    types_text = combination.key in _TYPING or combination.key in _SIGNS or len(combination.key) == 1
    if types_text and combination.modifiers <= {"shift"}:
        raise HotkeyError(
            N_("{keys} is needed for typing."),
            N_("Add Ctrl, Alt or Super, or take a function key such as F9."),
            keys=show(combination),
        )
    if combination.modifiers == {"ctrl"} and combination.key in _CLIPBOARD_AND_UNDO:
        raise HotkeyError(
            N_("{keys} is needed for copy, paste and undo."),
            N_("Add Alt or Shift, or take another letter."),
            keys=show(combination),
        )
