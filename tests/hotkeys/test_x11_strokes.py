"""What a held key repeats is left out."""

from __future__ import annotations

from diktate.hotkeys.x11_strokes import Stroke, came_back, without_repeats


def down(code: int, time_ms: int) -> Stroke:
    return Stroke(down=True, code=code, state=0, time_ms=time_ms)


def up(code: int, time_ms: int) -> Stroke:
    return Stroke(down=False, code=code, state=0, time_ms=time_ms)


def test_release_and_press_of_one_moment_are_a_repeat() -> None:
    strokes = [down(9, 0), up(9, 660), down(9, 660), up(9, 700), down(9, 700), up(9, 730)]

    assert without_repeats(strokes) == [down(9, 0), up(9, 730)]


def test_a_finger_that_came_back_is_no_repeat() -> None:
    strokes = [down(9, 0), up(9, 60), down(9, 140)]

    assert without_repeats(strokes) == strokes
    assert came_back(strokes, 1)


def test_other_keys_between_change_nothing() -> None:
    assert without_repeats([up(9, 10), down(8, 10), down(9, 10)]) == [down(8, 10)]


def test_the_servers_clock_may_wrap_around() -> None:
    assert without_repeats([up(9, 2**32 - 1), down(9, 3)]) == []
