"""Reading all that lies on an X11 clipboard."""

import os
import socket
import time
from collections.abc import Iterator

import pytest

from diktate.errors import InsertError
from diktate.insert.x11_selection import X11SavedReader, plan
from tests.desktop.desk import Desk
from tests.insert.driver import own

PLAIN, UTF8 = "text/plain", "text/plain;charset=utf-8"


@pytest.mark.parametrize(
    ("targets", "wanted"),
    [
        ([], []),
        (["TARGETS", "TIMESTAMP", "MULTIPLE", "SAVE_TARGETS"], []),
        (["STRING", "UTF8_STRING", "TEXT", PLAIN, UTF8], [("UTF8_STRING", (PLAIN, UTF8))]),
        ([UTF8], [(UTF8, (PLAIN, UTF8))]),
        ([PLAIN, "STRING"], [(PLAIN, (PLAIN,))]),
        (["STRING", "COMPOUND_TEXT"], [("STRING", (PLAIN,))]),
        (
            ["image/png", "image/bmp", "image/x-MS-bmp", "image/svg+xml"],
            [("image/png", ("image/png",)), ("image/svg+xml", ("image/svg+xml",))],
        ),
        (["image/bmp"], [("image/bmp", ("image/bmp",))]),
        (["x/y", "x/y", "_NETSCAPE_URL"], [("x/y", ("x/y",)), ("_NETSCAPE_URL", ("_NETSCAPE_URL",))]),
    ],
)
def test_each_content_is_asked_for_once(targets: list[str], wanted: list[tuple[str, tuple[str, ...]]]) -> None:
    assert plan(targets) == wanted


@pytest.fixture
def reader(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[X11SavedReader]:
    monkeypatch.setenv("DISPLAY", desk.env["DISPLAY"])
    reader = X11SavedReader(cap_bytes=4_000_000)
    yield reader
    reader.close()


@pytest.mark.desktop
@pytest.mark.parametrize("size", [0, 1, 300_000, 3_999_999])
def test_content_of_any_size_is_read_whole(desk: Desk, reader: X11SavedReader, size: int) -> None:
    content = os.urandom(size)
    owner = own(desk, {"x/y": content})

    assert reader.read(10, primary=False).formats == (("x/y", content),)
    desk.stop(owner)


@pytest.mark.desktop
def test_what_is_too_large_is_left_out(desk: Desk, reader: X11SavedReader) -> None:
    owner = desk.copy(os.urandom(4_000_001), "image/png")

    assert reader.read(10, primary=False).formats is None
    desk.stop(owner)


@pytest.mark.desktop
def test_old_latin_1_text_becomes_utf_8(desk: Desk, reader: X11SavedReader) -> None:
    owner = desk.copy("äöü".encode("latin-1"), "STRING")

    assert reader.read(10, primary=False).formats == ((PLAIN, "äöü".encode()),)
    desk.stop(owner)


@pytest.mark.desktop
def test_a_stopped_owner_costs_the_limit_and_a_late_answer_is_not_mixed_up(desk: Desk, reader: X11SavedReader) -> None:
    owner = desk.copy(b"old", selection="primary")
    desk.freeze(owner)
    fine = desk.copy(b"fine")
    began = time.monotonic()

    saved = reader.read(0.3, primary=True)

    assert 0.25 < time.monotonic() - began < 1.0
    assert saved.formats == ((PLAIN, b"fine"),), "one hanging owner does not spoil the other"
    assert saved.primary is None
    desk.thaw(owner)
    for _ in range(20):
        assert reader.read(10, primary=True).primary == ((PLAIN, b"old"),)
    assert owner.poll() is None, "an owner that woke up late is not hurt"
    desk.stop(owner)
    desk.stop(fine)


@pytest.mark.desktop
def test_a_connection_that_broke_is_opened_again(desk: Desk, reader: X11SavedReader) -> None:
    owner = desk.copy(b"here")
    reader.read(10, primary=False)
    display = reader._connection._display
    assert display is not None
    display.display.socket.shutdown(socket.SHUT_RDWR)

    with pytest.raises(InsertError):
        reader.read(10, primary=False)

    assert reader.read(10, primary=False).formats == ((PLAIN, b"here"),)
    desk.stop(owner)
