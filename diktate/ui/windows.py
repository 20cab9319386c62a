"""The windows: built when first opened, fed with what they show, their wishes passed on."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from diktate import modes
from diktate.errors import ModelError, SettingsError
from diktate.flow import Dictation, Receipt, Trouble
from diktate.history import Entry
from diktate.settings.schema import row
from diktate.stt.models import MODELS, RECOMMENDED, Model
from diktate.toolbox import Toolbox
from diktate.ui.background import Background
from diktate.ui.conductor import Conductor
from diktate.ui.download import Download
from diktate.ui.phrases import engine_words
from diktate.ui.state import State

if TYPE_CHECKING:
    from diktate.ui.help import HelpWindow
    from diktate.ui.history.window import HistoryWindow
    from diktate.ui.panel.window import Panel
    from diktate.ui.settings.window import SettingsWindow

ROWS = 1000
"""Dictations that the history shows."""
OFFERED = sorted(MODELS, key=lambda model: model.id != RECOMMENDED)
"""The models to download, the recommended one first."""


class Windows(QObject):
    """Opens panel, history, settings and help; keeps the open ones up to date."""

    quit_asked = Signal()

    def __init__(
        self,
        conductor: Conductor,
        toolbox: Toolbox,
        background: Background,
        change: Callable[[str, object], None],
    ) -> None:
        """`change` takes a setting's key and value, or raises SettingsError."""
        super().__init__()
        self._conductor, self._toolbox, self._background, self._change = conductor, toolbox, background, change
        self.crash = ""
        """The report of the last run's crash, "" if there was none."""
        self._panel: Panel | None = None
        self._history: HistoryWindow | None = None
        self._settings: SettingsWindow | None = None
        self._help: HelpWindow | None = None
        self._rows: dict[str, Dictation] = {}
        self._shown: Receipt | None = None
        """The newest dictation in the history window."""
        self._download = Download(self)
        self._download.moved.connect(self._on_moved)
        self._download.ended.connect(self._on_download_ended)
        conductor.problems_changed.connect(self._on_problems)

    @Slot(str)
    def open(self, name: str) -> None:
        """Bring up a window by its name."""
        match name:
            case "history":
                window: QWidget = self._history or self._make_history()
                self._refresh_history()
            case "settings":
                window = self._settings or self._make_settings()
            case "help":
                window = self._help or self._make_help()
            case _:
                window = self._panel or self._make_panel()
        window.show()
        window.raise_()
        window.activateWindow()

    def show_state(self, state: State) -> None:
        if self._panel:
            self._panel.show_state(state)
        if self._settings and state.engine:
            self._settings.show_use("stt.device", self.tr("In use: {engine}").format(engine=engine_words(state.engine)))
        if self._history and self._history.isVisible() and state.last != self._shown:
            self._shown = state.last
            self._refresh_history()

    def settings_changed(self) -> None:
        if self._settings:
            self._settings.show_settings(self._toolbox.settings)

    # -- panel

    def _make_panel(self) -> Panel:
        from diktate.ui.panel.window import Panel

        self._panel = panel = Panel()
        panel.ordered.connect(self._conductor.order)
        panel.copy_asked.connect(self._copy_text)
        panel.opened.connect(self.open)
        panel.quit_asked.connect(self.quit_asked)
        panel.download_asked.connect(self._download.begin)
        panel.download_cancelled.connect(self._download.cancel)
        panel.show_state(self._conductor.state)
        self._on_problems(self._conductor.problems)
        return panel

    @Slot(object)
    def _on_problems(self, problems: Sequence[Trouble]) -> None:
        if self._panel:
            self._panel.show_problems(list(problems))
            missing = any(problem.kind == ModelError.kind for problem in problems)
            self._panel.offer_models([(model.id, _size(model)) for model in OFFERED] if missing else [])

    @Slot(int, int, str)
    def _on_moved(self, done: int, total: int, sentence: str) -> None:
        if self._panel:
            self._panel.show_download(done, total, sentence)

    @Slot(bool, str)
    def _on_download_ended(self, fine: bool, why: str) -> None:  # noqa: FBT001 - a Qt slot
        if fine:
            self._toolbox.speech.replan()
        if self._panel:
            self._panel.show_download(-1, 0, why)

    # -- history

    def _make_history(self) -> HistoryWindow:
        from diktate.ui.history.window import HistoryWindow

        self._history = history = HistoryWindow()
        history.refresh_asked.connect(self._refresh_history)
        history.copied.connect(self._copy)
        return history

    @Slot()
    def _refresh_history(self) -> None:
        self._background.run(lambda: self._toolbox.history.newest(ROWS), self._on_rows)

    def _on_rows(self, entries: Sequence[Entry]) -> None:
        self._rows = {entry.dictation.receipt.id: entry.dictation for entry in entries}
        if self._history:
            self._history.show_rows(list(self._rows.values()))

    @Slot(str)
    def _copy(self, dictation_id: str) -> None:
        if dictation := self._rows.get(dictation_id):
            self._copy_text(dictation.text or dictation.raw or "")

    @Slot(str)
    def _copy_text(self, text: str) -> None:
        QGuiApplication.clipboard().setText(text)

    # -- settings

    def _make_settings(self) -> SettingsWindow:
        from diktate.ui.settings.window import SettingsWindow

        self._settings = window = SettingsWindow()
        window.changed.connect(self._on_setting)
        window.reset.connect(self._on_reset)
        window.show_settings(self._toolbox.settings)
        self.show_state(self._conductor.state)
        window.offer("modes", [(mode.id, mode.title) for mode in modes.MODES])
        self._background.run(_microphones, partial(window.offer, "microphones"))
        self._background.run(self._models, partial(window.offer, "models"))
        return window

    def _models(self) -> list[tuple[str, str]]:
        from diktate.stt import places

        return [(found.id, found.title) for found in places.installed(self._toolbox.paths.models)]

    @Slot(str, object)
    def _on_setting(self, key: str, value: object) -> None:
        try:
            self._change(key, value)
        except SettingsError as error:
            if self._settings:
                self._settings.refuse(key, str(error))

    @Slot(str)
    def _on_reset(self, key: str) -> None:
        self._change(key, row(key).default)

    # -- help

    def _make_help(self) -> HelpWindow:
        from diktate.ui.help import HelpWindow

        self._help = window = HelpWindow()
        window.report_asked.connect(self._on_report_asked)
        if self.crash:
            window.offer_report()
        return window

    @Slot()
    def _on_report_asked(self) -> None:
        self._copy_text(self.crash)


def _size(model: Model) -> str:
    return f"{model.title} · {model.size_mb} MB"


def _microphones() -> list[tuple[str, str]]:
    from diktate.audio import devices

    return [(microphone.name, microphone.name) for microphone in devices.microphones()]
