from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QComboBox, QWidget
from pytestqt.qtbot import QtBot

from diktate.settings.schema import Settings
from diktate.ui.help import HelpWindow
from diktate.ui.history.window import HistoryWindow
from diktate.ui.overlay import Overlay
from diktate.ui.panel.window import Panel
from diktate.ui.settings.window import SettingsWindow


def _settings() -> SettingsWindow:
    window = SettingsWindow()
    window.show_settings(Settings())
    return window


WINDOWS: dict[str, Callable[[], QWidget]] = {
    "settings": _settings,
    "panel": Panel,
    "history": HistoryWindow,
    "help": HelpWindow,
}
INSIDE = ("qt_spinbox_lineedit", "qt_scrollarea_viewport")
"""Parts of Qt's own controls, which speak through them."""


def _controls(window: QWidget) -> list[QWidget]:
    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.objectName() not in INSIDE
        and not isinstance(widget.parent(), QComboBox)
        and widget.metaObject().className() != "QComboBoxListView"
    ]


@pytest.mark.parametrize("name", WINDOWS)
def test_every_control_has_a_name_for_screen_readers(name: str, qtbot: QtBot) -> None:
    window = WINDOWS[name]()
    qtbot.addWidget(window)
    controls = _controls(window)

    nameless = [
        type(control).__name__
        for control in controls
        if not QAccessible.queryAccessibleInterface(control).text(QAccessible.Text.Name)
    ]

    assert controls
    assert nameless == []


@pytest.mark.parametrize("name", WINDOWS)
def test_every_window_can_be_walked_with_the_tab_key(name: str, qtbot: QtBot) -> None:
    window = WINDOWS[name]()
    qtbot.addWidget(window)

    unreachable = [
        type(control).__name__ for control in _controls(window) if not control.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]

    assert unreachable == []


def test_the_overlay_has_a_name(qtbot: QtBot) -> None:
    overlay = Overlay(level=lambda: 0.0)
    qtbot.addWidget(overlay)

    assert overlay.accessibleName()
