from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QSystemTrayIcon
from pytestqt.qtbot import QtBot

from diktate import modes
from diktate.events import Phase
from diktate.ui.state import Engine, State
from diktate.ui.tray import PATIENCE_POLLS, HostWatch, Tray

READY = State(
    phase=Phase.READY,
    engine=Engine("faster-whisper", "mini-whisper", "cpu", "int8", loaded=True),
    hotkeys=(("dictate", "ctrl+alt+d"), ("verbatim", "right ctrl")),
)
CLICK = QSystemTrayIcon.ActivationReason.Trigger
DOUBLE = QSystemTrayIcon.ActivationReason.DoubleClick


class Clock:
    """A clock that stands still until it is told."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


class Heard(QObject):
    """What a tray said, in order."""

    def __init__(self, tray: Tray) -> None:
        super().__init__()
        self.all: list[tuple[str, ...]] = []
        tray.ordered.connect(self._ordered)
        tray.opened.connect(self._opened)

    def _ordered(self, order: str, mode: str) -> None:
        self.all.append((order, mode))

    def _opened(self, name: str) -> None:
        self.all.append((name,))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tray(qapp: QApplication, clock: Clock) -> Tray:
    made = Tray(clock=clock)
    made.show_state(READY)
    return made


@pytest.fixture
def heard(tray: Tray) -> Heard:
    return Heard(tray)


def _action(tray: Tray, words: str) -> QAction:
    return next(action for action in tray.menu.actions() if action.text() == words)


def test_the_first_line_says_the_state_and_the_engine_in_use(tray: Tray) -> None:
    assert tray.state_line.text() == "Ready · mini-whisper · CPU int8"
    assert not tray.state_line.isEnabled()
    assert tray.icon.toolTip() == tray.state_line.text()


def test_the_order_shows_the_key_that_works(tray: Tray) -> None:
    assert tray.order_action.text() == "Start dictation"
    assert tray.order_action.shortcut().toString() == "Ctrl+Alt+D"


def test_a_key_without_a_shortcut_in_qt_is_written_out(tray: Tray) -> None:
    tray.show_state(replace(READY, mode="verbatim"))

    assert tray.order_action.text() == "Start dictation (Right Ctrl)"
    assert tray.order_action.shortcut().isEmpty()


@pytest.mark.parametrize(
    ("phase", "words", "order"),
    [
        (Phase.READY, "Start dictation", "start"),
        (Phase.OPENING, "Stop and write", "stop"),
        (Phase.LISTENING, "Stop and write", "stop"),
        (Phase.TRANSCRIBING, "Start dictation", "start"),
    ],
)
def test_the_menu_starts_and_stops(tray: Tray, heard: Heard, phase: Phase, words: str, order: str) -> None:
    tray.show_state(replace(READY, phase=phase))

    assert tray.order_action.text() == words
    tray.order_action.trigger()

    assert heard.all == [(order, "dictate")]


def test_cancel_is_offered_while_listening_only(tray: Tray, heard: Heard) -> None:
    assert not tray.cancel_action.isVisible()

    tray.show_state(replace(READY, phase=Phase.LISTENING))
    assert tray.cancel_action.isVisible()
    tray.cancel_action.trigger()

    assert heard.all == [("cancel", "dictate")]


@pytest.mark.parametrize("mode", [mode.id for mode in modes.MODES])
def test_every_mode_can_be_chosen_and_is_checked(tray: Tray, qtbot: QtBot, mode: str) -> None:
    action = next(action for action in tray.mode_actions.actions() if action.data() == mode)

    with qtbot.waitSignal(tray.mode_chosen) as chosen:
        action.trigger()
    tray.show_state(replace(READY, mode=mode))

    assert chosen.args == [mode]
    assert [each.data() for each in tray.mode_actions.actions() if each.isChecked()] == [mode]


@pytest.mark.parametrize(
    ("words", "name"),
    [("Live panel", "panel"), ("History", "history"), ("Settings…", "settings"), ("Help", "help")],
)
def test_windows_are_opened_from_the_menu(tray: Tray, heard: Heard, words: str, name: str) -> None:
    _action(tray, words).trigger()

    assert heard.all == [(name,)]


def test_quit_is_asked_for(tray: Tray, qtbot: QtBot) -> None:
    with qtbot.waitSignal(tray.quit_asked):
        _action(tray, "Quit").trigger()


def test_a_click_toggles_at_once(tray: Tray, heard: Heard) -> None:
    tray.icon.activated.emit(CLICK)

    assert heard.all == [("toggle", "dictate")]


@pytest.mark.parametrize("second", [CLICK, DOUBLE], ids=["D-Bus", "XEmbed"])
def test_a_double_click_takes_its_first_click_back_and_opens_the_panel(
    tray: Tray, heard: Heard, clock: Clock, second: QSystemTrayIcon.ActivationReason
) -> None:
    tray.icon.activated.emit(CLICK)
    tray.show_state(replace(READY, phase=Phase.OPENING))
    clock.now_s += 0.1

    tray.icon.activated.emit(second)

    assert heard.all == [("toggle", "dictate"), ("cancel", "dictate"), ("panel",)]


def test_a_double_click_never_throws_away_what_was_said(tray: Tray, heard: Heard, clock: Clock) -> None:
    tray.show_state(replace(READY, phase=Phase.LISTENING))
    tray.icon.activated.emit(CLICK)
    clock.now_s += 0.1

    tray.icon.activated.emit(DOUBLE)

    assert heard.all == [("toggle", "dictate"), ("panel",)]


def test_two_slow_clicks_are_two_clicks(tray: Tray, heard: Heard, clock: Clock) -> None:
    tray.icon.activated.emit(CLICK)
    clock.now_s += 5

    tray.icon.activated.emit(CLICK)

    assert heard.all == [("toggle", "dictate")] * 2


def test_a_right_click_orders_nothing(tray: Tray, heard: Heard) -> None:
    tray.icon.activated.emit(QSystemTrayIcon.ActivationReason.Context)

    assert heard.all == []


def test_the_icon_changes_with_the_phase_only(tray: Tray) -> None:
    ready = tray.icon.icon().cacheKey()

    tray.show_state(replace(READY, mode="tidy"))
    same = tray.icon.icon().cacheKey()
    tray.show_state(replace(READY, phase=Phase.LISTENING))

    assert same == ready
    assert tray.icon.icon().cacheKey() != ready


def test_a_rebuilt_tray_shows_and_does_the_same(tray: Tray, heard: Heard) -> None:
    tray.show_state(replace(READY, phase=Phase.LISTENING, mode="tidy"))
    old = tray.icon

    tray.rebuild()
    tray.icon.activated.emit(CLICK)

    assert tray.icon is not old
    assert tray.order_action.text() == "Stop and write"
    assert [action.data() for action in tray.mode_actions.actions() if action.isChecked()] == ["tidy"]
    assert heard.all == [("toggle", "tidy")]


class Panels:
    """A desktop's tray that comes and goes when it is told."""

    here = False

    def __call__(self) -> bool:
        return self.here


