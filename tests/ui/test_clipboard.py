"""QClipboard behind the protocol of insert/, without a window system: what the GUI thread does and never waits for."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import pytest
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QClipboard, QGuiApplication
from pytestqt.qtbot import QtBot

from diktate.errors import InsertError
from diktate.insert.inserter import Clipboard, Saved
from diktate.ui.clipboard import QtClipboard, QtOffer
from diktate.ui.gui_thread import ANSWER_LIMIT_S

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

OLD = Saved((("text/plain", b"old"), ("x/y", b"\x00\x01"), ("text/uri-list", b"file:///a%2fb")))
T = TypeVar("T")
HINT = "x-kde-passwordManagerHint"


@pytest.fixture
def clipboard(qapp: object) -> QtClipboard:
    return QtClipboard()


def in_worker(qtbot: QtBot, deed: Callable[[], T]) -> T:
    """Do something in another thread while the event loop of this one runs."""
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(deed)
        qtbot.waitUntil(done.done, timeout=10_000)
        return done.result()


def content() -> QMimeData:
    return QGuiApplication.clipboard().mimeData(QClipboard.Mode.Clipboard)


def offered(qtbot: QtBot, clipboard: QtClipboard, saved: Saved | None = OLD) -> QtOffer:
    return in_worker(qtbot, lambda: clipboard.offer("new", instead_of=saved))


def test_it_is_a_clipboard_for_the_inserter(clipboard: QtClipboard) -> None:
    needed: Clipboard = clipboard

    assert needed is clipboard


def test_words_that_are_to_be_taken_back_are_secret(qtbot: QtBot, clipboard: QtClipboard) -> None:
    offered(qtbot, clipboard)

    assert content().text() == "new"
    assert content().data(HINT).data() == b"secret"


def test_ordinary_words_are_not(qtbot: QtBot, clipboard: QtClipboard) -> None:
    offered(qtbot, clipboard, saved=None)

    assert content().text() == "new"
    assert not content().hasFormat(HINT)


def test_everything_comes_back_byte_for_byte(qtbot: QtBot, clipboard: QtClipboard) -> None:
    offer = offered(qtbot, clipboard)

    assert in_worker(qtbot, offer.restore)
    assert tuple((name, content().data(name).data()) for name in content().formats()) == OLD.formats
    assert not offer.ours()


def test_an_empty_clipboard_is_empty_again(qtbot: QtBot, clipboard: QtClipboard) -> None:
    offer = offered(qtbot, clipboard, Saved(()))

    in_worker(qtbot, offer.restore)

    assert in_worker(qtbot, lambda: clipboard.read(5, primary=False)) == Saved(())


def test_what_could_not_be_saved_leaves_the_words_as_ordinary_text(qtbot: QtBot, clipboard: QtClipboard) -> None:
    offer = offered(qtbot, clipboard, Saved())

    in_worker(qtbot, offer.restore)

    assert content().text() == "new"
    assert not content().hasFormat(HINT)


def test_kept_words_are_ordinary_text(qtbot: QtBot, clipboard: QtClipboard) -> None:
    offer = offered(qtbot, clipboard)

    in_worker(qtbot, offer.keep)

    qtbot.waitUntil(lambda: not content().hasFormat(HINT))
    assert content().text() == "new"


def test_a_paste_within_the_app_is_seen(qtbot: QtBot, clipboard: QtClipboard) -> None:
    offer = offered(qtbot, clipboard)

    content().text()
    read = in_worker(qtbot, lambda: offer.next_read(5))

    assert read is not None
    assert (read.requestor, read.target) == (0, 0)


def test_the_worker_hears_at_once_that_the_clipboard_is_lost(qtbot: QtBot, clipboard: QtClipboard) -> None:
    offer = offered(qtbot, clipboard)
    began = time.monotonic()
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(offer.next_read, 30)
        QGuiApplication.clipboard().setText("another's")
        qtbot.waitUntil(read.done)

    assert read.result() is None
    assert not offer.ours()
    assert time.monotonic() - began < 5


@pytest.mark.parametrize("end", ["restore", "keep"])
def test_another_ones_content_is_not_touched(qtbot: QtBot, clipboard: QtClipboard, end: str) -> None:
    offer = offered(qtbot, clipboard)
    QGuiApplication.clipboard().setText("another's")

    assert not in_worker(qtbot, getattr(offer, end)) or end == "keep"
    qtbot.wait(10)
    assert content().text() == "another's"


def test_quitting_gives_the_clipboard_back(qtbot: QtBot, clipboard: QtClipboard) -> None:
    offer = offered(qtbot, clipboard)

    clipboard.settle()
    clipboard.settle()

    assert content().text() == "old"
    assert not offer.ours()
    assert not in_worker(qtbot, offer.restore)
    assert content().text() == "old"


def test_a_gui_that_does_not_answer_costs_two_seconds_and_no_words(qtbot: QtBot, clipboard: QtClipboard) -> None:
    with ThreadPoolExecutor(1) as pool:
        failed = pool.submit(clipboard.offer, "late", instead_of=OLD)
        began = time.monotonic()
        with pytest.raises(InsertError) as told:
            failed.result(10)  # the event loop stands still here

    assert ANSWER_LIMIT_S - 0.5 < time.monotonic() - began < ANSWER_LIMIT_S + 2
    assert told.value.what
    assert told.value.fix
    qtbot.waitUntil(lambda: content().text() == "late")
    assert not content().hasFormat(HINT)


def test_reading_goes_through_qt_where_there_is_no_x11(qtbot: QtBot, clipboard: QtClipboard) -> None:
    QGuiApplication.clipboard().setText("mine")

    saved = in_worker(qtbot, lambda: clipboard.read(5, primary=False))

    assert ("text/plain", b"mine") in (saved.formats or ())
