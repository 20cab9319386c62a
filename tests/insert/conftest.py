"""The desk, made clean between the tests of inserting, and the driver, started once for all of them."""

from collections.abc import Iterator

import pytest

from tests.desktop.desk import Desk
from tests.insert.driver import Driver


@pytest.fixture(scope="package")
def lasting_desk() -> Iterator[Desk]:
    with Desk(audio=False, tray=None) as desk:
        yield desk


@pytest.fixture
def desk(lasting_desk: Desk) -> Iterator[Desk]:
    """A desk without windows, with an empty clipboard and no key down."""
    yield lasting_desk
    lasting_desk.tidy()


@pytest.fixture(scope="package")
def driver(lasting_desk: Desk) -> Iterator[Driver]:
    driver = Driver(lasting_desk)
    yield driver
    driver.quit()
