"""From the settings' texts to a table."""

from __future__ import annotations

from diktate.hotkeys.bindings import read
from diktate.hotkeys.keys import parse


def test_a_bad_combination_costs_only_itself() -> None:
    bindings = read({"dictate": ("hello", "F9"), "tidy": ("ctrl+alt+t",)})

    assert bindings.actions == {parse("F9"): "dictate", parse("ctrl+alt+t"): "tidy"}
    assert [(bad.action, bad.combination) for bad in bindings.unusable] == [("dictate", "hello")]


def test_the_second_use_of_a_combination_is_refused() -> None:
    bindings = read({"dictate": ("ctrl+alt+d",), "tidy": ("Alt+Ctrl+D",)})

    assert bindings.actions == {parse("ctrl+alt+d"): "dictate"}
    assert [(bad.action, bad.combination) for bad in bindings.unusable] == [("tidy", "Ctrl+Alt+D")]
    assert bindings.unusable[0].error.what == "Ctrl+Alt+D is already the key of “dictate”."


def test_the_same_combination_twice_for_one_action_is_no_fault() -> None:
    bindings = read({"dictate": ("F9", "f9")})

    assert bindings.actions == {parse("F9"): "dictate"}
    assert not bindings.unusable
