"""The live panel: the state in words, one big button, what the last dictation cost, and what needs attention."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from diktate.events import Phase
from diktate.flow import Trouble
from diktate.ui.panel.cards import HeadCard, KeysCard, ModelCard, ProblemsCard
from diktate.ui.panel.last import LastCard
from diktate.ui.state import State

_LISTENING = frozenset({Phase.OPENING, Phase.LISTENING})


class Panel(QWidget):
    """The window people see first, and where there is no tray the only one."""

    ordered = Signal(str, str)
    """(order, mode): start or stop."""
    download_asked = Signal(str)
    """A model's id."""
    download_cancelled = Signal()
    copy_asked = Signal(str)
    """The words of the last dictation, for the clipboard."""
    opened = Signal(str)
    """Another window: history, settings or help."""
    quit_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("diktate · Live"))
        self.resize(640, 720)
        self._state = State()
        self.head, self.model, self.problems = HeadCard(), ModelCard(), ProblemsCard()
        self.last, self.keys = LastCard(), KeysCard()
        self.head.pressed.connect(self._pressed)
        self.model.download_asked.connect(self.download_asked)
        self.model.download_cancelled.connect(self.download_cancelled)
        self.last.copy_asked.connect(self.copy_asked)
        self._lay_out()
        self.offer_models(())
        self.show_problems(())
        self.show_state(self._state)

    def show_state(self, state: State) -> None:
        self._state = state
        self.head.show_state(state, listening=state.phase in _LISTENING)
        self.last.show_last(state.last, state.last_text)
        self.keys.show_keys(state.hotkeys)

    def show_problems(self, problems: Sequence[Trouble]) -> None:
        """Show what is wrong and what to do about it; none hides the card."""
        self.problems.show_problems(problems)

    def offer_models(self, sizes: Sequence[tuple[str, str]]) -> None:
        """Say that no model is installed and which may be fetched, as (id, words); none says that one is there."""
        self.model.offer(sizes)
        self.model.setVisible(bool(sizes))
        self.head.button.setEnabled(not sizes)

    def show_download(self, done_bytes: int, total_bytes: int, sentence: str) -> None:
        """Show how far the download is; `done_bytes` of -1 says that it has ended, with the sentence why."""
        self.model.show_download(done_bytes, total_bytes, sentence)

    def _lay_out(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "page")
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(16)
        for card in (self.head, self.model, self.problems, self.last, self.keys):
            column.addWidget(card)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        whole.addLayout(self._doors())

    def _doors(self) -> QHBoxLayout:
        """Give the way to everything else: where there is no tray, this window is the only one that has it."""
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 16)
        row.setSpacing(8)
        for name, title in (
            ("history", self.tr("History")),
            ("settings", self.tr("Settings…")),
            ("help", self.tr("Help")),
        ):
            button = QPushButton(title)
            button.clicked.connect(partial(self.opened.emit, name))
            row.addWidget(button)
        row.addStretch(1)
        leave = QPushButton(self.tr("Quit diktate"))
        leave.clicked.connect(self.quit_asked)
        row.addWidget(leave)
        return row

    def _pressed(self) -> None:
        self.ordered.emit("stop" if self._state.phase in _LISTENING else "start", self._state.mode)
