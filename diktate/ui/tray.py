"""The tray icon and its menu, and a watch for desktops whose tray comes late."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon

from diktate import modes
from diktate.events import Phase
from diktate.ui import phrases
from diktate.ui.icons import icon
from diktate.ui.state import State

_LISTENING = frozenset({Phase.OPENING, Phase.LISTENING})

WATCHER = "org.kde.StatusNotifierWatcher"
"""Owned by the desktop's tray, where icons travel over D-Bus."""
POLL_MS, EAGER_POLLS, SLOW_POLL_MS = 1000, 60, 10_000
"""A panel comes within a minute of the login or much later."""
PATIENCE_POLLS = 5
"""Nobody is told that there is no tray before it had these many seconds to come."""


class Tray(QObject):
    """The icon in the panel. Everything is in its menu, since some panels deliver no left click."""

    ordered = Signal(str, str)
    """(order, mode): toggle, start, stop, cancel."""
    mode_chosen = Signal(str)
    opened = Signal(str)
    """panel, history, settings, help"""
    quit_asked = Signal()

    def __init__(self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__(parent)
        self._clock = clock
        self._state = State()
        self._clicked_at: float | None = None
        self._click_started = False
        self._drawn: tuple[Phase, bool] | None = None
        self._build()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._draw_icon)

    def show(self) -> None:
        """Put the icon into the panel."""
        self.icon.show()

    def show_state(self, state: State) -> None:
        """Draw this state; what has not changed is not sent to the panel again."""
        self._state = state
        line = phrases.state_line(state)
        if line != self.state_line.text():
            self.state_line.setText(line)
            self.icon.setToolTip(line)
        self._draw_order()
        for action in self.mode_actions.actions():
            action.setChecked(action.data() == state.mode)
        self._draw_icon()

    def rebuild(self) -> None:
        """Make the icon anew: one made before the desktop's tray was there never registers (Qt 6.12, measured)."""
        shown = self.icon.isVisible()
        self.icon.hide()
        self.icon.deleteLater()
        self.menu.deleteLater()
        self._build()
        self.show_state(self._state)
        self.icon.setVisible(shown)

    def clicked(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        """Toggle on a click, open the panel on a double one.

        The first click acts at once, so that nobody waits for the double-click interval before being heard. If a
        second one follows, the dictation it began is cancelled; one that it stopped is left to be written.
        Panels on D-Bus know no double click and send two single ones.
        """
        if reason not in {QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick}:
            return
        now = self._clock()
        interval_s = QApplication.doubleClickInterval() / 1000
        if self._clicked_at is not None and now - self._clicked_at < interval_s:
            self._clicked_at = None
            if self._click_started:
                self.ordered.emit("cancel", self._state.mode)
            self.opened.emit("panel")
            return
        if reason == QSystemTrayIcon.ActivationReason.DoubleClick:
            # Its first click was swallowed by the panel, or it is the third of three.
            self.opened.emit("panel")
            return
        self._clicked_at = now
        self._click_started = self._state.phase not in _LISTENING
        self.ordered.emit("toggle", self._state.mode)

    def _build(self) -> None:
        self._drawn = None
        self.menu = QMenu()
        self.state_line = self.menu.addAction("")
        self.state_line.setEnabled(False)
        self.menu.addSeparator()
        self.order_action = self.menu.addAction("", self._order)
        self.cancel_action = self.menu.addAction(self.tr("Cancel"), self._cancel)
        self.menu.addSeparator()
        self._add_modes()
        self.menu.addSeparator()
        self._add_window(self.tr("Live panel"), "panel")
        self._add_window(self.tr("History"), "history")
        self._add_window(self.tr("Settings…"), "settings")
        self._add_window(self.tr("Help"), "help")
        self.menu.addSeparator()
        self.menu.addAction(self.tr("Quit"), self.quit_asked.emit)
        self.icon = QSystemTrayIcon(self)
        self.icon.setContextMenu(self.menu)
        self.icon.activated.connect(self.clicked)
        self.show_state(self._state)

    def _add_modes(self) -> None:
        self.mode_actions = QActionGroup(self.menu)
        self.mode_actions.setExclusive(True)
        for mode in modes.MODES:
            action = self.mode_actions.addAction(phrases.translated(mode.title))
            action.setCheckable(True)
            action.setData(mode.id)
            action.setToolTip(phrases.translated(mode.note))
            self.menu.addAction(action)
        self.mode_actions.triggered.connect(self._choose_mode)

    def _add_window(self, title: str, name: str) -> None:
        action = self.menu.addAction(title, self._open)
        action.setData(name)

    def _open(self) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.opened.emit(action.data())

    def _choose_mode(self, action: QAction) -> None:
        self.mode_chosen.emit(action.data())

    def _order(self) -> None:
        order = "stop" if self._state.phase in _LISTENING else "start"
        self.ordered.emit(order, self._state.mode)

    def _cancel(self) -> None:
        self.ordered.emit("cancel", self._state.mode)

    def _draw_order(self) -> None:
        listening = self._state.phase in _LISTENING
        words = self.tr("Stop and write") if listening else self.tr("Start dictation")
        keys = (phrases.keys_of(self._state, self._state.mode) or ("",))[0]
        # A shortcut is drawn at the right edge by every panel, but Qt knows none like "Right Ctrl".
        shortcut = QKeySequence.fromString(keys) if keys else QKeySequence()
        known = shortcut.toString() == keys
        self.order_action.setText(words if known or not keys else f"{words} ({keys})")
        self.order_action.setShortcut(shortcut if known else QKeySequence())
        self.order_action.setShortcutVisibleInContextMenu(True)
        self.cancel_action.setVisible(listening)

    def _draw_icon(self) -> None:
        wanted = (self._state.phase, self._panel_is_dark())
        if wanted != self._drawn:
            self._drawn = wanted
            drawn = icon(*wanted)
            drawn.setIsMask(sys.platform == "darwin")  # the menu bar colours it itself; forms say the state
            self.icon.setIcon(drawn)

    def _panel_is_dark(self) -> bool:
        # No desktop says what colour its panel has. On Linux most are dark, also beside light windows.
        dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
        return dark or sys.platform.startswith("linux")


class HostWatch(QObject):
    """Says when the desktop's tray comes and goes.

    Asks once a second for a minute while there is none, else every ten seconds.
    """

    appeared = Signal()
    """A tray is there now and was not before: the moment for `Tray.rebuild`."""
    missing = Signal()
    """No tray came for some seconds after the start, or it went away."""

    def __init__(
        self,
        parent: QObject | None = None,
        available: Callable[[], bool] = QSystemTrayIcon.isSystemTrayAvailable,
        poll_ms: int = POLL_MS,
    ) -> None:
        super().__init__(parent)
        self._available = available
        self._present: bool | None = None
        self._polls = 0
        self._timer = QTimer(self)
        self._timer.setInterval(poll_ms)
        self._timer.timeout.connect(self.look)
        self._bus_watch: QObject | None = None

    def start(self) -> None:
        """Begin to watch. Without D-Bus the questions alone must do."""
        self._present = True if self._available() else None
        if sys.platform.startswith("linux"):
            self._watch_bus()
        self._timer.start()

    def look(self) -> None:
        """Ask now, and say what has changed."""
        self._polls += 1
        here = self._available()
        # Each question is eight messages on D-Bus, and a tray that goes away says so there.
        if self._timer.interval() < SLOW_POLL_MS and (here or self._polls >= EAGER_POLLS):
            self._timer.setInterval(SLOW_POLL_MS)
        if here and self._present is not True:
            self._present = True
            self.appeared.emit()
        elif not here and (self._present or (self._present is None and self._polls >= PATIENCE_POLLS)):
            self._present = False
            self.missing.emit()

    def _watch_bus(self) -> None:
        from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher

        bus = QDBusConnection.sessionBus()
        if not bus.isConnected():
            return
        watch = QDBusServiceWatcher(WATCHER, bus, QDBusServiceWatcher.WatchModeFlag.WatchForOwnerChange, self)
        watch.serviceRegistered.connect(self._host_came)
        watch.serviceUnregistered.connect(self.look)
        self._bus_watch = watch

    def _host_came(self) -> None:
        # A panel that restarts is a new host even where the old one was never missed.
        self._present = False
        self.look()
