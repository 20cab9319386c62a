"""What was meant by keys going down and up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diktate.hotkeys.backend import Down, Up
from diktate.hotkeys.bindings import read
from diktate.hotkeys.tracker import Tracker

KEYS = {"dictate": ("ctrl+alt+d", "right ctrl"), "tidy": ("F9",), "verbatim": ("F10",)}


def tracker(**bindings: tuple[str, ...]) -> Tracker:
    made = Tracker()
    made.bind(read(bindings or KEYS).actions)
    return made


def hear(made: Tracker, strokes: str) -> list[str]:
    """Play "+left ctrl -left ctrl" and give what was said."""
    said: list[Down | Up] = []
    for stroke in strokes.split(", "):
        said += made.press(stroke[1:], 0.0) if stroke[0] == "+" else made.release(stroke[1:], 0.0)
    return [f"{type(event).__name__} {event.action}" for event in said]


@pytest.mark.parametrize(
    "strokes",
    [
        "+left ctrl, +left alt, +d, -d, -left alt, -left ctrl",
        "+left alt, +left ctrl, +d, -left ctrl, -d, -left alt",
        "+left ctrl, +left alt, +d, +d, +d, -left alt, +d, -d, -left ctrl",
    ],
)
def test_a_combination_is_down_once_and_up_with_the_first_key_that_goes(strokes: str) -> None:
    assert hear(tracker(), strokes) == ["Down dictate", "Up dictate"]


def test_the_other_ctrl_keeps_the_combination_held() -> None:
    said = hear(tracker(dictate=("ctrl+alt+d",)), "+left ctrl, +right ctrl, +left alt, +d, -left ctrl")

    assert said == ["Down dictate"]


def test_more_modifiers_are_another_combination() -> None:
    assert hear(tracker(), "+left ctrl, +left alt, +left shift, +d") == []
    assert hear(tracker(), "+left shift, +f9") == []


def test_two_keys_may_overlap() -> None:
    said = hear(tracker(), "+f9, +f10, -f9, -f10")

    assert said == ["Down tidy", "Down verbatim", "Up tidy", "Up verbatim"]


def test_a_second_key_of_the_same_action_says_nothing() -> None:
    assert hear(tracker(tidy=("F9", "F10")), "+f9, +f10, -f10, -f9") == ["Down tidy", "Up tidy"]


def test_a_key_bound_anew_while_held_goes_up_for_what_it_began() -> None:
    made = tracker()

    said = hear(made, "+f9")
    made.bind(read({"verbatim": ("F9",)}).actions)
    said += hear(made, "+f9, -f9, +f9, -f9")

    assert said == ["Down tidy", "Up tidy", "Down verbatim", "Up verbatim"]


def test_a_lone_modifier_is_a_key() -> None:
    assert hear(tracker(), "+right ctrl, +right ctrl, -right ctrl") == ["Down dictate", "Up dictate"]


def test_a_shortcut_with_a_lone_modifier_takes_the_dictation_back() -> None:
    said = hear(tracker(), "+right ctrl, +c, -c, +v, -v, -right ctrl")

    assert said == ["Down dictate", "Down cancel", "Up dictate"]


def test_escape_cancels_only_while_watched() -> None:
    made = tracker()

    said = hear(made, "+escape, -escape")
    made.watch_cancel(read({"cancel": ("escape",)}).actions.keys())
    said += hear(made, "+escape, +escape, -escape")
    made.watch_cancel(())
    said += hear(made, "+escape, -escape")

    assert said == ["Down cancel"]


def test_escape_cancels_with_the_combination_still_held() -> None:
    made = tracker(dictate=("ctrl+alt+d",))
    made.watch_cancel(read({"cancel": ("escape",)}).actions.keys())

    said = hear(made, "+left ctrl, +left alt, +d, +escape")

    assert said == ["Down dictate", "Down cancel"]


def test_the_keyboard_is_believed_when_a_release_was_missed() -> None:
    made = tracker()
    made.press("f9", 0.0)

    assert made.believe({"f9"}, 1.0) == []
    assert made.believe(set(), 2.0) == [Up("tidy", 2.0)]
    assert not made.busy


def test_modifiers_named_by_the_system_count() -> None:
    made = tracker()

    assert made.press("d", 0.0, frozenset({"ctrl", "alt"})) == [Down("dictate", 0.0)]
    assert made.believe({"d", "left ctrl", "right alt"}, 1.0) == []
    assert made.believe({"d", "left ctrl"}, 2.0) == [Up("dictate", 2.0)]


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(["left ctrl", "right ctrl", "left alt", "d", "f9", "f10"]))))
def test_downs_and_ups_alternate_whatever_is_typed(strokes: list[tuple[bool, str]]) -> None:
    made = tracker()
    held: set[str] = set()

    for down, key in strokes:
        for event in made.press(key, 0.0) if down else made.release(key, 0.0):
            if event.action == "cancel":
                continue
            assert (event.action in held) == isinstance(event, Up)
            held ^= {event.action}
    held -= {event.action for event in made.believe(set(), 0.0)}

    assert not held
