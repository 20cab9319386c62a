from __future__ import annotations

import time
from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from diktate.flow import Dictation, InsertReceipt, Receipt, Trouble
from diktate.ui.history.model import WORDS, when_words
from diktate.ui.history.window import HistoryWindow

DONE = Receipt(
    "1",
    "s",
    "dictate",
    "2026-11-20T14:02:00Z",
    audio_s=34.2,
    after_release_ms=310.0,
    insert=InsertReceipt("paste", "gedit", 28.0, True),
)
FAILED = replace(DONE, id="2", insert=None, after_release_ms=None, error=Trouble("speech", "It stopped.", "Try again."))


@pytest.fixture
def window(qtbot: QtBot) -> HistoryWindow:
    made = HistoryWindow()
    qtbot.addWidget(made)
    return made


def _line(window: HistoryWindow, row: int) -> list[str]:
    return [str(window.model.index(row, column).data()) for column in range(1, window.model.columnCount())]


def test_a_row_says_words_seconds_wait_and_window(window: HistoryWindow) -> None:
    window.show_rows([Dictation(DONE, text="We meet\non Tuesday.")])

    assert _line(window, 0) == ["We meet on Tuesday.", "0:34", "0.31 s", "gedit"]


def test_a_failed_one_is_marked_and_says_why(window: HistoryWindow) -> None:
    window.show_rows([Dictation(FAILED)])
    window.table.selectRow(0)

    assert _line(window, 0) == ["▲ Failed · It stopped.", "0:34", "", ""]
    assert "Try again." in window.trouble.text()
    assert not window.trouble.isHidden()


def test_an_empty_history_says_what_will_be_here(window: HistoryWindow) -> None:
    empty = window.pages.currentWidget()
    assert empty is not None

    assert any("will be listed here" in label.text() for label in empty.findChildren(QLabel))
    window.show_rows([Dictation(DONE, text="x")])
    assert window.pages.currentIndex() == 0


def test_the_whole_of_the_picked_one_can_be_read_and_copied(window: HistoryWindow, qtbot: QtBot) -> None:
    window.show_rows([Dictation(DONE, text="Long words."), Dictation(FAILED, raw="As heard.")])
    assert not window.copy.isEnabled()

    window.table.selectRow(1)
    assert window.words.toPlainText() == "As heard."
    with qtbot.waitSignal(window.copied) as copied:
        window.copy.click()

    assert copied.args == ["2"]


def test_a_row_that_is_entered_is_opened(window: HistoryWindow, qtbot: QtBot) -> None:
    window.show_rows([Dictation(DONE, text="x")])

    with qtbot.waitSignal(window.opened) as opened:
        window.table.activated.emit(window.model.index(0, WORDS))

    assert opened.args == ["1"]


def test_it_asks_for_rows_when_it_is_opened_and_on_wish(window: HistoryWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(window.refresh_asked):
        window.show()
    with qtbot.waitSignal(window.refresh_asked):
        window.refresh.click()


def test_new_rows_leave_the_picked_one_picked(window: HistoryWindow) -> None:
    window.show_rows([Dictation(DONE, text="First.")])
    window.table.selectRow(0)

    window.show_rows([Dictation(FAILED), Dictation(DONE, text="First.")])

    assert window.words.toPlainText() == "First."


def test_a_hundred_thousand_rows_are_shown_at_once(window: HistoryWindow, qtbot: QtBot) -> None:
    many = [Dictation(replace(DONE, id=str(number)), text="Words.") for number in range(100_000)]
    window.show()
    started = time.perf_counter()

    window.show_rows(many)
    window.table.scrollToBottom()
    window.grab()

    assert time.perf_counter() - started < 2
    assert window.model.rowCount() == 100_000


def test_columns_of_numbers_line_up_at_the_right(window: HistoryWindow) -> None:
    window.show_rows([Dictation(DONE, text="x")])

    alignment = window.model.index(0, 3).data(Qt.ItemDataRole.TextAlignmentRole)

    assert alignment & int(Qt.AlignmentFlag.AlignRight)


def test_a_time_that_is_none_is_shown_as_it_stands() -> None:
    assert when_words("yesterday") == "yesterday"
