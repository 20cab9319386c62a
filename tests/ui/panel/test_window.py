from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from diktate.events import Phase
from diktate.flow import InsertReceipt, Receipt, Trouble
from diktate.ui.panel.window import Panel
from diktate.ui.state import Engine, State

DONE = Receipt(
    "1",
    "s",
    "dictate",
    "2026-11-20T14:02:00Z",
    audio_s=34.2,
    after_release_ms=310.0,
    insert=InsertReceipt("paste", "gedit", 28.0, True),
)
READY = State(
    phase=Phase.READY,
    engine=Engine("faster-whisper", "mini-whisper", "cpu", "int8", loaded=True),
    last=DONE,
    last_text="We meet on Tuesday.",
    hotkeys=(("dictate", "ctrl+alt+d"), ("cancel", "escape")),
)


@pytest.fixture
def panel(qtbot: QtBot) -> Panel:
    made = Panel()
    qtbot.addWidget(made)
    made.show_state(READY)
    return made


def _texts(panel: Panel) -> list[str]:
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisibleTo(panel)]


def test_it_says_the_state_and_the_engine_really_in_use(panel: Panel) -> None:
    assert panel.head.heading.text() == "Ready"
    assert panel.head.engine.text() == "In use: mini-whisper · CPU int8"


@pytest.mark.parametrize(
    ("phase", "order"), [(Phase.READY, "start"), (Phase.OPENING, "stop"), (Phase.LISTENING, "stop")]
)
def test_the_big_button_starts_and_stops(panel: Panel, qtbot: QtBot, phase: Phase, order: str) -> None:
    panel.show_state(replace(READY, phase=phase))

    with qtbot.waitSignal(panel.ordered) as said:
        panel.head.button.click()

    assert said.args == [order, "dictate"]


def test_words_are_hidden_until_they_are_asked_for(panel: Panel) -> None:
    assert "We meet on Tuesday." not in _texts(panel)

    panel.last.reveal.click()

    assert "We meet on Tuesday." in _texts(panel)


def test_words_of_a_new_dictation_are_hidden_again(panel: Panel) -> None:
    panel.last.reveal.click()

    panel.show_state(replace(READY, last=replace(DONE, id="2"), last_text="A secret."))

    assert "A secret." not in _texts(panel)


def test_words_can_be_copied_unseen(panel: Panel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.copy_asked) as asked:
        panel.last.copy.click()

    assert asked.args == ["We meet on Tuesday."]


def test_the_last_dictation_says_how_long_its_words_took(panel: Panel) -> None:
    assert panel.last.heading.text() == "Last dictation: 34 s of speech, words there in 0.31 s"
    assert panel.last.how.text() == "pasted into gedit, confirmed"


def test_only_a_seen_paste_is_called_confirmed(panel: Panel) -> None:
    panel.show_state(replace(READY, last=replace(DONE, insert=InsertReceipt("paste", "gedit", 28.0, False))))

    assert panel.last.how.text() == "Pasted"


def test_before_the_first_dictation_it_says_what_will_be_here(panel: Panel) -> None:
    panel.show_state(State(phase=Phase.READY))

    assert "will stand here" in panel.last.facts.text()
    assert not panel.last.reveal.isVisibleTo(panel)
    assert not panel.last.copy.isVisibleTo(panel)


def test_keys_are_shown_as_they_work_now(panel: Panel) -> None:
    assert {"Ctrl+Alt+D", "Esc"} <= set(_texts(panel))

    panel.show_state(replace(READY, hotkeys=()))

    assert panel.keys.none.isVisibleTo(panel)


def test_every_problem_stands_there_with_its_remedy(panel: Panel) -> None:
    panel.show_problems([Trouble("hotkey", "The key is taken.", "Choose another.")])
    shown = _texts(panel)

    panel.show_problems(())

    assert {"The key is taken.", "Choose another."} <= set(shown)
    assert not panel.problems.isVisibleTo(panel)


def test_without_a_model_one_can_be_fetched(panel: Panel, qtbot: QtBot) -> None:
    assert not panel.model.isVisibleTo(panel)
    panel.offer_models([("base", "Base · 145 MB"), ("small", "Small · 484 MB")])
    assert panel.model.isVisibleTo(panel)
    assert not panel.head.button.isEnabled()

    panel.model.sizes.setCurrentIndex(1)
    with qtbot.waitSignal(panel.download_asked) as asked:
        panel.model.download.click()

    assert asked.args == ["small"]


def test_a_download_shows_how_far_it_is_and_can_be_cancelled(panel: Panel, qtbot: QtBot) -> None:
    panel.offer_models([("large", "Large · 3 GB")])

    panel.show_download(1_550_000_000, 3_100_000_000, "1.5 of 3.1 GB")
    half = panel.model.progress.value() / panel.model.progress.maximum()
    with qtbot.waitSignal(panel.download_cancelled):
        panel.model.cancel.click()
    panel.show_download(-1, 0, "Cancelled.")

    assert half == pytest.approx(0.5)
    assert "Cancelled." in _texts(panel)
    assert panel.model.download.isVisibleTo(panel)
    assert not panel.model.progress.isVisibleTo(panel)


def test_the_card_goes_when_a_model_is_there(panel: Panel) -> None:
    panel.offer_models([("base", "Base")])

    panel.offer_models(())

    assert not panel.model.isVisibleTo(panel)
    assert panel.head.button.isEnabled()