def test_a_late_tray_is_noticed(qtbot: QtBot) -> None:
    panels = Panels()
    watch = HostWatch(available=panels, poll_ms=5)
    watch.start()

    panels.here = True
    with qtbot.waitSignal(watch.appeared, timeout=10_000):
        pass


def test_a_tray_that_was_there_is_not_news(qtbot: QtBot) -> None:
    panels = Panels()
    panels.here = True
    watch = HostWatch(available=panels, poll_ms=10_000)

    with qtbot.assertNotEmitted(watch.appeared):
        watch.start()
        watch.look()


def test_no_tray_is_told_once_and_after_some_patience(qtbot: QtBot) -> None:
    watch = HostWatch(available=Panels(), poll_ms=10_000)
    told: list[bool] = []
    watch.missing.connect(lambda: told.append(True))
    watch.start()

    for _second in range(PATIENCE_POLLS - 1):
        watch.look()
    early = len(told)
    for _second in range(10):
        watch.look()

    assert early == 0
    assert len(told) == 1


def test_a_tray_that_goes_and_comes_again_is_told_both_times(qtbot: QtBot) -> None:
    panels = Panels()
    panels.here = True
    watch = HostWatch(available=panels, poll_ms=10_000)
    watch.start()

    panels.here = False
    with qtbot.waitSignal(watch.missing):
        watch.look()
    panels.here = True
    with qtbot.waitSignal(watch.appeared):
        watch.look()
