"""One desk for all desktop tests, made clean between them, and the clips to speak at it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from subprocess import SubprocessError

import pytest

from tests.clips import Clip
from tests.clips import clips as all_clips
from tests.desktop.desk import Desk

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests below this folder; the hook is asked about those of other folders, too."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker("desktop")


class SharedDesk:
    """A desk that outlives a test, and is made anew when a test broke it."""

    def __init__(self) -> None:
        self._desk: Desk | None = None

    def get(self) -> Desk:
        if self._desk is None:
            self._desk = Desk(keyring=True).__enter__()
        return self._desk

    def clean(self) -> None:
        """Leave a desk for the next test as if nothing had been at it."""
        if self._desk is None:
            return
        try:
            self._desk.tidy()
        except (RuntimeError, OSError, SubprocessError):
            self.close()

    def close(self) -> None:
        desk, self._desk = self._desk, None
        if desk is not None:
            desk.close()


@pytest.fixture(scope="session")
def shared_desk() -> Iterator[SharedDesk]:
    shared = SharedDesk()
    yield shared
    shared.close()


@pytest.fixture
def desk(shared_desk: SharedDesk) -> Iterator[Desk]:
    """A desk with tray, microphone and unlocked keyring: clipboard empty, no windows, no keys down, no app files."""
    yield shared_desk.get()
    shared_desk.clean()


@pytest.fixture(scope="session")
def clips() -> list[Clip]:
    """Every clip of the test speech model in the order of texts.tsv."""
    return all_clips()
