"""Widgets are tested without a screen; this must be said before anything imports Qt."""

from __future__ import annotations

import os

os.environ["QT_QPA_PLATFORM"] = "offscreen"

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from diktate.ui.theme import LIGHT, wear

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Pass over what the offscreen platform says it lacks; every other warning of Qt fails the test."""
    for item in items:
        if _HERE in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", "systemTrayWindowChanged"))


@pytest.fixture(autouse=True, scope="session")
def _dressed(qapp: QApplication) -> None:
    wear(qapp, LIGHT)
