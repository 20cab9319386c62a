"""Past dictations as a table for Qt: cells are made when they are looked at, so that 100,000 rows cost nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QDateTime, QLocale, QModelIndex, QPersistentModelIndex, Qt

from diktate.flow import Dictation
from diktate.ui import phrases

Index = QModelIndex | QPersistentModelIndex
WHEN, WORDS, SPEECH, WAIT, APP = range(5)
_NOWHERE = QModelIndex()


class HistoryModel(QAbstractTableModel):
    """The rows it was given, in the order given."""

    def __init__(self) -> None:
        super().__init__()
        self.dictations: Sequence[Dictation] = ()
        self._titles = (self.tr("When"), self.tr("Words"), self.tr("Speech"), self.tr("Wait"), self.tr("Window"))

    def show_rows(self, dictations: Sequence[Dictation]) -> None:
        self.beginResetModel()
        self.dictations = dictations
        self.endResetModel()

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self.dictations)

    def columnCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._titles[section]
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cell(self.dictations[index.row()], index.column())
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(index.column())
            case _:
                return None

    def _cell(self, dictation: Dictation, column: int) -> str:
        receipt = dictation.receipt
        match column:
            case 0:
                return when_words(receipt.started_at)
            case 1:
                return self._words(dictation)
            case 2:
                return "" if receipt.audio_s is None else phrases.clock_words(receipt.audio_s)
            case 3:
                wait_ms = receipt.after_release_ms
                return "" if wait_ms is None else phrases.seconds_words(wait_ms)
            case _:
                return (receipt.insert.app if receipt.insert else None) or ""

    def _words(self, dictation: Dictation) -> str:
        words = " ".join((dictation.text or dictation.raw or "").split())
        if dictation.receipt.error is None:
            return words or self.tr("(the words were not kept)")
        failed = self.tr("▲ Failed")
        return f"{failed} · {words or dictation.receipt.error.what}"


def when_words(started_at: str) -> str:
    """Give the day and time here, as people write it here; the text itself if it is no time."""
    try:
        moment = datetime.fromisoformat(started_at)
    except ValueError:
        return started_at
    local = QDateTime.fromSecsSinceEpoch(int(moment.timestamp()))
    return QLocale().toString(local, QLocale.FormatType.ShortFormat)


def _alignment(column: int) -> int:
    across = Qt.AlignmentFlag.AlignRight if column in {SPEECH, WAIT} else Qt.AlignmentFlag.AlignLeft
    return int(across | Qt.AlignmentFlag.AlignVCenter)
