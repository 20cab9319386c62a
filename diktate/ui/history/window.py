"""The history window: past dictations in a table, and the whole of the one that is picked."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from diktate.flow import Dictation
from diktate.ui.history.model import APP, SPEECH, WAIT, WHEN, WORDS, HistoryModel

ROW_PX, WIDEST_PX = 36, 1600


class HistoryWindow(QWidget):
    """Shows the rows it is given, newest first as they come."""

    refresh_asked = Signal()
    """Also whenever the window is opened."""
    copied = Signal(str)
    """The id of the dictation whose words are wanted on the clipboard."""
    opened = Signal(str)
    """The id of a dictation that was double-clicked or entered."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("diktate · History"))
        self.resize(784, 560)
        self.model = HistoryModel()
        self.table = self._made_table()
        self.words = QPlainTextEdit()
        self.words.setReadOnly(True)
        self.words.setTabChangesFocus(True)
        self.words.setAccessibleName(self.tr("Words of this dictation"))
        self.trouble = QLabel()
        self.trouble.setProperty("role", "error")
        self.trouble.setTextFormat(Qt.TextFormat.PlainText)
        self.trouble.setWordWrap(True)
        self.trouble.hide()
        self.copy = QPushButton(self.tr("Copy"))
        self.copy.clicked.connect(self._copy)
        self.refresh = QPushButton(self.tr("Refresh"))
        self.refresh.clicked.connect(self.refresh_asked)
        self._lay_out()
        self.show_rows(())

    def show_rows(self, dictations: Sequence[Dictation]) -> None:
        """Show these rows; the one that was picked stays picked if it is still there."""
        picked = self._picked()
        self.model.show_rows(dictations)
        self.pages.setCurrentIndex(0 if dictations else 1)
        self.count.setText(self.tr("Dictations: {count}").format(count=len(dictations)))
        self.count.setVisible(bool(dictations))
        if picked is not None:
            ids = (place for place, row in enumerate(dictations) if row.receipt.id == picked.receipt.id)
            self.table.selectRow(next(ids, -1))
        self._show_picked()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh_asked.emit()

    def _made_table(self) -> QTableView:
        table = QTableView()
        table.setModel(self.model)
        table.setAccessibleName(self.tr("Past dictations"))
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setShowGrid(False)
        table.setTabKeyNavigation(False)
        table.setWordWrap(False)
        rows = table.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)  # one height for all: nothing is measured row by row
        rows.setDefaultSectionSize(ROW_PX)
        columns = table.horizontalHeader()
        columns.setHighlightSections(False)
        columns.setResizeContentsPrecision(0)  # only rows on the screen are measured
        for column in (WHEN, SPEECH, WAIT, APP):
            columns.setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        columns.setSectionResizeMode(WORDS, QHeaderView.ResizeMode.Stretch)
        columns.setMaximumSectionSize(WIDEST_PX)
        table.selectionModel().selectionChanged.connect(self._show_picked)
        table.activated.connect(self._open)
        return table

    def _lay_out(self) -> None:
        self.count = QLabel()
        self.count.setProperty("role", "note")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.count, 1)
        buttons.addWidget(self.refresh)
        buttons.addWidget(self.copy)
        self.words.setFixedHeight(104)
        rows = QWidget()
        column = QVBoxLayout(rows)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.table, 1)
        column.addWidget(self.trouble)
        column.addWidget(self.words)
        column.addLayout(buttons)
        self.pages = QStackedWidget()
        self.pages.addWidget(rows)
        self.pages.addWidget(self._made_empty())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.addWidget(self.pages)

    def _made_empty(self) -> QFrame:
        empty = QFrame()
        title = QLabel(self.tr("Nothing here yet"))
        title.setProperty("role", "title")
        said = QLabel(
            self.tr("Everything you dictate will be listed here. How much is kept is up to you, in Settings › Privacy.")
        )
        said.setWordWrap(True)
        column = QVBoxLayout(empty)
        column.setSpacing(8)
        column.addStretch(1)
        for line in (title, said):
            line.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(line)
        column.addStretch(2)
        return empty

    def _picked(self) -> Dictation | None:
        rows = self.table.selectionModel().selectedRows()
        return self.model.dictations[rows[0].row()] if rows else None

    def _show_picked(self) -> None:
        picked = self._picked()
        error = picked.receipt.error if picked else None
        self.words.setPlainText((picked.text or picked.raw or "") if picked else "")
        self.words.setPlaceholderText(
            self.tr("No words were kept.") if picked else self.tr("Pick a dictation to read the whole of it.")
        )
        self.trouble.setText(f"▲ {error.what} {error.fix}".strip() if error else "")
        self.trouble.setVisible(error is not None)
        self.copy.setEnabled(bool(self.words.toPlainText()))

    def _copy(self) -> None:
        if (picked := self._picked()) is not None:
            self.copied.emit(picked.receipt.id)

    def _open(self, index: QModelIndex) -> None:
        self.opened.emit(self.model.dictations[index.row()].receipt.id)
