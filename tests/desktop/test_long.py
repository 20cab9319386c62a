"""What takes minutes: many dictations one after another, and the speech process killed at any moment of one."""

from __future__ import annotations

import os
import random
import signal
import statistics
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clips import clips, folded, wrong_words
from tests.desktop.app import App
from tests.desktop.desk import Desk
from tests.desktop.programs import Process

KEY = "ctrl+alt+d"
SENTENCES = clips("sentence")
ROUNDS, KILLS = 20, 12

pytestmark = [pytest.mark.long, pytest.mark.timeout(900)]


@pytest.fixture
def app(desk: Desk) -> Iterator[App]:
    with App(desk) as running:
        yield running


def test_twenty_dictations_in_a_row_lose_no_word(desk: Desk, app: App) -> None:
    window = desk.open("qt")
    window.focus()
    spoken, waits = "", []
    for number in range(ROUNDS):
        clip = SENTENCES[number % len(SENTENCES)]
        spoken = f"{spoken} {clip.text}"
        before = app.last_id()
        with desk.held(KEY):
            desk.say(clip.path)
        receipt = app.wait_done(before)
        waits.append(receipt["after_release_ms"])
        assert receipt["insert"]["confirmed"]

    assert wrong_words(spoken, window.text()) <= len(folded(spoken)) // 20
    print(f"\nkey up to text over {ROUNDS}: median {statistics.median(waits):.0f} ms, longest {max(waits):.0f} ms")


def test_the_speech_process_may_die_at_any_moment(desk: Desk, app: App) -> None:
    chance = random.Random(20261120)  # noqa: S311 - moments, not secrets
    window = desk.open("qt")
    window.focus()
    clip = SENTENCES[1]
    for number in range(1, KILLS + 1):
        killer = threading.Timer(chance.uniform(0.0, 3.0), kill_speech, [desk, app.process])
        killer.start()
        with desk.held(KEY):
            desk.say(clip.path)
        killer.join()
        window.wait_text(lambda text, times=number: len(folded(text)) >= times * len(folded(clip.text)), 90)  # type: ignore[misc] # bound to this round

    assert wrong_words(" ".join([clip.text] * KILLS), window.text()) == 0


def kill_speech(desk: Desk, app: Process) -> None:
    """Kill the child of the app that is its speech process, once there is one."""
    pid = desk.wait(lambda: speech_process(app.pid), "a speech process", 60)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def speech_process(parent: int) -> int | None:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            stat = (folder / "stat").read_text(errors="replace")
        except OSError:  # it has ended meanwhile
            continue
        if b"diktate.speech.child" in command and int(stat.rpartition(")")[2].split()[1]) == parent:
            return int(folder.name)
    return None
