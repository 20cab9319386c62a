"""Which key of the keyboard is which, in the layout of the moment; pure but for `read`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from diktate.hotkeys.keys import MODIFIER_OF, MODIFIERS, Combination

if TYPE_CHECKING:
    from Xlib.display import Display

_SHIFT, _LOCK, _CONTROL, _MOD1, _MOD2, _MOD4 = 1, 2, 4, 8, 16, 64
_REAL = 0xFF
"""The modifier bits of a key event's state; the rest are mouse buttons and the layout group."""
_NUM_LOCK = 0xFF7F

# The numbers are those of X11/keysymdef.h; AltGr is Alt_R or ISO_Level3_Shift, depending on the layout.
_KEYSYMS = {
    "space": (0x20,),
    "plus": (0x2B,),
    "minus": (0x2D,),
    "backspace": (0xFF08,),
    "tab": (0xFF09,),
    "enter": (0xFF0D,),
    "pause": (0xFF13,),
    "scroll lock": (0xFF14,),
    "escape": (0xFF1B,),
    "home": (0xFF50,),
    "left": (0xFF51,),
    "up": (0xFF52,),
    "right": (0xFF53,),
    "down": (0xFF54,),
    "page up": (0xFF55,),
    "page down": (0xFF56,),
    "end": (0xFF57,),
    "print": (0xFF61,),
    "insert": (0xFF63,),
    "menu": (0xFF67,),
    "delete": (0xFFFF,),
    "left shift": (0xFFE1,),
    "right shift": (0xFFE2,),
    "left ctrl": (0xFFE3,),
    "right ctrl": (0xFFE4,),
    "left alt": (0xFFE9, 0xFFE7),
    "right alt": (0xFFEA, 0xFFE8, 0xFE03),
    "left super": (0xFFEB,),
    "right super": (0xFFEC,),
    **{f"f{n}": (0xFFBD + n,) for n in range(1, 25)},
}
_NAMES = {keysym: name for name, keysyms in _KEYSYMS.items() for keysym in keysyms}

# Where a layout has no Latin letters (ru, gr) Ctrl+Alt+D means the key in the place of D, as Qt and GTK take it.
# These are the keycodes of evdev, which every X server on Linux uses.
_PLACES = {
    key: first + offset
    for first, row in ((10, "1234567890"), (24, "qwertyuiop"), (38, "asdfghjkl"), (52, "zxcvbnm"))
    for offset, key in enumerate(row)
}


@dataclass(frozen=True)
class Keyboard:
    """A snapshot of the layout."""

    codes: Mapping[int, int]
    """Key code by keysym, the plainest place first."""
    names: Mapping[int, str]
    """What `keys` calls each key without Shift, by key code; other keys have names that no combination has."""
    masks: Mapping[str, int]
    """The state bit of each of MODIFIERS."""
    num_lock: int

    def code(self, key: str) -> int | None:
        """Find the key code of a key of `keys`, or None if this keyboard has no such key."""
        found = next((self.codes[keysym] for keysym in _keysyms(key) if keysym in self.codes), None)
        return _PLACES.get(key) if found is None else found

    def mask(self, combination: Combination) -> int:
        """Give the state in which the combination is pressed."""
        return sum(self.masks[modifier] for modifier in combination.modifiers)

    def locks(self) -> tuple[int, ...]:
        """Give every state of Caps Lock and Num Lock; a grab holds in exactly one of them."""
        return (0, _LOCK, self.num_lock, _LOCK | self.num_lock)

    def modifiers(self, state: int) -> frozenset[str]:
        """Read the modifiers of a key event."""
        held = state & _REAL & ~(_LOCK | self.num_lock)
        return frozenset(modifier for modifier in MODIFIERS if held & self.masks[modifier])


def keyboard(keysyms: Mapping[int, Sequence[int]], modifiers: Sequence[Sequence[int]]) -> Keyboard:
    """Make the snapshot from the keysyms of each key code, and the key codes of each of the eight modifiers."""
    codes: dict[int, int] = {}
    width = max((len(row) for row in keysyms.values()), default=0)
    for column in range(width):
        for code, row in keysyms.items():
            if column < len(row) and row[column]:
                codes.setdefault(row[column], code)
    plain = {code: row[0] for code, row in keysyms.items() if row and row[0]}
    names = {code: _name(keysym) for code, keysym in plain.items()}
    return Keyboard(
        codes=codes,
        names=names,
        masks=_masks(names, modifiers),
        num_lock=next(
            (1 << bit for bit, held in enumerate(modifiers) if any(plain.get(code) == _NUM_LOCK for code in held)),
            _MOD2,
        ),
    )


def read(display: Display) -> Keyboard:
    """Ask the server for the layout of the moment."""
    first, last = display.display.info.min_keycode, display.display.info.max_keycode
    rows = display.get_keyboard_mapping(first, last - first + 1)
    keysyms = {first + offset: tuple(row) for offset, row in enumerate(rows)}
    return keyboard(keysyms, [tuple(held) for held in display.get_modifier_mapping()])


def _keysyms(key: str) -> tuple[int, ...]:
    if key in _KEYSYMS:
        return _KEYSYMS[key]
    point = ord(key)
    # Latin-1 characters are their own keysyms; the others are Unicode + 0x1000000 or an old table's.
    return (point,) if point < 0x100 else (0x1000000 + point,)  # noqa: PLR2004 - the end of Latin-1


def _name(keysym: int) -> str:
    if keysym in _NAMES:
        return _NAMES[keysym]
    point = keysym & 0xFFFFFF if keysym >= 0x1000000 else keysym  # noqa: PLR2004 - the mark of a Unicode keysym
    return chr(point).lower() if point < 0x100 or point != keysym else f"keysym {keysym:x}"  # noqa: PLR2004 - Latin-1


def _masks(names: Mapping[int, str], modifiers: Sequence[Sequence[int]]) -> dict[str, int]:
    """Find which bit Alt and Super are here; Mod1 and Mod4 by custom, but a layout may choose."""
    masks = {"shift": _SHIFT, "ctrl": _CONTROL, "alt": _MOD1, "super": _MOD4}
    for bit in range(7, 2, -1):
        for code in modifiers[bit]:
            modifier = MODIFIER_OF.get(names.get(code, ""))
            if modifier in {"alt", "super"} and names[code] != "right alt":
                masks[modifier] = 1 << bit
    return masks
