from __future__ import annotations

import pytest

from diktate.events import Phase
from diktate.ui import phrases
from diktate.ui.state import Engine, State


@pytest.mark.parametrize(
    ("combination", "words"),
    [
        ("ctrl+alt+d", "Ctrl+Alt+D"),
        ("f9", "F9"),
        ("right_ctrl", "Right Ctrl"),
        ("escape", "Esc"),
        ("super+space", "Super+Space"),
    ],
)
def test_keys_are_written_as_they_are_printed_on_keyboards(combination: str, words: str) -> None:
    assert phrases.keys_words(combination) == words


@pytest.mark.parametrize(("seconds", "words"), [(0, "0:00"), (7.9, "0:07"), (61, "1:01"), (-1, "0:00")])
def test_a_running_time_is_minutes_and_seconds(seconds: float, words: str) -> None:
    assert phrases.clock_words(seconds) == words


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_has_a_word(phase: Phase) -> None:
    assert phrases.phase_word(phase)


def test_the_state_line_leaves_out_what_is_not_there() -> None:
    assert phrases.state_line(State(phase=Phase.READY)) == "Ready"
    engine = Engine("faster-whisper", "base", "cuda", "float16", loaded=False)
    assert phrases.state_line(State(phase=Phase.READY, engine=engine)) == "Ready · base · GPU float16"
