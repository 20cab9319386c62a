"""The screen for the tests that need one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.hotkeys.screen import Ear, Screen, Window


@pytest.fixture
def screen() -> Iterator[Screen]:
    made = Screen()
    try:
        made.open()
        yield made
    finally:
        made.close()


@pytest.fixture
def window(screen: Screen) -> Iterator[Window]:
    made = Window(screen)
    yield made
    made.close()


@pytest.fixture
def ear() -> Ear:
    return Ear()
