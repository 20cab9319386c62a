"""The cards of the panel: the state with its big button, the download, keys, problems."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from diktate.flow import Trouble
from diktate.ui import phrases
from diktate.ui.panel.card import Card, across, label
from diktate.ui.state import State


class ModelCard(Card):
    """What to do while there is no speech model: choose a size and fetch it."""

    download_asked = Signal(str)
    download_cancelled = Signal()

    def __init__(self) -> None:
        super().__init__("")
        self.heading.setText(self.tr("No speech model yet"))
        self.column.addWidget(
            label(self.tr("It turns your speech into words, here on this computer. It is fetched once."), role="note")
        )
        self.sizes = QComboBox()
        self.sizes.setAccessibleName(self.tr("Speech model"))
        self.sizes.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sizes.setMinimumContentsLength(16)
        self.download = QPushButton(self.tr("Download"))
        self.download.setProperty("role", "primary")
        self.download.clicked.connect(self._asked)
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setAccessibleName(self.tr("Cancel the download"))
        self.cancel.clicked.connect(self.download_cancelled)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Download"))
        self.sentence = label("", role="note")
        self.column.addLayout(across(self.sizes, self.download, self.cancel, stretch=0))
        self.column.addWidget(self.progress)
        self.column.addWidget(self.sentence)
        self._show_running(running=False)
        self.sentence.hide()

    def offer(self, sizes: Sequence[tuple[str, str]]) -> None:
        """Take the sizes as (model id, words), the recommended one first."""
        self.sizes.clear()
        for model_id, words in sizes:
            self.sizes.addItem(words, model_id)

    def show_download(self, done_bytes: int, total_bytes: int, sentence: str) -> None:
        """Show how far it is. A total of 0 is not known yet; a negative `done_bytes` means nothing runs any more."""
        running = done_bytes >= 0
        self._show_running(running=running)
        # Promille: the bar counts in 32 bits, and a model has more bytes.
        self.progress.setRange(0, 1000 if total_bytes else 0)
        self.progress.setValue(round(1000 * done_bytes / total_bytes) if running and total_bytes else 0)
        self.sentence.setText(sentence)
        self.sentence.setVisible(bool(sentence))

    def _show_running(self, *, running: bool) -> None:
        self.progress.setVisible(running)
        self.cancel.setVisible(running)
        self.download.setVisible(not running)
        self.sizes.setEnabled(not running)

    def _asked(self) -> None:
        self.download_asked.emit(self.sizes.currentData())


class KeysCard(Card):
    """The keys as they really work now, which may differ from what was asked for."""

    def __init__(self) -> None:
        super().__init__("")
        self.heading.setText(self.tr("Keys that work now"))
        self.none = label(self.tr("No key works here. The tray icon and the button above do."), role="note")
        self.column.addWidget(self.none)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnStretch(1, 1)
        self.column.addLayout(self._grid)
        self._shown: tuple[tuple[str, str], ...] | None = None

    def show_keys(self, hotkeys: tuple[tuple[str, str], ...]) -> None:
        if hotkeys == self._shown:
            return
        self._shown = hotkeys
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        for line, (mode, combination) in enumerate(hotkeys):
            title = self.tr("Cancel") if mode == "cancel" else phrases.mode_title(mode)
            keys = label(phrases.keys_words(combination), role="keys")
            keys.setWordWrap(False)
            self._grid.addWidget(label(title), line, 0)
            self._grid.addWidget(keys, line, 1, Qt.AlignmentFlag.AlignLeft)
        self.none.setVisible(not hotkeys)


class ProblemsCard(Card):
    """What is wrong, each with its remedy."""

    def __init__(self) -> None:
        super().__init__("")
        self.heading.setText(self.tr("Worth knowing"))
        self.lines: list[QWidget] = []

    def show_problems(self, problems: Sequence[Trouble]) -> None:
        for line in self.lines:
            line.deleteLater()
        self.lines = [self._line(problem) for problem in problems]
        for line in self.lines:
            self.column.addWidget(line)
        self.setVisible(bool(problems))

    def _line(self, problem: Trouble) -> QWidget:
        line = QWidget()
        sign = label("▲", role="warning")
        sign.setAccessibleName(self.tr("Problem"))
        sign.setWordWrap(False)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(label(problem.what))
        if problem.fix:
            said.addWidget(label(problem.fix, role="note"))
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(said, 1)
        return line


class HeadCard(Card):
    """The state in words, the engine as it really runs, and the one big button."""

    pressed = Signal()

    def __init__(self) -> None:
        super().__init__("")
        self.heading.setProperty("role", "title")
        self.heading.setAccessibleName("")
        self.engine = label("", role="note")
        self.button = QPushButton()
        self.button.setProperty("role", "big")
        self.button.clicked.connect(self.pressed)
        self.column.removeWidget(self.heading)
        said = QVBoxLayout()
        said.setSpacing(4)
        said.addWidget(self.heading)
        said.addWidget(self.engine)
        row = QHBoxLayout()
        row.setSpacing(16)
        row.addLayout(said, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignVCenter)
        self.column.addLayout(row)

    def show_state(self, state: State, *, listening: bool) -> None:
        self.heading.setText(phrases.phase_word(state.phase))
        self.engine.setText(self._engine_words(state))
        self.button.setText(self.tr("Stop and write") if listening else self.tr("Start dictation"))

    def _engine_words(self, state: State) -> str:
        if state.engine is None:
            return self.tr("No speech model is in use yet.")
        engine = phrases.engine_words(state.engine)
        if state.engine.loaded:
            return self.tr("In use: {engine}").format(engine=engine)
        return self.tr("{engine}, loaded when you next speak").format(engine=engine)
