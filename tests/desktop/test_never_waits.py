"""The GUI thread never waits: the real app, watched from inside, while everything around it hangs."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clips import Clip, clips, wrong_words
from tests.desktop.app import App
from tests.desktop.desk import Desk
from tests.desktop.waiting import Offence, offences, read

KEY = "ctrl+alt+d"
CLIP = next(clip for clip in clips("sentence") if clip.text.startswith("can you test"))


class Watched(App):
    """An app whose GUI thread is sampled; leaving it in peace asserts that the thread never waited."""

    fault = ""

    def launch(self) -> None:
        self.samples = self.desk.base / "tmp" / "samples.jsonl"
        self.samples.unlink(missing_ok=True)
        planted = ["--fault", self.fault] if self.fault else []
        words = [sys.executable, "-m", "tests.desktop.sampled", str(self.samples), *planted, "--hidden"]
        self.process = self.desk.spawn([*words, *self.args], "diktate", env=self.environment())

    def __exit__(self, *error: object) -> None:
        found = self.offences()
        samples, beats = read(self.samples)
        super().__exit__()
        if not any(error) and not self.fault:
            assert len(beats) > 20, "the event loop has been alive"
            assert samples[-1].t > beats[-1].t - 1, "the sampler has seen it to the end"
            assert not found, "\n" + "\n".join(map(str, found))

    def offences(self) -> list[Offence]:
        """Judge what has been seen so far."""
        return offences(*read(self.samples))


@pytest.fixture
def app(desk: Desk) -> Iterator[Watched]:
    with Watched(desk) as running:
        yield running


def speech_process(desk: Desk) -> int:
    """Find the speech process of this desk."""
    for pid in desk.strays():
        with contextlib.suppress(OSError):
            if b"diktate.speech.child" in Path(f"/proc/{pid}/cmdline").read_bytes():
                return pid
    raise AssertionError("there is no speech process")


def pause(desk: Desk, seconds: float) -> None:
    """Give what hangs the time to do harm."""
    until = time.monotonic() + seconds
    desk.wait(lambda: time.monotonic() > until, "some time to pass")


def hold(desk: Desk, clip: Clip = CLIP) -> None:
    with desk.held(KEY):
        desk.say(clip.path)


def heard(text: str) -> bool:
    return bool(text.strip()) and wrong_words(CLIP.text, text) == 0


@pytest.mark.parametrize("fault", ["sleep", "socket", "busy"])
def test_a_planted_wait_is_found(desk: Desk, fault: str) -> None:
    app = Watched(desk)
    app.fault = fault
    with app:
        desk.wait(lambda: any("sampled.py" in str(found) for found in app.offences()), fault)


def test_it_starts_and_loads_its_model_without_a_wait(app: Watched) -> None:
    assert app.status()["stt"]["loaded"]


def test_it_dictates_and_opens_every_window_without_a_wait(desk: Desk, app: Watched) -> None:
    for name in ("panel", "history", "settings", "help"):
        app.command("show", name).check_returncode()
        desk.wait(lambda: desk.visible("diktate"), f"the window {name}")
    window = desk.open("qt")
    window.focus()

    hold(desk)

    window.wait_text(heard)


def test_a_clipboard_owner_that_hangs(desk: Desk, app: Watched) -> None:
    owner = desk.copy_text("the old clipboard")
    window = desk.open("qt")
    window.focus()
    desk.freeze(owner)

    hold(desk)

    window.wait_text(heard)
    app.wait_state("ready")


def test_a_keyring_that_asks_for_its_password() -> None:
    with Desk(keyring=False) as desk, Watched(desk, {"stt.mode": "local"}) as app:
        app.command("show", "settings").check_returncode()
        assert "keyring" in app.command("doctor").stdout.lower()
        assert app.status()["state"] == "ready"


def test_clients_that_connect_and_say_nothing(desk: Desk, app: Watched) -> None:
    address = str(desk.base / "run/diktate/ctl")
    with contextlib.ExitStack() as open_lines:
        lines = [open_lines.enter_context(socket.socket(socket.AF_UNIX)) for _ in range(12)]
        for line in lines:
            line.settimeout(5)
            line.connect(address)
        for _ in range(3):
            for line in lines[:4]:
                with contextlib.suppress(OSError):  # it has been shown the door
                    line.send(b"\0")
            pause(desk, 1.0)

        assert app.status()["state"] == "ready"
        window = desk.open("qt")
        window.focus()
        hold(desk)
        window.wait_text(heard)


def test_a_sound_server_that_hangs_when_a_recording_starts(desk: Desk, app: Watched) -> None:
    assert desk.sound._server is not None
    desk.freeze(desk.sound._server)

    with desk.held(KEY):
        pause(desk, 3.0)
    pause(desk, 1.0)
    desk.thaw(desk.sound._server)

    desk.wait(lambda: app.status()["state"] in {"ready", "error"}, "the dictation to end", 60)


def test_a_speech_process_that_hangs_with_its_pipe_full(desk: Desk, app: Watched) -> None:
    window = desk.open("qt")
    window.focus()
    pid = speech_process(desk)
    os.kill(pid, signal.SIGSTOP)
    try:
        with desk.held(KEY):
            for _ in range(3):
                desk.say(CLIP.path)  # 3 s are 96 kB, the pipe takes 64
        pause(desk, 1.0)
        assert app.status()["state"] == "transcribing"
    finally:
        os.kill(pid, signal.SIGCONT)

    window.wait_text(lambda text: len(text.split()) > 10)


def test_a_history_that_another_program_has_locked(desk: Desk, app: Watched) -> None:
    app.command("show", "history").check_returncode()
    desk.wait(lambda: desk.visible("History"), "the history window")
    window = desk.open("qt")
    window.focus()
    file = desk.base / "data/diktate/history.sqlite"
    desk.wait(file.exists, "the history file")
    with contextlib.closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")

        hold(desk)

        window.wait_text(heard)
        app.command("show", "history").check_returncode()
        pause(desk, 1.0)
        other.execute("ROLLBACK")
    app.wait_state("ready")


def test_a_disk_that_answers_late_when_a_setting_changes(desk: Desk, app: Watched) -> None:
    folder = desk.base / "cfg/diktate"
    folder.mkdir(exist_ok=True)
    file = folder / "settings.json"
    file.unlink(missing_ok=True)
    os.mkfifo(file)  # whoever reads it waits as long as we like

    app.command("mode", "verbatim").check_returncode()
    pause(desk, 1.0)

    assert app.status()["mode"] == "verbatim"
    with file.open("w") as late:
        late.write("{}")


def test_a_panel_that_hangs(desk: Desk, app: Watched) -> None:
    panel = next(process for name, process in desk._started if name == "xfce4-panel")
    window = desk.open("qt")
    window.focus()
    desk.freeze(panel)

    hold(desk)

    window.wait_text(heard)
    desk.thaw(panel)
