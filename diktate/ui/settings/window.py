"""The settings window: pages at the left, rows at the right, and a search over all of them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from diktate.settings.schema import Settings, rows
from diktate.ui.settings.form import Field, Section

SIDE_PX = 192


class SettingsWindow(QWidget):
    """Draws the table of settings. It changes nothing itself: it says what a person wants."""

    changed = Signal(str, object)
    """(key, value), the value in the row's own type."""
    reset = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("diktate · Settings"))
        self.resize(784, 592)
        self.fields = {key: Field(row) for key, row in rows().items()}
        for field in self.fields.values():
            field.changed.connect(self.changed)
            field.reset.connect(self.reset)
        self.sections = self._made_sections()
        self._lay_out()
        self.pages.setCurrentRow(0)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self._go_to_search)

    def show_settings(self, settings: Settings) -> None:
        """Show these values; errors beside fields go."""
        for field in self.fields.values():
            field.show_settings(settings)

    def offer(self, source: str, items: Sequence[tuple[str, str]]) -> None:
        """Fill the lists that come from a source such as `microphones` with (value, words)."""
        for field in self.fields.values():
            if field.row.source == source:
                field.offer(items)

    def refuse(self, key: str, sentence: str) -> None:
        """Say beside a field why its value was not taken."""
        self.fields[key].refuse(sentence)

    def show_use(self, key: str, sentence: str) -> None:
        """Say under a field what is really in use, such as "In use: CPU int8"."""
        self.fields[key].show_use(sentence)

    def go_to(self, page: str) -> None:
        """Open a page by its name in the table of settings."""
        names = [section.page for section in self.sections]
        if page in names:
            self.search.clear()
            self.pages.setCurrentRow(names.index(page))

    def _made_sections(self) -> list[Section]:
        by_page: dict[str, list[Field]] = {}
        for field in self.fields.values():
            by_page.setdefault(field.row.page, []).append(field)
        return [Section(page, fields) for page, fields in by_page.items()]

    def _lay_out(self) -> None:
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self._made_side())
        across.addWidget(self._made_body(), 1)
        for first, then in ((self.search, self.pages), (self.pages, self.sections[0].fields[0].editor)):
            QWidget.setTabOrder(first, then)

    def _made_side(self) -> QFrame:
        self.search = QLineEdit()
        self.search.setPlaceholderText(self.tr("Search settings"))
        self.search.setAccessibleName(self.tr("Search settings"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.pages = QListWidget()
        self.pages.setProperty("role", "pages")
        self.pages.setAccessibleName(self.tr("Pages"))
        self.pages.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.pages.setWordWrap(True)
        for section in self.sections:
            self.pages.addItem(QListWidgetItem(section.title.text()))
        self.pages.currentRowChanged.connect(self._turn_to)
        side = QFrame()
        side.setProperty("role", "side")
        side.setFixedWidth(SIDE_PX)
        column = QVBoxLayout(side)
        column.setContentsMargins(8, 16, 8, 8)
        column.setSpacing(16)
        column.addWidget(self.search)
        column.addWidget(self.pages)
        return side

    def _made_body(self) -> QScrollArea:
        inside = QWidget()
        inside.setProperty("role", "page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(24, 16, 24, 0)
        column.setSpacing(0)
        for section in self.sections:
            column.addWidget(section)
        self.nothing = QLabel()
        self.nothing.setWordWrap(True)
        self.nothing.hide()
        column.addWidget(self.nothing)
        column.addStretch(1)
        self.body = QScrollArea()
        self.body.setWidgetResizable(True)
        self.body.setFrameShape(QFrame.Shape.NoFrame)
        self.body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.body.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body.setWidget(inside)
        return self.body

    def _turn_to(self, index: int) -> None:
        if index < 0:
            return
        self.search.clear()
        for place, section in enumerate(self.sections):
            section.search("")
            section.setVisible(place == index)
        self.nothing.hide()
        self.body.verticalScrollBar().setValue(0)

    def _search(self, words: str) -> None:
        if not words.strip():
            if self.pages.currentRow() < 0:
                self.pages.setCurrentRow(0)
            return
        self.pages.setCurrentRow(-1)
        found = sum(section.search(words) for section in self.sections)
        self.nothing.setText(self.tr("No setting speaks of “{words}”.").format(words=words.strip()))
        self.nothing.setVisible(not found)

    def _go_to_search(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()
