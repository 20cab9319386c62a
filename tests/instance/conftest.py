"""An app's end that answers, in this process."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from diktate.errors import InstanceError
from diktate.instance import Reply, Request, Server


def answer(request: Request) -> Reply:
    """Say it back; two commands fail on purpose."""
    if request.command == "refuse":
        raise InstanceError("It is {state}.", "Do without.", state="refused")
    if request.command == "break":
        raise ZeroDivisionError
    if request.command == "long":
        return Reply(ok=True, body={"words": "x" * 70_000})
    return Reply(ok=True, body={"command": request.command, **request.arguments})


def until(condition: Callable[[], bool], limit_s: float = 20) -> None:
    """Wait for it; the limit is for a machine that is very busy."""
    end = time.monotonic() + limit_s
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.01)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def server(folder: Path) -> Iterator[Server]:
    server = Server(folder, answer)
    assert server.claim()
    server.start()
    yield server
    server.stop()
