"""Words into real windows when something is in the way: hanging programs, held keys, no focus, a rival, the end."""

import sys
import threading

import pytest

from tests.desktop.desk import Desk
from tests.desktop.windows import Kind
from tests.insert.driver import Driver, open_deaf_window

pytestmark = pytest.mark.desktop

TEXT = "Grüße: „Straße“ 😀\nund eine zweite Zeile. "
OLD = b"what the user had copied"
SECOND_S = 1.0


def test_a_clipboard_manager_does_not_pass_for_the_window(desk: Desk, driver: Driver) -> None:
    manager = desk.spawn(["xfce4-clipman"], "clipman")
    desk.copy(OLD)
    open_deaf_window(desk)
    assert not driver.insert(TEXT)["confirmed"]
    window = desk.open("qt")
    assert driver.insert(TEXT)["confirmed"]
    window.wait_text(TEXT)
    assert desk.clipboard() == TEXT.encode()
    assert manager.poll() is None


@pytest.mark.parametrize("kind", ["qt", "gtk3"])
def test_a_window_that_hangs_for_a_second_gets_the_new_words(desk: Desk, driver: Driver, kind: Kind) -> None:
    desk.copy(OLD)
    window = desk.open(kind)
    window.hang(SECOND_S)

    done = driver.insert(TEXT)

    window.wait_text(TEXT)
    assert done["confirmed"]
    assert done["slow_ms"] is None
    assert desk.clipboard() == OLD


def test_the_user_is_told_when_a_window_takes_long(desk: Desk, driver: Driver) -> None:
    window = desk.open("qt")
    window.hang(2 * SECOND_S)

    done = driver.insert(TEXT)

    window.wait_text(TEXT)
    assert done["confirmed"]
    assert 1500 <= done["slow_ms"] < 2000


def test_a_hanging_owner_of_the_clipboard_costs_less_than_a_second(desk: Desk, driver: Driver) -> None:
    owner = desk.copy(OLD)
    window = desk.open("qt")
    desk.freeze(owner)

    done = driver.insert(TEXT)

    window.wait_text(TEXT)
    assert done["confirmed"]
    assert done["took_ms"] < 1500
    assert done["gap_ms"] < 250, (
        "the GUI thread waited: 5 s if Qt reads, 10 to 20 ms if not; the rest is for a busy machine"
    )
    assert desk.clipboard() == TEXT.encode(), "what could not be saved can't come back, so the words stay"
    assert b"x-kde-passwordManagerHint" not in desk.clipboard("TARGETS")


@pytest.mark.parametrize("keys", ["alt", "shift+ctrl+super"])
def test_a_held_modifier_is_let_go_of(desk: Desk, driver: Driver, keys: str) -> None:
    window = desk.open("qt")
    desk.keys.down(keys)

    done = driver.insert(TEXT)

    window.wait_text(TEXT)
    assert done["confirmed"]


def test_the_paste_waits_for_the_hands_to_leave_the_keys(desk: Desk, driver: Driver) -> None:
    window = desk.open("qt")
    desk.keys.down("alt")
    threading.Timer(0.5, lambda: desk.keys.up("alt")).start()

    done = driver.insert(TEXT)

    window.wait_text(TEXT)
    assert 400 < done["took_ms"] < 1900


def test_without_a_focused_window_the_words_wait_on_the_clipboard(desk: Desk, driver: Driver) -> None:
    desk.copy(OLD)

    done = driver.insert(TEXT)

    assert (done["method"], done["confirmed"]) == ("clipboard", False)
    assert desk.clipboard() == TEXT.encode()


def test_what_nobody_read_stays_on_the_clipboard_as_ordinary_text(desk: Desk, driver: Driver) -> None:
    desk.copy(OLD)
    open_deaf_window(desk)
    driver.begin(TEXT, then="enter")
    desk.wait(lambda: desk.clipboard() == TEXT.encode(), "the words on the clipboard")
    hint = desk.clipboard("x-kde-passwordManagerHint")
    done = driver.end()

    assert (done["method"], done["confirmed"], done["read_ms"]) == ("paste", False, None)
    assert 5000 <= done["took_ms"] < 6000
    assert hint == b"secret", "while it was to be taken back"
    assert desk.clipboard() == TEXT.encode()
    assert b"x-kde-passwordManagerHint" not in desk.clipboard("TARGETS")


def test_a_clipboard_that_another_program_took_is_not_touched(desk: Desk, driver: Driver) -> None:
    desk.copy(OLD)
    open_deaf_window(desk)
    driver.begin(TEXT)
    desk.wait(lambda: desk.clipboard() == TEXT.encode(), "the words on the clipboard")
    desk.copy(b"copied meanwhile")
    done = driver.end()

    assert not done["confirmed"]
    assert done["took_ms"] < 4000, "there is nothing left to wait for"
    assert desk.clipboard() == b"copied meanwhile"


@pytest.mark.parametrize("when", [{"cancel": True}, {"cancel_after_s": 0.3}])
def test_cancelled_before_the_keys_nothing_happens(desk: Desk, driver: Driver, when: dict[str, object]) -> None:
    desk.copy(OLD)
    window = desk.open("qt")
    desk.keys.down("alt")  # so that it waits
    assert driver.insert(TEXT, **when) == {"cancelled": True}
    assert desk.clipboard() == OLD
    assert window.text() == ""


def test_quitting_in_the_middle_gives_the_clipboard_back(desk: Desk, driver: Driver) -> None:
    desk.copy(OLD)
    open_deaf_window(desk)
    done = driver.insert(TEXT, settle_after_s=0.5)

    assert not done["confirmed"]
    assert done["took_ms"] < 4000, "the worker is told at once"
    assert desk.clipboard() == OLD


def test_the_app_ends_cleanly_while_it_holds_the_users_clipboard(desk: Desk) -> None:
    driver = Driver(desk)
    desk.copy(OLD)
    window = desk.open("qt")
    driver.insert(TEXT)
    window.wait_text(TEXT)

    assert driver.quit() == 0


def test_without_an_x_server_two_sentences_say_so(desk: Desk) -> None:
    code = (
        "from diktate.insert.linux import X11Keys\n"
        "from diktate.errors import InsertError\n"
        "try: X11Keys().focused()\n"
        "except InsertError as error: print(bool(error.what and error.fix), error)\n"
    )
    said = desk.run([sys.executable, "-c", code], env={"DISPLAY": ":9999"})

    assert said.startswith("True The X server")
