"""End to end: the real app, a real key, sound through PortAudio, the real engine, and the words in another program."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clips import clips, folded, words_in, wrong_words
from tests.desktop.app import App
from tests.desktop.desk import Desk
from tests.desktop.speaking import KEY, LONG, clip, heard, hold
from tests.desktop.windows import Kind

CLIP, OTHER = LONG, clip("david")


@pytest.fixture
def app(desk: Desk) -> Iterator[App]:
    with App(desk) as running:
        yield running


@pytest.mark.parametrize("kind", ["qt", "gtk3", "gtk4", "xterm"])
def test_holding_the_key_writes_what_was_spoken_into_another_programs_window(desk: Desk, app: App, kind: Kind) -> None:
    window = desk.open(kind)
    window.focus()
    before = app.last_id()

    hold(desk, CLIP.path)

    window.wait_text(lambda text: heard(text, CLIP))
    receipt = app.wait_done(before)
    assert receipt["insert"]["confirmed"]
    assert receipt["insert"]["method"] == "paste"
    assert receipt["stt"]["compute_type"] == "int8_float32"
    assert receipt["error"] is None
    assert 0 < receipt["after_release_ms"] < 60_000


def test_a_tap_starts_and_the_next_tap_stops(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    window.focus()

    desk.keys.tap(KEY)
    app.wait_state("listening")
    desk.say(CLIP.path)
    desk.keys.tap(KEY)

    window.wait_text(lambda text: heard(text, CLIP))


def test_escape_takes_a_dictation_back(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    window.focus()
    desk.keys.tap(KEY)
    app.wait_state("listening")
    desk.say(OTHER.path)

    desk.keys.tap("Escape")
    app.wait_state("ready")
    hold(desk, CLIP.path)

    text = window.wait_text(lambda text: heard(text, CLIP))
    assert wrong_words(CLIP.text, text) == 0


def test_escape_reaches_the_window_again_once_nothing_is_listening(desk: Desk, app: App) -> None:
    window = desk.open("xterm")
    window.focus()
    desk.keys.tap(KEY)
    app.wait_state("listening")
    desk.keys.tap("Escape")
    app.wait_state("ready")

    desk.keys.tap("Escape")

    window.wait_text(lambda text: text == "\x1b")


def test_the_hotkey_itself_never_reaches_the_window(desk: Desk, app: App) -> None:
    window = desk.open("xterm")
    window.focus()
    before = app.last_id()

    hold(desk, CLIP.path)

    app.wait_done(before)
    assert folded(window.wait_text(lambda text: heard(text, CLIP))) == folded(CLIP.text)
    assert "\x04" not in window.text()
    assert "\x1b" not in window.text()


def test_the_users_clipboard_comes_back_with_all_its_formats(desk: Desk, app: App, tmp_path: Path) -> None:
    image = tmp_path / "image.png"
    subprocess.run(["convert", "-size", "600x400", "plasma:red-blue", str(image)], check=True, timeout=60)
    desk.copy(image.read_bytes(), "image/png")
    window = desk.open("qt")
    window.focus()

    hold(desk, CLIP.path)

    window.wait_text(lambda text: heard(text, CLIP))
    desk.wait(lambda: desk.clipboard("image/png") == image.read_bytes(), "the image to be back")


def test_silence_writes_nothing_and_is_no_dictation(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    window.focus()
    [noise] = clips("noise")

    hold(desk, noise.path)
    app.wait_state("ready")

    assert app.last_id() is None
    hold(desk, CLIP.path)
    window.wait_text(lambda text: heard(text, CLIP))


def test_a_second_start_shows_the_first_and_ends(desk: Desk, app: App) -> None:
    second = app.command()

    assert second.returncode == 0
    desk.wait(lambda: desk.visible("diktate"), "the panel of the first")
    assert app.process.poll() is None


def test_toggle_from_the_command_line_dictates(desk: Desk, app: App) -> None:
    window = desk.open("gtk3")
    window.focus()

    assert app.command("toggle").returncode == 0
    app.wait_state("listening")
    desk.say(CLIP.path)
    assert app.command("toggle").returncode == 0

    window.wait_text(lambda text: heard(text, CLIP))


def test_start_stop_and_cancel_from_the_command_line(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    window.focus()
    app.command("start", "--mode", "verbatim").check_returncode()
    assert app.wait_state("listening")["mode"] == "verbatim"
    app.command("cancel").check_returncode()
    app.wait_state("ready")
    before = app.last_id()

    app.command("start", "--mode", "verbatim").check_returncode()
    app.wait_state("listening")
    desk.say(CLIP.path)
    app.command("stop").check_returncode()

    assert app.wait_done(before)["mode"] == "verbatim"
    window.wait_text(lambda text: heard(text, CLIP))


def test_two_dictations_in_a_row_arrive_in_the_order_they_were_spoken(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    window.focus()

    hold(desk, CLIP.path)
    hold(desk, OTHER.path)

    text = window.wait_text(lambda text: len(folded(text)) >= words_in([CLIP.text, OTHER.text]))
    assert folded(text) == folded(CLIP.text + " " + OTHER.text)


def test_a_window_that_hangs_for_a_second_still_gets_the_right_words(desk: Desk, app: App) -> None:
    desk.copy_text("the old clipboard")
    window = desk.open("gtk3")
    window.focus()
    with desk.held(KEY):
        desk.say(CLIP.path)
        window.hang(1.0)

    window.wait_text(lambda text: heard(text, CLIP))
    desk.wait(lambda: desk.clipboard() == b"the old clipboard", "the clipboard to be back")


def test_words_nobody_reads_stay_on_the_clipboard_and_in_the_history(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    window.focus()
    with desk.held(KEY):
        desk.say(CLIP.path)
        desk.freeze(window.process)

    status = desk.wait(lambda: (now := app.status())["last"] and now, "the receipt", 60)

    assert not status["last"]["insert"]["confirmed"]
    assert "clipboard" in status["note"]
    assert heard(desk.clipboard().decode(), CLIP)
    assert "test the important button" in app.command("history", "list").stdout.lower()


def test_quitting_ends_the_app_and_its_speech_process(desk: Desk, app: App) -> None:
    assert app.quit() == 0

    assert app.command("status").returncode == 3
    desk.wait(lambda: not app.speech_processes(), "the speech process to end")


def test_the_speech_process_ends_when_the_app_is_killed(desk: Desk, app: App) -> None:
    desk.wait(app.speech_processes, "a speech process")

    app.kill()

    desk.wait(lambda: not app.speech_processes(), "the speech process to end")


def test_not_one_word_is_in_a_log_or_a_file_but_history_and_sound(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    window.focus()
    hold(desk, CLIP.path)
    window.wait_text(lambda text: heard(text, CLIP))
    app.quit()

    assert "important" not in app.log_text().lower()
    assert "target" not in app.log_text().lower(), "a window title"


def test_a_sentence_nobody_has_heard_before_arrives(desk: Desk, app: App) -> None:
    spoken = "please send the letter to anna on monday"
    window = desk.open("qt")
    window.focus()

    hold(desk, desk.speak(spoken, wpm=150))

    text = window.wait_text(lambda text: bool(text.strip()))
    assert wrong_words(spoken, text) <= 1


def test_idle_nothing_moves(desk: Desk, app: App) -> None:
    """The state stays what it is and no dictation appears by itself."""
    before = app.status()
    started = time.monotonic()

    desk.wait(lambda: time.monotonic() - started > 1.0, "a second")

    assert app.status() == before
