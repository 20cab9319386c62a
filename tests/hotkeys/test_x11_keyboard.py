"""Which key is which in a layout."""

from __future__ import annotations

from diktate.hotkeys.keys import parse
from diktate.hotkeys.x11_keyboard import Keyboard, keyboard

NO_MODIFIERS: list[list[int]] = [[] for _ in range(8)]


def of(keysyms: dict[int, list[int]], modifiers: list[list[int]] | None = None) -> Keyboard:
    return keyboard(keysyms, modifiers or NO_MODIFIERS)


def test_the_plainest_place_of_a_character_wins() -> None:
    french = of({10: [ord("&"), ord("1")], 87: [0xFF9C, ord("1")], 24: [ord("a"), ord("A")]})

    assert french.code("1") == 10
    assert french.code("a") == 24


def test_a_layout_without_latin_letters_takes_the_place_of_the_key() -> None:
    russian = of({40: [0x6D7, 0x6F7]})

    assert russian.code("d") == 40
    assert russian.code("y") == 29


def test_a_key_that_is_not_there_has_no_code() -> None:
    assert of({40: [ord("d")]}).code("f24") is None
    assert of({40: [ord("d")]}).code("ß") is None


def test_modifiers_are_where_the_layout_has_them() -> None:
    swapped = of({64: [0xFFE9], 133: [0xFFEB], 77: [0xFF7F]}, [[], [], [], [133], [], [77], [64], []])

    assert swapped.mask(parse("alt+super+d")) == 64 + 8
    assert swapped.locks() == (0, 2, 32, 34)
    assert swapped.modifiers(64 | 2 | 32) == {"alt"}


def test_mouse_buttons_and_the_layout_group_are_no_modifiers() -> None:
    assert of({40: [ord("d")]}).modifiers(0x100 | 0x2000 | 4) == {"ctrl"}


def test_both_altgrs_are_the_right_alt() -> None:
    assert of({108: [0xFE03], 109: [0xFFEA]}).names == {108: "right alt", 109: "right alt"}
