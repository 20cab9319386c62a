"""Words into real windows of other programs, on a real X server."""

import os
import signal
import subprocess
import sys
import threading

import pytest

from tests.insert.desk import Desk, Driver, wait_for

pytestmark = pytest.mark.desktop

TEXT = "Grüße aus Köln: „Straße“ – 12 € & café → 😀 ok\nund eine zweite Zeile. "
OLD = b"what the user had copied"
SECOND_S = 1.0


@pytest.mark.parametrize("kind", ["qt", "gtk3", "gtk4", "xterm"])
def test_the_words_arrive_exactly_and_the_clipboard_comes_back(desk: Desk, driver: Driver, kind: str) -> None:
    desk.fill(OLD)
    with desk.window(kind) as window:
        for count in (1, 2, 3):
            done = driver.insert(TEXT)

            window.holds(TEXT * count)
            assert (done["method"], done["confirmed"]) == ("paste", True)
            assert done["read_ms"] <= done["took_ms"]
            assert desk.clipboard() == OLD
    assert done["app"] == {"qt": "qt_target.py", "gtk3": "gtk3_target.py", "gtk4": "python3", "xterm": "xterm"}[kind]


def test_a_terminal_gets_its_primary_selection_back(desk: Desk, driver: Driver) -> None:
    desk.fill(OLD)
    desk.fill(b"selected with the mouse", selection="primary")
    with desk.window("xterm") as window:
        driver.insert(TEXT)

        window.holds(TEXT)
        assert desk.clipboard(selection="primary") == b"selected with the mouse"
        assert desk.clipboard() == OLD


def test_the_primary_selection_is_left_alone_where_it_is_not_needed(desk: Desk, driver: Driver) -> None:
    holder = desk.fill(b"selected with the mouse", selection="primary")
    with desk.window("gtk3") as window:
        driver.insert(TEXT)
        window.holds(TEXT)

    assert holder.poll() is None, "xclip ends when the selection is taken from it"


def test_a_marked_text_is_replaced(desk: Desk, driver: Driver) -> None:
    with desk.window("gtk3") as window:
        desk.xdo("type", "--delay", 15, "abc")
        window.holds("abc")
        desk.xdo("key", "ctrl+a")

        driver.insert("new")

        window.holds("new")


def test_every_format_comes_back_byte_for_byte(desk: Desk, driver: Driver) -> None:
    desk.own(
        {
            "text/plain": "Ä plain 😀".encode(),
            "text/html": b"<b>bold</b>",
            "image/png": b"\x89PNG\r\n\x1a\n" + os.urandom(1_500_000),
            "application/x-own": bytes(range(256)),
        }
    )
    targets = desk.clipboard("TARGETS").split()
    before = {target: desk.clipboard(target.decode()) for target in targets if target.islower()}
    assert {b"text/plain", b"text/html", b"image/png", b"application/x-own"} <= before.keys()
    with desk.window("qt") as window:
        for count in range(1, 4):  # from the second time on the old content is our own
            assert driver.insert("x")["confirmed"]
            window.holds("x" * count)

            assert sorted(desk.clipboard("TARGETS").split()) == sorted(targets)
            assert {target: desk.clipboard(target.decode()) for target in before} == before


def test_copied_files_come_back_as_they_were_written(desk: Desk, driver: Driver) -> None:
    desk.fill(b"file:///a%2fb%c3%a4\r\n", "text/uri-list")
    with desk.window("qt") as window:
        for count in (1, 2):
            driver.insert("x")
            window.holds("x" * count)

    assert desk.clipboard("text/uri-list") == b"file:///a%2fb%c3%a4\r\n"


def test_a_large_picture_that_comes_in_parts_comes_back(desk: Desk, driver: Driver) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + os.urandom(3_000_000)
    desk.fill(picture, "image/png")
    with desk.window("qt") as window:
        done = driver.insert(TEXT)
        window.holds(TEXT)

    assert done["confirmed"]
    assert desk.clipboard("image/png") == picture


