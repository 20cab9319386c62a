"""What the tests of the microphone share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.audio.server import SoundServer


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SoundServer]:
    """A sound server that this process's own PortAudio talks to as well."""
    with SoundServer() as running:
        for name, value in running.env.items():
            monkeypatch.setenv(name, value)
        yield running
