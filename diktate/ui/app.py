"""Builds everything, connects it, runs the loop, takes it apart again in order."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from diktate import hotkeys, instance, logs
from diktate.audio import portaudio
from diktate.errors import DiktateError
from diktate.events import Phase
from diktate.flow import Trouble
from diktate.paths import Paths
from diktate.settings.schema import Settings, row
from diktate.settings.store import Loaded, Store
from diktate.toolbox import Toolbox, checked
from diktate.ui import theme
from diktate.ui.background import Background
from diktate.ui.bridge import Bridge
from diktate.ui.clipboard import QtClipboard
from diktate.ui.conductor import Conductor
from diktate.ui.keys import MAIN, Keys, replacement
from diktate.ui.overlay import Overlay
from diktate.ui.remote import Remote
from diktate.ui.signals import on_signals
from diktate.ui.state import State
from diktate.ui.status import status
from diktate.ui.tray import HostWatch, Tray
from diktate.ui.windows import Windows
from diktate.ui.worker import Worker
from diktate.words import N_

log = logging.getLogger(__name__)

LEAVE_S = 3.0
"""Quitting cancels every job and waits this long; recordings stay on disk."""
TIDY_MS = 3_600_000
REPLACED = "hotkey replaced"
"""Where the problem comes from that another key had to be taken."""


class App(QObject):
    """The running app: owns every part and outlives them."""

    def __init__(self, paths: Paths, store: Store, loaded: Loaded, report: logs.Report) -> None:
        super().__init__()
        self._paths, self._store, self._report = paths, store, report
        self._refusal = loaded.refusal
        self._tells_at_once = False
        """Whether the next problem opens the panel: it does during the start, unless that is to be hidden."""
        self.background = Background(self)
        self.bridge = Bridge()
        self.clipboard = QtClipboard()
        self.toolbox = Toolbox(
            paths,
            loaded.settings,
            clipboard=self.clipboard,
            engine_changed=self.bridge.engine.emit,
            slow=self.bridge.slow.emit,
            keys_held=lambda: self.bridge.keys_held,
        )
        self.worker = Worker(self.toolbox.tools)
        self.conductor = Conductor(self.toolbox, self.worker, self.background, self.bridge)
        self.keys = Keys(self.bridge, hotkeys.backend(os.environ))
        self.tray = Tray(self)
        self.overlay = Overlay(self.conductor.level)
        self.windows = Windows(self.conductor, self.toolbox, self.background, self.change)
        self.remote = Remote(self._status, self._commands())
        self.server = instance.Server(paths.runtime, self.remote.answer)
        self.tidy = QTimer(self)
        self.tidy.setInterval(TIDY_MS)
        self.watch = HostWatch(parent=self)

    def start(self, loaded: Loaded, crash: str, *, hidden: bool) -> None:
        """Connect the parts and set them going; nothing here waits."""
        self._tells_at_once = not hidden
        self.conductor.changed.connect(self._on_changed)
        self.conductor.problems_changed.connect(self._on_problems)
        self.conductor.listening.connect(self._on_listening)
        self.background.failed.connect(self._on_failed)
        self.keys.happened.connect(self.conductor.on_event)
        self.keys.unusable.connect(self._on_unusable)
        self.keys.bound.connect(self._on_bound)
        self.keys.replaced.connect(self._on_replaced)
        self.tray.ordered.connect(self._on_ordered)
        self.tray.mode_chosen.connect(self._on_mode_chosen)
        self.tray.opened.connect(self.windows.open)
        self.tray.quit_asked.connect(self.leave)
        self.windows.quit_asked.connect(self.leave)
        self.tidy.timeout.connect(self._on_tidy)
        self.watch.appeared.connect(self._on_tray_host)
        self.watch.missing.connect(self._on_no_tray_host)
        self.tray.show()
        self.server.start()
        self._on_changed(self.conductor.state)
        self.worker.start()
        self.toolbox.speech.start()
        self.keys.bind(self.toolbox.bindings())
        self._tell_problems(loaded, crash)
        self.watch.start()
        self.background.run(portaudio.warm_up)
        self.background.run(self.toolbox.take_in_leftovers, self._on_leftovers)
        QTimer.singleShot(0, self, self._on_tidy)
        self.tidy.start()

    def change(self, key: str, value: object) -> None:
        """Take a changed setting at once and write it; SettingsError with its limits if it is bad."""
        given = checked(key, value)
        self.settings_taken(self.toolbox.settings.with_value(key, given))
        self.background.run(lambda: self._store.set(key, given))

    def settings_taken(self, settings: Settings) -> None:
        before = self.toolbox.settings
        self.toolbox.apply(settings)
        if before.hotkeys != settings.hotkeys:
            self.conductor.problem(REPLACED, None)
            self.keys.bind(self.toolbox.bindings())
        self.conductor.settings_changed()
        self.windows.settings_changed()

    @Slot()
    def leave(self) -> None:
        """Quit: stop what listens, let go of what works, and end the loop."""
        log.info("quitting")
        self.keys.stop()
        self.conductor.cancel_all()
        self.worker.leave()
        QTimer.singleShot(0, self, QApplication.quit)

    def take_apart(self) -> None:
        """End every thread and process in order, each with a limit; the loop has ended."""
        self.server.stop()
        self.worker.wait(int(LEAVE_S * 1000))
        self.clipboard.settle()
        self.toolbox.speech.close(LEAVE_S)
        self.background.close()
        self.toolbox.history.close()

    # -- parts of start

    def _commands(self) -> dict[str, Callable[[Any], None]]:
        return {
            "order": lambda args: self.conductor.order(str(args.get("order")), str(args.get("mode") or "")),
            "cancel": lambda _args: self.conductor.order("cancel"),
            "config": self._on_config,
            "show": lambda args: self.windows.open(str(args["what"])) if args.get("what") else None,
            "quit": lambda _args: self.leave(),
        }

    def _on_config(self, args: Any) -> None:
        key = str(args.get("key"))
        if self._refusal:
            raise self._refusal
        if args.get("reset"):
            self.change(key, row(key).default)
        else:
            value = args.get("value")
            self.change(key, row(key).parse(value) if isinstance(value, str) else value)

    def _tell_problems(self, loaded: Loaded, crash: str) -> None:
        for number, problem in enumerate(loaded.problems):
            self.conductor.problem(f"settings {number}", Trouble(problem.kind, problem.what, problem.fix))
        if crash:
            self.windows.crash = crash
            ended = Trouble(
                "crash",
                N_("diktate closed unexpectedly last time."),
                N_("Open Help and press Copy report to send it to us; it holds none of your words."),
            )
            self.conductor.problem("crash", ended)

    def _status(self) -> dict[str, Any]:
        return status(self.conductor.state, self.conductor.problems)

    # -- slots

    @Slot(object)
    def _on_changed(self, state: State) -> None:
        self.tray.show_state(state)
        if self.toolbox.settings.ui.overlay:
            self.overlay.show_state(state)
        self.windows.show_state(state)
        self.server.publish(self._status())

        if state.phase is Phase.READY:
            self._tells_at_once = False

    @Slot(object)
    def _on_problems(self, problems: list[Trouble]) -> None:
        self.server.publish(self._status())
        if problems and self._tells_at_once:
            self._tells_at_once = False
            self.windows.open("panel")

    @Slot(bool)
    def _on_listening(self, on: bool) -> None:  # noqa: FBT001 - a Qt slot
        self.keys.watch_cancel(self.toolbox.settings.hotkeys.cancel if on else ())

    @Slot(str, str)
    def _on_ordered(self, order: str, mode: str) -> None:
        self.conductor.order(order, mode)

    @Slot(str)
    def _on_mode_chosen(self, mode: str) -> None:
        self.change("mode", mode)

    @Slot(str, object)
    def _on_unusable(self, mode: str, trouble: Trouble | None) -> None:
        self.conductor.problem(f"hotkey {mode}", trouble)

    @Slot(object)
    def _on_bound(self, bindings: tuple[tuple[str, str], ...]) -> None:
        self.conductor.set_state(hotkeys=bindings)

    @Slot(str)
    def _on_replaced(self, key: str) -> None:
        self.change(MAIN, (key,))
        self.conductor.problem(REPLACED, replacement(key))

    @Slot(object)
    def _on_failed(self, error: DiktateError) -> None:
        self.conductor.set_state(trouble=Trouble(error.kind, error.what, error.fix))

    @Slot()
    def _on_tidy(self) -> None:
        self.background.run(self.toolbox.tidy_up)

    def _on_leftovers(self, count: int) -> None:
        if count:
            cut_off = Trouble(
                "history",
                N_("diktate ended last time before all words were written."),
                N_("What was said is in the history, as a recording; `diktate transcribe` writes it down."),
            )
            self.conductor.problem("leftovers", cut_off)

    @Slot()
    def _on_tray_host(self) -> None:
        self.tray.rebuild()
        self.conductor.problem("tray", None)

    @Slot()
    def _on_no_tray_host(self) -> None:
        where = Trouble(
            "tray",
            N_("This desktop shows no tray icons, so diktate has no icon."),
            N_("Start diktate again to see this window, or add a tray to your panel."),
        )
        self.conductor.problem("tray", where)
        self.windows.open("panel")


def main(paths: Paths, *, hidden: bool, debug: bool) -> int:
    """Run the app until it is quit; 0, also when another one was already running."""
    stop_logging = logs.start(paths, debug=debug)
    log.info("starting")
    qt = QApplication([sys.argv[0]])
    qt.setApplicationName("diktate")
    qt.setDesktopFileName("diktate")
    qt.setQuitOnLastWindowClosed(False)
    theme.apply(qt)
    report = logs.Report(paths)
    store = Store(paths.settings_file)
    loaded = store.load()
    app = App(paths, store, loaded, report)
    if not app.server.claim():
        instance.ask(paths.runtime, "show", {"what": "" if hidden else "panel"})
        stop_logging()
        return 0
    app.start(loaded, report.begin(), hidden=hidden)
    end_signals = on_signals(app.leave, app)
    code = qt.exec()
    end_signals()
    app.take_apart()
    report.end()
    stop_logging()
    return code
