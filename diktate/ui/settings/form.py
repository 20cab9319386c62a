"""The rows of the settings window: label, control, note, what is in use, what is wrong, and a way back."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from diktate.settings.schema import Row, Settings
from diktate.ui import phrases
from diktate.ui.settings.editors import Fraction, Sourced, WholeNumber, editor

LABEL_PX, CONTROL_PX, ROW_PX = 176, 288, 32


class Field(QWidget):
    """One setting."""

    changed = Signal(str, object)
    reset = Signal(str)

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.row = row
        title = phrases.translated(row.title)
        self.label = QLabel(title)
        self.label.setWordWrap(True)
        self.editor = editor(row)
        self.editor.setAccessibleName(title)
        self.label.setBuddy(self.editor)
        self.editor.edited.connect(self._edited)
        self.note = _small("note", phrases.translated(row.note) if row.note else "")
        self.editor.setAccessibleDescription(self.note.text())
        self.use = _small("note", "")
        self.error = _small("error", "")
        self.back = QPushButton(self.tr("Reset"))
        self.back.setProperty("role", "link")
        self.back.setAccessibleName(self.tr("Reset {setting}").format(setting=title))
        self.back.clicked.connect(self._asked_back)
        self._lay_out()

    def show_settings(self, settings: Settings) -> None:
        value = settings.get(self.row.key)
        self.editor.show_value(value)
        self.back.setVisible(value != self.row.default)
        self.refuse("")

    def offer(self, items: Sequence[tuple[str, str]]) -> None:
        if isinstance(self.editor, Sourced):
            self.editor.offer(items)

    def refuse(self, sentence: str) -> None:
        """Say beside the control why its value can't be taken; an empty sentence takes that back."""
        _tell(self.error, f"▲ {sentence}" if sentence else "")
        self.editor.setProperty("bad", "true" if sentence else "false")
        self.editor.style().unpolish(self.editor)  # a style sheet looks at a property once
        self.editor.style().polish(self.editor)
        if sentence and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self.editor, sentence))

    def show_use(self, sentence: str) -> None:
        """Say under the control what is really in use; empty for nothing to say."""
        _tell(self.use, sentence)

    def matches(self, words: str) -> bool:
        """Say whether every word stands somewhere in what this row says."""
        row = self.row
        parts = (row.key, self.label.text(), self.note.text(), phrases.translated(row.page))
        choices = (phrases.translated(choice) for _value, choice in row.choices)
        said = " ".join((*parts, *choices)).casefold()
        return all(word in said for word in words.casefold().split())

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        self.label.setFixedWidth(LABEL_PX)
        self.label.setMinimumHeight(ROW_PX)
        self.editor.setMinimumHeight(ROW_PX)
        number = isinstance(self.editor, (WholeNumber, Fraction))
        self.editor.setMinimumWidth(CONTROL_PX // 2 if number else CONTROL_PX)
        control = QHBoxLayout()
        control.setSpacing(8)
        control.addWidget(self.editor)
        control.addWidget(self.back)
        control.addStretch(1)
        grid.addWidget(self.label, 0, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(control, 0, 1, Qt.AlignmentFlag.AlignTop)
        for line, under in enumerate((self.error, self.use, self.note), start=1):
            grid.addWidget(under, line, 1)

    def _edited(self, value: object) -> None:
        self.refuse("")
        self.changed.emit(self.row.key, value)

    def _asked_back(self) -> None:
        self.reset.emit(self.row.key)


class Section(QWidget):
    """One page: its title and its rows."""

    def __init__(self, page: str, fields: Sequence[Field]) -> None:
        super().__init__()
        self.page, self.fields = page, fields
        self.title = QLabel(phrases.translated(page))
        self.title.setProperty("role", "title")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 24)
        column.setSpacing(16)
        column.addWidget(self.title)
        for field in fields:
            column.addWidget(field)

    def search(self, words: str) -> int:
        """Show the rows that match and give their number; no words match all."""
        found = 0
        for field in self.fields:
            fits = field.matches(words)
            field.setVisible(fits)
            found += fits
        self.setVisible(found > 0)
        return found


def _small(role: str, words: str) -> QLabel:
    label = QLabel()
    label.setProperty("role", role)
    label.setWordWrap(True)
    _tell(label, words)
    return label


def _tell(label: QLabel, words: str) -> None:
    label.setText(words)
    label.setVisible(bool(words))
