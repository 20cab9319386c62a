"""What goes wrong while somebody dictates: no word is lost, the app says what and what to do, the next one works."""

from __future__ import annotations

import json
import os
import resource
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from diktate.audio.spool import open_wav
from tests.desktop.app import App
from tests.desktop.desk import Desk
from tests.desktop.sound import seconds
from tests.desktop.speaking import KEY, LONG, SHORT, assert_leaves_in_order, assert_works, heard, hold


@pytest.fixture
def app(desk: Desk) -> Iterator[App]:
    with App(desk) as running:
        yield running
        if running.process.poll() is None:
            assert_leaves_in_order(running)


def largest_file(app: App, bytes_: int = resource.RLIM_INFINITY) -> None:
    """Let no file of the app grow beyond that, as on a full disk; without a number there is room again."""
    resource.prlimit(app.process.pid, resource.RLIMIT_FSIZE, (bytes_, resource.RLIM_INFINITY))


def speech_process(app: App) -> int:
    (pid,) = app.speech_processes()
    return pid


def recording(desk: Desk) -> Path:
    (file,) = (desk.base / "state/diktate/spool").glob("*.wav")
    return file


# The disk


def test_a_disk_that_fills_up_while_recording_costs_no_word(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    with desk.held(KEY):
        player = desk.say(LONG.path, wait=False)
        app.wait_state("listening")
        largest_file(app, 30_000)
        player.wait(30)

    window.wait_text(lambda text: heard(text, LONG))
    assert "free some space" in app.wait_said("The recording could not be saved")

    largest_file(app)
    assert_works(desk, app)
    assert "could not be saved" not in app.said()


def test_a_history_that_cannot_be_written_costs_no_word(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    largest_file(app, 100)

    hold(desk, SHORT.path)

    window.wait_text(lambda text: heard(text, SHORT))
    assert "disk" in app.wait_said("history")

    largest_file(app)
    assert_works(desk, app)
    assert "history" not in app.said()


# The microphone


def test_without_a_microphone_it_says_so_and_hears_the_one_plugged_in_later(desk: Desk, app: App) -> None:
    desk.unplug_mic()

    with desk.held(KEY):
        said = app.wait_said("There is no microphone.")

    assert "Plug one in" in said
    desk.plug_mic()
    assert_works(desk, app)


def test_a_microphone_that_goes_away_leaves_what_was_said_before(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    before = app.last_id()
    desk.keys.tap(KEY)
    app.wait_state("listening")
    desk.say(SHORT.path)
    desk.unplug_mic()

    window.wait_text(lambda text: heard(text, SHORT))
    assert "plug it in again" in app.wait_said("stopped delivering sound")
    assert app.wait_done(before)["error"]["kind"] == "microphone"
    desk.plug_mic()
    assert_works(desk, app)
    assert "stopped delivering" not in app.said()


def test_a_muted_microphone_is_told_and_costs_no_decoding(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    desk.mute_mic()

    hold(desk, SHORT.path)

    assert "Switch it on" in app.wait_said("is muted")
    (row,) = json.loads(app.command("history", "list", "--json").stdout)["dictations"]
    assert row["stt"]["busy_ms"] == 0
    assert window.text() == ""
    desk.plug_mic()
    assert_works(desk, app)


def test_a_sound_server_that_dies_midway_is_survived(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    desk.keys.tap(KEY)
    app.wait_state("listening")
    desk.say(SHORT.path)
    desk.kill_audio()

    window.wait_text(lambda text: heard(text, SHORT))
    app.wait_said("stopped delivering sound")
    desk.revive_audio()
    assert_works(desk, app)


def test_a_device_that_cannot_be_opened_is_told_in_words(desk: Desk) -> None:
    nothing = desk.base / "tmp/asound.conf"
    nothing.write_text("pcm.!default { type hw card 7 }\n")
    with App(desk, env={"ALSA_CONFIG_PATH": str(nothing)}) as app:
        hold(desk, SHORT.path)

        assert "choose another one" in app.wait_said("can't be opened")
        assert_leaves_in_order(app)


# The speech process


def test_a_speech_process_killed_in_mid_sentence_costs_no_word(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    with desk.held(KEY):
        player = desk.say(LONG.path, wait=False)
        app.wait_state("listening")
        os.kill(speech_process(app), signal.SIGKILL)
        player.wait(30)

    window.wait_text(lambda text: heard(text, LONG))
    assert app.log_text().count("the process ended by itself") == 1
    assert len(app.speech_processes()) == 1


def test_a_speech_process_killed_while_decoding_costs_no_word(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    with desk.held(KEY):
        desk.say(SHORT.path)
        os.kill(speech_process(app), signal.SIGSTOP)  # so that it is still at work when it dies
    app.wait_state("transcribing")

    os.kill(speech_process(app), signal.SIGKILL)

    window.wait_text(lambda text: heard(text, SHORT))
    assert app.log_text().count("the process ended by itself") == 1


def test_a_speech_process_killed_while_idle_is_there_for_the_next_dictation(desk: Desk, app: App) -> None:
    os.kill(speech_process(app), signal.SIGKILL)

    assert_works(desk, app)


def test_a_speech_process_that_hangs_leaves_the_app_responsive_and_cancel_working(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    child = speech_process(app)
    with desk.held(KEY):
        desk.say(SHORT.path)
        os.kill(child, signal.SIGSTOP)
    app.wait_state("transcribing")

    app.command("cancel", timeout_s=10).check_returncode()

    app.wait_state("ready", timeout_s=10)
    assert window.text() == ""
    spool = desk.base / "state/diktate/spool"
    desk.wait(lambda: list(spool.glob("*.cancelled.wav")), "the dictation to be let go")
    os.kill(child, signal.SIGCONT)
    assert_works(desk, app)


def test_a_hung_speech_process_does_not_hold_up_quitting(desk: Desk, app: App) -> None:
    os.kill(speech_process(app), signal.SIGSTOP)
    hold(desk, SHORT.path)
    app.wait_state("transcribing")

    assert_leaves_in_order(app)

    desk.wait(lambda: not app.speech_processes(), "the speech process to end")


# The app itself


def test_an_app_killed_while_listening_leaves_the_sound_and_says_so_at_the_next_start(desk: Desk, app: App) -> None:
    with desk.held(KEY):
        player = desk.say(LONG.path, wait=False)
        app.wait_state("listening")
        since = time.monotonic()
        player.wait(30)
        spoken_s = time.monotonic() - since
        app.kill()

    assert seconds(recording(desk)) > spoken_s - 1.5, "as its own header says, which is written once a second"
    assert open_wav(recording(desk)).seconds > spoken_s - 1
    desk.wait(lambda: not app.speech_processes(), "the speech process to end")
    app.start()
    assert "Copy report" in app.wait_said("closed unexpectedly")
    assert_works(desk, app)


def test_an_app_killed_while_transcribing_leaves_a_row_to_try_again(desk: Desk, app: App) -> None:
    child = speech_process(app)
    with desk.held(KEY):
        desk.say(SHORT.path)
        os.kill(child, signal.SIGSTOP)
    app.wait_state("transcribing")
    app.kill()
    os.kill(child, signal.SIGCONT)
    desk.wait(lambda: not app.speech_processes(), "the speech process to end")
    file = recording(desk)

    app.start()

    app.wait_said("closed unexpectedly")
    rows = desk.wait(
        lambda: json.loads(app.command("history", "list", "--json").stdout)["dictations"], "the lost dictation"
    )
    assert [(row["id"], row["sound"], row["delivered"]) for row in rows] == [(file.stem, str(file), False)]
    assert open_wav(file).seconds > 1.5


def test_a_crash_leaves_a_report_without_a_word(desk: Desk, app: App) -> None:
    assert_works(desk, app)
    with desk.held(KEY):
        desk.say(SHORT.path)
        app.process.send_signal(signal.SIGSEGV)
        assert app.process.wait(20) == -signal.SIGSEGV

    report = (desk.base / "state/diktate/fault.log").read_text()
    assert "Segmentation fault" in report
    assert "message" not in report.lower().replace("messages.py", "")
    app.start()
    app.wait_said("closed unexpectedly")


# Other programs


def test_a_clipboard_owner_that_hangs_delays_the_words_by_a_second_at_most(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    owner = desk.copy_text("kept by a program that hangs")
    desk.freeze(owner)
    before = app.last_id()

    hold(desk, SHORT.path)

    window.wait_text(lambda text: heard(text, SHORT))
    assert app.wait_done(before)["insert"]["took_ms"] < 2500
    desk.thaw(owner)
    assert_works(desk, app)


def test_the_end_of_the_screen_ends_the_app_and_its_speech_process(desk: Desk, app: App) -> None:
    desk.kill_screen()

    app.process.wait(20)

    desk.wait(lambda: not app.speech_processes(), "the speech process to end")
    assert not (desk.base / "cfg/diktate/settings.json").exists(), "a lost screen is no reason to change keys"