def test_an_empty_clipboard_is_empty_again(desk: Desk, driver: Driver) -> None:
    desk.end(desk.fill(OLD))
    with desk.window("qt") as window:
        driver.insert(TEXT)
        window.holds(TEXT)

    assert desk.clipboard() == b""


def test_a_clipboard_manager_does_not_pass_for_the_window(desk: Desk, driver: Driver) -> None:
    manager = desk.spawn(["xfce4-clipman"])
    try:
        wait_for(lambda: desk.run(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"]))
        desk.fill(OLD)
        with desk.window("deaf"):
            assert not driver.insert(TEXT)["confirmed"]
        with desk.window("qt") as window:
            assert driver.insert(TEXT)["confirmed"]
            window.holds(TEXT)
        assert desk.clipboard() == TEXT.encode()
    finally:
        desk.end(manager)


@pytest.mark.parametrize("kind", ["qt", "gtk3"])
def test_a_window_that_hangs_for_a_second_gets_the_new_words(desk: Desk, driver: Driver, kind: str) -> None:
    desk.fill(OLD)
    with desk.window(kind) as window:
        window.stop()
        threading.Timer(SECOND_S, window.go_on).start()

        done = driver.insert(TEXT)

        window.holds(TEXT)
        assert done["confirmed"]
        assert done["slow_ms"] is None
        assert desk.clipboard() == OLD


def test_the_user_is_told_when_a_window_takes_long(desk: Desk, driver: Driver) -> None:
    with desk.window("qt") as window:
        window.stop()
        threading.Timer(2 * SECOND_S, window.go_on).start()

        done = driver.insert(TEXT)

        window.holds(TEXT)
        assert done["confirmed"]
        assert 1500 <= done["slow_ms"] < 2000


def test_a_hanging_owner_of_the_clipboard_costs_less_than_a_second(desk: Desk, driver: Driver) -> None:
    owner = desk.fill(OLD)
    with desk.window("qt") as window:
        os.kill(owner.pid, signal.SIGSTOP)

        done = driver.insert(TEXT)

        window.holds(TEXT)
        assert done["confirmed"]
        assert done["took_ms"] < 1500
        assert done["gap_ms"] < 50, "the GUI thread waited"
        assert desk.clipboard() == TEXT.encode(), "what could not be saved can't come back, so the words stay"
        assert b"x-kde-passwordManagerHint" not in desk.clipboard("TARGETS")


@pytest.mark.parametrize("keys", ["alt", "shift ctrl super"])
def test_a_held_modifier_is_let_go_of(desk: Desk, driver: Driver, keys: str) -> None:
    with desk.window("qt") as window:
        for key in keys.split():
            desk.xdo("keydown", key)

        done = driver.insert(TEXT)

        window.holds(TEXT)
        assert done["confirmed"]


def test_the_paste_waits_for_the_hands_to_leave_the_keys(desk: Desk, driver: Driver) -> None:
    with desk.window("qt") as window:
        desk.xdo("keydown", "alt")
        threading.Timer(0.5, lambda: desk.xdo("keyup", "alt")).start()

        done = driver.insert(TEXT)

        window.holds(TEXT)
        assert 400 < done["took_ms"] < 1900


def test_without_a_focused_window_the_words_wait_on_the_clipboard(desk: Desk, driver: Driver) -> None:
    desk.fill(OLD)

    done = driver.insert(TEXT)

    assert (done["method"], done["confirmed"]) == ("clipboard", False)
    assert desk.clipboard() == TEXT.encode()


def test_what_nobody_read_stays_on_the_clipboard_as_ordinary_text(desk: Desk, driver: Driver) -> None:
    desk.fill(OLD)
    with desk.window("deaf"):
        driver.begin(TEXT, then="enter")
        wait_for(lambda: desk.clipboard() == TEXT.encode())
        hint = desk.clipboard("x-kde-passwordManagerHint")
        done = driver.end()

    assert (done["method"], done["confirmed"], done["read_ms"]) == ("paste", False, None)
    assert 5000 <= done["took_ms"] < 6000
    assert hint == b"secret", "while it was to be taken back"
    assert desk.clipboard() == TEXT.encode()
    assert b"x-kde-passwordManagerHint" not in desk.clipboard("TARGETS")


def test_a_clipboard_that_another_program_took_is_not_touched(desk: Desk, driver: Driver) -> None:
    desk.fill(OLD)
    with desk.window("deaf"):
        driver.begin(TEXT)
        wait_for(lambda: desk.clipboard() == TEXT.encode())
        desk.fill(b"copied meanwhile")
        done = driver.end()

    assert not done["confirmed"]
    assert done["took_ms"] < 4000, "there is nothing left to wait for"
    assert desk.clipboard() == b"copied meanwhile"


@pytest.mark.parametrize(("then", "added"), [("enter", "\n"), ("tab", "\t"), ("none", "")])
def test_a_key_follows_the_words(desk: Desk, driver: Driver, then: str, added: str) -> None:
    with desk.window("qt") as window:
        driver.insert("yes", then=then)

        window.holds("yes" + added)


def test_only_the_clipboard_means_only_the_clipboard(desk: Desk, driver: Driver) -> None:
    with desk.window("qt") as window:
        done = driver.insert(TEXT, method="clipboard")

        assert (done["method"], done["confirmed"]) == ("clipboard", False)
        assert desk.clipboard() == TEXT.encode()
        assert window.text == ""


@pytest.mark.parametrize("when", [{"cancel": True}, {"cancel_after_s": 0.3}])
def test_cancelled_before_the_keys_nothing_happens(desk: Desk, driver: Driver, when: dict[str, object]) -> None:
    desk.fill(OLD)
    with desk.window("qt") as window:
        desk.xdo("keydown", "alt")  # so that it waits
        assert driver.insert(TEXT, **when) == {"cancelled": True}
        assert desk.clipboard() == OLD
        assert window.text == ""


def test_quitting_in_the_middle_gives_the_clipboard_back(desk: Desk, driver: Driver) -> None:
    desk.fill(OLD)
    with desk.window("deaf"):
        done = driver.insert(TEXT, settle_after_s=0.5)

        assert not done["confirmed"]
        assert done["took_ms"] < 4000, "the worker is told at once"
        assert desk.clipboard() == OLD


def test_words_for_our_own_window_are_confirmed_too(desk: Desk) -> None:
    driver = Driver(desk)
    try:
        desk.fill(OLD)
        driver.open_own_window()
        wait_for(lambda: desk.xdo("getwindowfocus", "getwindowname") == "driver's own window")

        done = driver.insert(TEXT)

        assert done["confirmed"]
        assert desk.clipboard() == OLD
    finally:
        driver.close()


def test_without_an_x_server_two_sentences_say_so(desk: Desk) -> None:
    code = (
        "from diktate.insert.linux import X11Keys\n"
        "from diktate.errors import InsertError\n"
        "try: X11Keys().focused()\n"
        "except InsertError as error: print(bool(error.what and error.fix), error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env={**desk.env, "DISPLAY": ":9999"}, check=True, capture_output=True, text=True
    ).stdout

    assert said.startswith("True The X server")


def test_the_layout_may_change_while_the_app_runs(desk: Desk, driver: Driver) -> None:
    try:
        for layout in ("de", "ru", "us"):
            desk.run(["setxkbmap", layout])
            with desk.window("gtk4") as window:
                assert driver.insert(TEXT)["confirmed"]
                window.holds(TEXT)
    finally:
        desk.run(["setxkbmap", "us"])


def test_a_paste_is_quick(desk: Desk, driver: Driver) -> None:
    desk.fill(OLD)
    with desk.window("qt") as window:
        runs = [driver.insert("word ") for _ in range(10)]
        window.holds("word " * 10)
    ours = sorted(run["took_ms"] - run["read_ms"] for run in runs)

    assert ours[5] < 50, "generous: 5 ms on an idle machine"
    assert max(run["gap_ms"] for run in runs) < 50
