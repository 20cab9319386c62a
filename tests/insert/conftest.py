"""The desktop and the driver, each started once for all tests of inserting."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.insert.desk import Desk, Driver


@pytest.fixture(scope="package")
def desk() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory(prefix="ins-") as folder, Desk(Path(folder)) as desk:
        yield desk


@pytest.fixture(scope="package")
def driver(desk: Desk) -> Iterator[Driver]:
    driver = Driver(desk)
    yield driver
    driver.close()


@pytest.fixture(autouse=True)
def no_key_stays_down(request: pytest.FixtureRequest) -> Iterator[None]:
    yield
    if "desk" in request.fixturenames:
        request.getfixturevalue("desk").xdo("keyup", "shift", "keyup", "alt", "keyup", "ctrl", "keyup", "super")
