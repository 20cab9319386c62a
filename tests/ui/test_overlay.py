from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from diktate.events import Phase
from diktate.flow import InsertReceipt, Receipt, Trouble
from diktate.ui.overlay import HEIGHT, Overlay
from diktate.ui.state import State

READY = State(phase=Phase.READY)
LISTENING = State(phase=Phase.LISTENING, listening_since=100.0)
WRITING = State(phase=Phase.TRANSCRIBING)
DONE = Receipt("1", "s", "dictate", "", after_release_ms=290.0, insert=InsertReceipt("paste", "gedit", 20.0, True))


@pytest.fixture
def overlay(qtbot: QtBot) -> Overlay:
    made = Overlay(level=lambda: 0.5, clock=lambda: 107.0)
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    "flag",
    [
        Qt.WindowType.WindowDoesNotAcceptFocus,
        Qt.WindowType.WindowTransparentForInput,
        Qt.WindowType.FramelessWindowHint,
        Qt.WindowType.WindowStaysOnTopHint,
        Qt.WindowType.BypassWindowManagerHint,
    ],
)
def test_it_can_never_take_the_focus_or_a_click(overlay: Overlay, flag: Qt.WindowType) -> None:
    assert overlay.windowFlags() & flag
    assert overlay.windowType() == Qt.WindowType.ToolTip
    assert overlay.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)


def test_another_window_keeps_the_focus(overlay: Overlay, qtbot: QtBot) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    line.show()
    line.activateWindow()
    qtbot.waitUntil(line.hasFocus)

    overlay.show_state(LISTENING)
    qtbot.waitUntil(overlay.isVisible)

    assert QApplication.focusWidget() is line


def test_it_polls_the_level_only_while_listening(qtbot: QtBot) -> None:
    asked: list[float] = []

    def level() -> float:
        asked.append(1.0)
        return 0.5

    overlay = Overlay(level)
    qtbot.addWidget(overlay)

    for state in (READY, State(phase=Phase.OPENING)):
        overlay.show_state(state)
        assert not overlay.frames.isActive()
    overlay.show_state(LISTENING)
    qtbot.waitUntil(lambda: len(asked) >= 3)
    overlay.show_state(WRITING)

    assert not overlay.frames.isActive()


@pytest.mark.parametrize("last", [WRITING, READY, State(phase=Phase.ERROR)])
def test_nothing_ticks_after_listening(overlay: Overlay, last: State) -> None:
    overlay.show_state(LISTENING)

    overlay.show_state(last)

    assert not overlay.frames.isActive()


def test_it_goes_when_the_words_are_there(overlay: Overlay, qtbot: QtBot) -> None:
    overlay.show_state(WRITING)
    assert overlay.isVisible()

    overlay.show_state(replace(READY, last=DONE))
    assert overlay.isVisible()

    qtbot.waitUntil(lambda: not overlay.isVisible(), timeout=10_000)
    assert not overlay.leaving.isActive()


def test_it_goes_at_once_when_cancelled(overlay: Overlay) -> None:
    overlay.show_state(LISTENING)

    overlay.show_state(READY)

    assert not overlay.isVisible()


def test_a_new_dictation_takes_the_place_of_the_last_word(overlay: Overlay) -> None:
    overlay.show_state(WRITING)
    overlay.show_state(replace(READY, last=DONE))

    overlay.show_state(replace(LISTENING, last=DONE))

    assert not overlay.leaving.isActive()
    assert overlay.isVisible()


def test_it_stands_at_the_lower_edge_in_the_middle(overlay: Overlay) -> None:
    overlay.show_state(WRITING)

    area = overlay.screen().availableGeometry()
    assert overlay.height() == HEIGHT
    assert abs(overlay.geometry().center().x() - area.center().x()) <= 1
    assert area.bottom() - 60 < overlay.geometry().bottom() < area.bottom()


def test_long_sentences_wrap(overlay: Overlay) -> None:
    long = Trouble("insert", "Nobody read the text that was just pasted there. " * 2, "It is on your clipboard now.")

    overlay.show_state(State(phase=Phase.ERROR, trouble=long))

    assert overlay.height() > HEIGHT
    assert overlay.width() < 500


@pytest.mark.parametrize("state", [LISTENING, WRITING, State(phase=Phase.OPENING)])
def test_it_paints_its_dot(overlay: Overlay, state: State) -> None:
    overlay.show_state(state)

    image = overlay.grab().toImage()

    assert image.pixelColor(21, image.height() // 2) != image.pixelColor(21, 4)
