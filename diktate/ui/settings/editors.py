"""One editor for each kind of setting: shows a value, and says when a person has changed it.

Each has `show_value` and a signal `edited` with the new value in the row's own type. Being shown a value is no
change: only a person's deed emits.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QSpinBox, QWidget

from diktate.settings.schema import Row, Value
from diktate.ui import phrases

FAR = 1_000_000_000
"""For numbers without a limit; Qt wants one."""
NUMBER_MARGINS = (6, 0, 0, 0)
"""A style sheet's padding stops at the box, and the line inside stands at its edge."""


class Switch(QCheckBox):
    """On or off."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.clicked.connect(self._clicked)

    def show_value(self, value: Value) -> None:
        self.setChecked(bool(value))

    def _clicked(self) -> None:
        self.edited.emit(self.isChecked())


class WholeNumber(QSpinBox):
    """A number without a fraction."""

    edited = Signal(object)

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.setRange(int(-FAR if row.low is None else row.low), int(FAR if row.high is None else row.high))
        self.setSuffix(f" {phrases.translated(row.unit)}" if row.unit else "")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)  # "1800" is one change, not four
        self.lineEdit().setTextMargins(*NUMBER_MARGINS)
        self.valueChanged.connect(self._stepped)

    def show_value(self, value: Value) -> None:
        self.blockSignals(True)
        self.setValue(int(value) if isinstance(value, (int, float)) else 0)
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not _scrolls_past(self, event):
            super().wheelEvent(event)

    def _stepped(self) -> None:
        self.edited.emit(self.value())


class Fraction(QDoubleSpinBox):
    """A number with a fraction."""

    edited = Signal(object)

    def __init__(self, row: Row) -> None:
        super().__init__()
        self.setRange(-FAR if row.low is None else row.low, FAR if row.high is None else row.high)
        self.setSuffix(f" {phrases.translated(row.unit)}" if row.unit else "")
        self.setSingleStep(0.1)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setKeyboardTracking(False)
        self.lineEdit().setTextMargins(*NUMBER_MARGINS)
        self.valueChanged.connect(self._stepped)

    def show_value(self, value: Value) -> None:
        self.blockSignals(True)
        self.setValue(float(value) if isinstance(value, (int, float)) else 0.0)
        self.blockSignals(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not _scrolls_past(self, event):
            super().wheelEvent(event)

    def _stepped(self) -> None:
        self.edited.emit(self.value())


class Choice(QComboBox):
    """One of a few."""

    edited = Signal(object)

    def __init__(self, row: Row) -> None:
        super().__init__()
        _let_shrink(self)
        for value, words in row.choices:
            self.addItem(phrases.translated(words), value)
        self.activated.connect(self._picked)

    def show_value(self, value: Value) -> None:
        self.setCurrentIndex(self.findData(value))

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not _scrolls_past(self, event):
            super().wheelEvent(event)

    def _picked(self, index: int) -> None:
        self.edited.emit(self.itemData(index))


class Sourced(QComboBox):
    """A text that is usually one of a list, such as a microphone; another one may be typed."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        _let_shrink(self)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._value = ""
        self._line().setPlaceholderText(self.tr("Chosen for me"))
        self.activated.connect(self._finished)
        self._line().editingFinished.connect(self._finished)

    def offer(self, items: Sequence[tuple[str, str]]) -> None:
        """Take the list as (value, words); the value in use stays, also if it is not in it."""
        self.clear()
        for value, words in items:
            self.addItem(words, value)
        self.show_value(self._value)

    def show_value(self, value: Value) -> None:
        self._value = str(value)
        index = self.findData(self._value)
        self.setCurrentIndex(index)
        if index < 0:
            self.setEditText(self._value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not _scrolls_past(self, event):
            super().wheelEvent(event)

    def _line(self) -> QLineEdit:
        line = self.lineEdit()
        assert line is not None  # noqa: S101 - an editable box has one
        return line

    def _finished(self) -> None:
        typed = self.currentText()
        index = self.findText(typed, Qt.MatchFlag.MatchFixedString)
        value = str(self.itemData(index)) if index >= 0 else typed.strip()
        if value != self._value:
            self._value = value
            self.edited.emit(value)


class Line(QLineEdit):
    """Free text."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown = ""
        self.editingFinished.connect(self._finished)

    def show_value(self, value: Value) -> None:
        self._shown = str(value)
        self.setText(self._shown)

    def _finished(self) -> None:
        if self.text() != self._shown:
            self._shown = self.text()
            self.edited.emit(self._shown)


class Items(QLineEdit):
    """A list such as hotkeys, written with commas."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[str, ...] = ()
        self.setPlaceholderText(self.tr("None"))
        self.editingFinished.connect(self._finished)

    def show_value(self, value: Value) -> None:
        self._shown = value if isinstance(value, tuple) else ()
        self.setText(", ".join(self._shown))

    def _finished(self) -> None:
        items = tuple(part.strip() for part in self.text().split(",") if part.strip())
        if items != self._shown:
            self._shown = items
            self.edited.emit(items)


AnyEditor = Switch | WholeNumber | Fraction | Choice | Sourced | Line | Items


def editor(row: Row) -> AnyEditor:
    """Make the editor of a row."""
    match row.kind:
        case "switch":
            return Switch()
        case "number":
            return Fraction(row) if isinstance(row.default, float) else WholeNumber(row)
        case "choice":
            return Choice(row)
        case "list":
            return Items()
        case "text":
            return Sourced() if row.source else Line()


def _let_shrink(box: QComboBox) -> None:
    box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    # A long microphone name may not make the window wide.
    box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    box.setMinimumContentsLength(12)


def _scrolls_past(widget: QWidget, event: QWheelEvent) -> bool:
    """Leave the wheel to the page unless the control has the focus, so that scrolling changes no setting."""
    if widget.hasFocus():
        return False
    event.ignore()
    return True
