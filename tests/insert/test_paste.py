"""Words into real windows of other programs, on a real X server: what is promised when all goes well."""

import os

import pytest
from Xlib import XK
from Xlib.display import Display

from tests.desktop.desk import Desk
from tests.desktop.windows import Kind
from tests.insert.driver import Driver, own

pytestmark = pytest.mark.desktop

TEXT = "Grüße aus Köln: „Straße“ – 12 € & café → 😀 ok\nund eine zweite Zeile. "
OLD = b"what the user had copied"


@pytest.mark.parametrize("kind", ["qt", "gtk3", "gtk4", "xterm"])
def test_the_words_arrive_exactly_and_the_clipboard_comes_back(desk: Desk, driver: Driver, kind: Kind) -> None:
    desk.copy(OLD)
    window = desk.open(kind)
    for count in (1, 2, 3):
        done = driver.insert(TEXT)

        window.wait_text(TEXT * count)
        assert (done["method"], done["confirmed"]) == ("paste", True)
        assert done["read_ms"] <= done["took_ms"]
        assert desk.clipboard() == OLD
    assert done["app"] == {"qt": "qt.py", "gtk3": "gtk3.py", "gtk4": "gtk4.py", "xterm": "xterm"}[kind]


def test_a_terminal_gets_its_primary_selection_back(desk: Desk, driver: Driver) -> None:
    desk.copy(OLD)
    desk.copy(b"selected with the mouse", selection="primary")
    window = desk.open("xterm")
    driver.insert(TEXT)

    window.wait_text(TEXT)
    assert desk.clipboard(selection="primary") == b"selected with the mouse"
    assert desk.clipboard() == OLD


def test_the_primary_selection_is_left_alone_where_it_is_not_needed(desk: Desk, driver: Driver) -> None:
    holder = desk.copy(b"selected with the mouse", selection="primary")
    window = desk.open("gtk3")
    driver.insert(TEXT)
    window.wait_text(TEXT)

    assert holder.poll() is None, "xclip ends when the selection is taken from it"


def test_a_marked_text_is_replaced(desk: Desk, driver: Driver) -> None:
    window = desk.open("gtk3")
    desk.keys.type("abc")
    window.wait_text("abc")
    desk.keys.tap("ctrl+a")

    driver.insert("new")

    window.wait_text("new")


def test_every_format_comes_back_byte_for_byte(desk: Desk, driver: Driver) -> None:
    own(
        desk,
        {
            "text/plain": "Ä plain 😀".encode(),
            "text/html": b"<b>bold</b>",
            "image/png": b"\x89PNG\r\n\x1a\n" + os.urandom(1_500_000),
            "application/x-own": bytes(range(256)),
        },
    )
    targets = desk.clipboard("TARGETS").split()
    before = {target: desk.clipboard(target.decode()) for target in targets if target.islower()}
    assert {b"text/plain", b"text/html", b"image/png", b"application/x-own"} <= before.keys()
    window = desk.open("qt")
    for count in range(1, 4):  # from the second time on the old content is our own
        assert driver.insert("x")["confirmed"]
        window.wait_text("x" * count)

        assert sorted(desk.clipboard("TARGETS").split()) == sorted(targets)
        assert {target: desk.clipboard(target.decode()) for target in before} == before


def test_copied_files_come_back_as_they_were_written(desk: Desk, driver: Driver) -> None:
    desk.copy(b"file:///a%2fb%c3%a4\r\n", "text/uri-list")
    window = desk.open("qt")
    for count in (1, 2):
        driver.insert("x")
        window.wait_text("x" * count)

    assert desk.clipboard("text/uri-list") == b"file:///a%2fb%c3%a4\r\n"


def test_a_large_picture_that_comes_in_parts_comes_back(desk: Desk, driver: Driver) -> None:
    picture = b"\x89PNG\r\n\x1a\n" + os.urandom(3_000_000)
    desk.copy(picture, "image/png")
    window = desk.open("qt")
    done = driver.insert(TEXT)
    window.wait_text(TEXT)

    assert done["confirmed"]
    assert desk.clipboard("image/png") == picture


def test_an_empty_clipboard_is_empty_again(desk: Desk, driver: Driver) -> None:
    desk.stop(desk.copy(OLD))
    window = desk.open("qt")
    driver.insert(TEXT)
    window.wait_text(TEXT)

    assert desk.clipboard() == b""


@pytest.mark.parametrize(("then", "added"), [("enter", "\n"), ("tab", "\t"), ("none", "")])
def test_a_key_follows_the_words(desk: Desk, driver: Driver, then: str, added: str) -> None:
    window = desk.open("qt")
    driver.insert("yes", then=then)

    window.wait_text("yes" + added)


def test_only_the_clipboard_means_only_the_clipboard(desk: Desk, driver: Driver) -> None:
    window = desk.open("qt")
    done = driver.insert(TEXT, method="clipboard")

    assert (done["method"], done["confirmed"]) == ("clipboard", False)
    assert desk.clipboard() == TEXT.encode()
    assert window.text() == ""


def test_words_for_our_own_window_are_confirmed_too(desk: Desk) -> None:
    driver = Driver(desk)
    try:
        desk.copy(OLD)
        driver.open_own_window()
        desk.focus(desk.wait(lambda: desk.visible("^driver's own window$"), "the driver's own window")[0])

        done = driver.insert(TEXT)

        assert done["confirmed"]
        assert desk.clipboard() == OLD
    finally:
        driver.quit()


def test_the_layout_may_change_while_the_app_runs(desk: Desk, driver: Driver) -> None:
    try:
        for layout in ("de", "ru"):
            desk.run(["setxkbmap", layout])
            window = desk.open("gtk4")
            assert driver.insert(TEXT)["confirmed"]
            window.wait_text(TEXT)
    finally:
        desk.run(["setxkbmap", "us"])


def test_the_keys_may_move_while_the_app_runs(desk: Desk, driver: Driver) -> None:
    display = Display(desk.env["DISPLAY"])
    try:
        window = desk.open("qt")
        driver.insert("one ")
        window.wait_text("one ")
        insert, spare = display.keysym_to_keycode(XK.XK_Insert), display.keysym_to_keycode(XK.XK_Pause)
        display.change_keyboard_mapping(insert, [(XK.XK_F20,)])
        display.change_keyboard_mapping(spare, [(XK.XK_Insert,)])
        display.sync()

        assert driver.insert("two")["confirmed"]
        window.wait_text("one two")
    finally:
        display.close()
        desk.run(["setxkbmap", "us"])


def test_a_paste_is_quick(desk: Desk, driver: Driver) -> None:
    desk.copy(OLD)
    window = desk.open("qt")
    runs = [driver.insert("word ") for _ in range(10)]
    window.wait_text("word " * 10)
    ours = sorted(run["took_ms"] - run["read_ms"] for run in runs)

    assert ours[5] < 50, "generous: 2 ms on an idle machine"
    assert sorted(run["gap_ms"] for run in runs)[5] < 50, "the GUI thread waited"
