"""Orders from other threads, carried out in the GUI thread."""

from __future__ import annotations

import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from pytestqt.qtbot import QtBot

from diktate.ui.gui_thread import GuiThread

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@pytest.fixture
def gui(qapp: object) -> GuiThread:
    return GuiThread()


def test_orders_are_carried_out_in_the_gui_thread(qtbot: QtBot, gui: GuiThread) -> None:
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(gui.answer, threading.get_ident)
        qtbot.waitUntil(answer.done)

    assert answer.result() == threading.get_ident()


def test_in_the_gui_thread_itself_they_are_carried_out_at_once(gui: GuiThread) -> None:
    assert gui.answer(threading.get_ident) == threading.get_ident()


def test_what_goes_wrong_is_raised_where_it_is_waited_for(qtbot: QtBot, gui: GuiThread) -> None:
    def deed() -> None:
        raise ZeroDivisionError

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(gui.answer, deed)
        qtbot.waitUntil(answer.done)

    assert isinstance(answer.exception(), ZeroDivisionError)


def test_what_was_given_up_is_never_carried_out(qtbot: QtBot, gui: GuiThread) -> None:
    done: list[int] = []
    with ThreadPoolExecutor(1) as pool:
        late = pool.submit(gui.answer, lambda: done.append(1), 0.1)
        with pytest.raises(TimeoutError):
            late.result(5)  # the event loop stands still here

    qtbot.wait(20)
    assert done == []
