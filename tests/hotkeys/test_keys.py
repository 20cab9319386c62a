"""Key combinations: read and shown."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diktate.errors import HotkeyError
from diktate.hotkeys.keys import MODIFIER_OF, MODIFIERS, NAMED, Combination, parse, show


@st.composite
def combinations(draw: st.DrawFn) -> Combination:
    """Anything `parse` accepts."""
    key = draw(st.sampled_from(sorted(NAMED)) | st.characters(exclude_categories=["Cs"]))
    modifiers = frozenset() if key in MODIFIER_OF else draw(st.frozensets(st.sampled_from(MODIFIERS)))
    return Combination(modifiers, key)


@given(combinations())
def test_what_is_shown_can_be_read_again(combination: Combination) -> None:
    try:
        read = parse(show(combination))
    except HotkeyError:
        return

    assert parse(show(read)) == read
    assert read.modifiers == combination.modifiers


@given(
    st.sampled_from(sorted(NAMED | set("abdefg0189äöß,.#"))),
    st.frozensets(st.sampled_from(("alt", "super")), min_size=1),
)
def test_every_key_with_a_modifier_survives_the_way_to_people_and_back(key: str, modifiers: frozenset[str]) -> None:
    combination = Combination(frozenset() if key in MODIFIER_OF else modifiers, key)

    assert parse(show(combination)) == combination


@given(st.text())
def test_any_text_is_read_or_refused_in_two_sentences(text: str) -> None:
    try:
        parse(text)
    except HotkeyError as error:
        assert error.what  # noqa: PT017 - either outcome is right
        assert error.fix  # noqa: PT017


@pytest.mark.parametrize(
    ("text", "modifiers", "key"),
    [
        ("Ctrl+Alt+D", {"ctrl", "alt"}, "d"),
        ("ctrl+alt+d", {"ctrl", "alt"}, "d"),
        (" Alt + Control + d ", {"ctrl", "alt"}, "d"),
        ("Strg+Alt+D", {"ctrl", "alt"}, "d"),
        ("F9", set(), "f9"),
        ("right ctrl", set(), "right ctrl"),
        ("Right_Control", set(), "right ctrl"),
        ("ctrl_r", set(), "right ctrl"),
        ("rctrl", set(), "right ctrl"),
        ("AltGr", set(), "right alt"),
        ("super+space", {"super"}, "space"),
        ("win+Space", {"super"}, "space"),
        ("Esc", set(), "escape"),
        ("Ins", set(), "insert"),
        ("ctrl++", {"ctrl"}, "plus"),
        ("ctrl+-", {"ctrl"}, "minus"),
        ("ctrl+page_up", {"ctrl"}, "page up"),
        ("Ctrl+Alt+V", {"ctrl", "alt"}, "v"),
    ],
)
def test_keys_are_read_as_people_write_them(text: str, modifiers: set[str], key: str) -> None:
    assert parse(text) == Combination(frozenset(modifiers), key)


@pytest.mark.parametrize(
    "text",
    ["", " ", "+", "ctrl", "ctrl+alt", "right shift+d", "hello", "ctrl+d+e", "f99", "ctrl+right alt", "ctrl+\x00"],
)
def test_nonsense_is_refused(text: str) -> None:
    with pytest.raises(HotkeyError):
        parse(text)


@pytest.mark.parametrize("text", ["d", "5", "shift+d", "space", "ä", "enter", "-", "shift+tab", "left"])
def test_keys_needed_for_typing_are_refused(text: str) -> None:
    with pytest.raises(HotkeyError, match="needed for typing"):
        parse(text)


@pytest.mark.parametrize("text", ["ctrl+c", "Ctrl+V", "ctrl+x", "control+z"])
def test_copy_paste_and_undo_are_refused(text: str) -> None:
    with pytest.raises(HotkeyError, match="copy, paste and undo"):
        parse(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [("d+alt+ctrl", "Ctrl+Alt+D"), ("f9", "F9"), ("rctrl", "Right Ctrl"), ("ctrl+pgup", "Ctrl+Page Up")],
)
def test_people_see_modifiers_first_and_capitals(text: str, shown: str) -> None:
    assert show(parse(text)) == shown
