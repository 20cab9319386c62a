"""What every test may use, without Qt: clips, settings, a job; and a test fails on a warning it did not expect."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diktate.flow import Job
from diktate.settings.schema import Settings
from tests.clips import MINI_WHISPER


@pytest.fixture(autouse=True)
def no_unexpected_warnings(request: pytest.FixtureRequest, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """Fail a test in which our own code logs a WARNING or worse, unless it is marked `expects_warnings`."""
    yield
    if request.node.get_closest_marker("expects_warnings"):
        return
    records = [each for each in caplog.get_records("call") if each.name.startswith("diktate")]
    loud = [each.getMessage() for each in records if each.levelno >= logging.WARNING]
    assert not loud, f"unexpected warnings: {loud}"


@pytest.fixture
def job() -> Job:
    return Job("job", "dictate", Settings(), datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), 100.0)


@pytest.fixture
def mini_whisper() -> Path:
    return MINI_WHISPER / "model"
