"""The real speech process on the real small model; slow or broken processes are made by killing this one."""

from __future__ import annotations

import os
import queue
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from diktate.errors import Cancelled, MicrophoneError, ModelError, SpeechError
from diktate.flow import Job
from diktate.settings.schema import Settings
from diktate.speech.hearing import Hearing
from diktate.speech.host import EngineState, Host, Patience, Plan
from tests.clips import MINI_WHISPER, clips, wrong_words

PLAN = Plan("faster-whisper", "mini", str(MINI_WHISPER / "model"), longest_s=15.0)
LIMIT_S = 60.0
CLIP = next(clip for clip in clips("sentence") if clip.text.startswith("david"))


@dataclass
class SlowSound:
    """A sound that goes on until it is let go, as one being spoken."""

    pcm: bytes = field(repr=False)
    go: threading.Event = field(default_factory=threading.Event)
    trouble: MicrophoneError | None = None
    heard: queue.SimpleQueue[int] = field(default_factory=queue.SimpleQueue)

    until: int = 0
    """Bytes that come before the pause; 0: half of them."""

    def blocks(self) -> Iterator[bytes]:
        half = self.until or len(self.pcm) // 2 & ~1
        yield self.pcm[:half]
        self.heard.put(half)
        self.go.wait(LIMIT_S)
        yield self.pcm[half:]


def new_job(name: str = "job") -> Job:
    return Job(name, "dictate", Settings(), datetime.now(UTC), time.monotonic())


def words(hearing: Hearing) -> str:
    return " ".join(piece.text for piece in hearing)


def wait_for(condition: Callable[[], bool]) -> None:
    limit = time.monotonic() + LIMIT_S
    while not condition():
        assert time.monotonic() < limit, "waited too long"
        time.sleep(0.02)


@pytest.fixture
def states() -> list[EngineState]:
    return []


@pytest.fixture
def host(states: list[EngineState]) -> Iterator[Host]:
    made = Host(lambda: PLAN, states.append)
    made.start()
    yield made
    made.close()


def test_it_says_what_it_really_runs_on(host: Host, states: list[EngineState]) -> None:
    wait_for(lambda: host.state.loaded)

    assert (host.state.device, host.state.compute_type) == ("cpu", "int8_float32")
    assert not states[0].loaded
    assert states[-1].load_ms is not None


def test_words_come_back_and_the_cost_is_told(host: Host) -> None:
    sound = SlowSound(CLIP.pcm())
    sound.go.set()

    hearing = host.hear(sound, new_job())

    assert wrong_words(CLIP.text, words(hearing)) == 0
    assert hearing.heard is not None
    assert hearing.heard.audio_s == pytest.approx(len(CLIP.pcm()) / 32000)
    assert hearing.heard.busy_ms is not None


@pytest.mark.expects_warnings
def test_a_process_killed_while_hearing_is_replaced_and_no_word_is_lost(host: Host) -> None:
    wait_for(lambda: host.state.loaded)
    sound = SlowSound(CLIP.pcm())
    hearing = host.hear(sound, new_job())
    sound.heard.get(timeout=LIMIT_S)
    first = host.state.pid
    assert first is not None

    os.kill(first, signal.SIGKILL)
    wait_for(lambda: host.state.loaded and host.state.pid != first)
    sound.go.set()

    assert wrong_words(CLIP.text, words(hearing)) == 0


def in_two_sentences() -> tuple[SlowSound, str]:
    """Give a sound that pauses after its first sentence until it is let go, and all that is said in it."""
    first, second = clips("sentence")[1:3]
    before = first.pcm() + bytes(2 * 24_000)
    return SlowSound(before + second.pcm(), until=len(before)), f"{first.text} {second.text}"


def test_what_a_pause_has_ended_is_heard_while_the_user_still_speaks(host: Host) -> None:
    sound, spoken = in_two_sentences()
    hearing = iter(host.hear(sound, new_job()))

    first = next(hearing)
    assert not sound.go.is_set()
    sound.go.set()

    assert wrong_words(spoken, " ".join([first.text, *(piece.text for piece in hearing)])) == 0


@pytest.mark.expects_warnings
def test_a_piece_delivered_before_a_crash_is_not_delivered_twice(host: Host) -> None:
    sound, spoken = in_two_sentences()
    hearing = iter(host.hear(sound, new_job()))
    first = next(hearing)
    pid = host.state.pid
    assert pid is not None

    os.kill(pid, signal.SIGKILL)
    wait_for(lambda: host.state.loaded and host.state.pid != pid)
    sound.go.set()

    assert wrong_words(spoken, " ".join([first.text, *(piece.text for piece in hearing)])) == 0


@pytest.mark.expects_warnings
def test_a_dictation_that_ends_the_process_twice_is_given_up_with_a_reason(host: Host) -> None:
    sound = SlowSound(CLIP.pcm())
    hearing = host.hear(sound, new_job())

    for _attempt in range(2):
        wait_for(lambda: host.state.loaded and not sound.heard.empty())
        pid = host.state.pid
        assert pid is not None
        while not sound.heard.empty():
            sound.heard.get()
        os.kill(pid, signal.SIGKILL)
        wait_for(lambda pid=pid: host.state.pid != pid)  # type: ignore[misc] # bound to this round's process

    with pytest.raises(SpeechError, match="stopped twice"):
        words(hearing)


@pytest.mark.expects_warnings
def test_the_next_dictation_works_after_one_was_given_up(host: Host) -> None:
    test_a_dictation_that_ends_the_process_twice_is_given_up_with_a_reason(host)
    sound = SlowSound(CLIP.pcm())
    sound.go.set()

    assert wrong_words(CLIP.text, words(host.hear(sound, new_job("next")))) == 0


def test_silence_and_noise_give_no_words(host: Host) -> None:
    for clip in clips("silence", "noise"):
        sound = SlowSound(clip.pcm())
        sound.go.set()

        assert words(host.hear(sound, new_job(clip.kind))) == ""


def test_cancelling_is_answered_at_once_and_the_next_dictation_is_heard(host: Host) -> None:
    sound = SlowSound(CLIP.pcm())
    job = new_job()
    hearing = host.hear(sound, job)
    job.cancel.set()

    with pytest.raises(Cancelled):
        words(hearing)

    sound.go.set()
    assert wrong_words(CLIP.text, words(host.hear(sound, new_job("next")))) == 0


@pytest.mark.expects_warnings
@pytest.mark.parametrize("taken_back", [True, False], ids=["cancelled", "waited for"])
def test_a_process_that_hangs_is_replaced(states: list[EngineState], *, taken_back: bool) -> None:
    patience = Patience(waiting_s=60.0 if taken_back else 1.0, per_s=0.0, cancelled_s=1.0)
    host = Host(lambda: PLAN, states.append, patience)
    host.start()
    try:
        wait_for(lambda: host.state.loaded)
        pid = host.state.pid
        assert pid is not None
        os.kill(pid, signal.SIGSTOP)
        sound = SlowSound(CLIP.pcm())
        sound.go.set()
        job = new_job()
        hearing = host.hear(sound, job)
        job.ended.set()
        if taken_back:
            job.cancel.set()
            hearing = host.hear(sound, new_job("next"))

        assert wrong_words(CLIP.text, words(hearing)) == 0
        assert host.state.pid != pid
    finally:
        host.close()


def test_a_missing_model_is_a_sentence_and_comes_with_the_dictation(states: list[EngineState]) -> None:
    def no_plan() -> Plan:
        raise ModelError("No speech model is installed.", "Get one.")

    host = Host(no_plan, states.append)
    host.start()
    try:
        with pytest.raises(ModelError, match="installed"):
            words(host.hear(SlowSound(CLIP.pcm()), new_job()))
        assert isinstance(host.state.trouble, ModelError)
    finally:
        host.close()


@pytest.mark.parametrize("missing", ["model.bin", "tokenizer.json"])
def test_a_broken_model_folder_is_a_sentence_and_never_ends_the_app(
    tmp_path: Path, states: list[EngineState], missing: str
) -> None:
    for file in Path(PLAN.folder).iterdir():
        if file.name != missing:
            (tmp_path / file.name).write_bytes(file.read_bytes())
    host = Host(lambda: replace(PLAN, folder=str(tmp_path)), states.append)
    host.start()
    try:
        with pytest.raises(SpeechError, match=missing):
            words(host.hear(SlowSound(CLIP.pcm()), new_job()))
    finally:
        host.close()


def test_an_idle_process_ends_and_its_memory_returns_until_it_is_needed(states: list[EngineState]) -> None:
    host = Host(lambda: replace(PLAN, unload_after_s=0.5), states.append)
    host.start()
    try:
        wait_for(lambda: any(state.loaded for state in states) and host.state.pid is None)
        assert not host.state.loaded
        sound = SlowSound(CLIP.pcm())
        sound.go.set()
        hearing = host.hear(sound, new_job())

        assert wrong_words(CLIP.text, words(hearing)) == 0
        assert hearing.heard is not None
        assert hearing.heard.load_ms is not None
    finally:
        host.close()


def test_an_impossible_wish_is_answered_with_what_is_used_instead(states: list[EngineState]) -> None:
    host = Host(lambda: replace(PLAN, device="cuda", compute_type="float16"), states.append)
    host.start()
    try:
        wait_for(lambda: host.state.loaded)
        assert host.state.device == "cpu"
        assert any("NVIDIA" in note for note in host.state.notes)
        assert any("float16" in note for note in host.state.notes)
    finally:
        host.close()


def test_the_process_ends_with_the_app(host: Host) -> None:
    wait_for(lambda: host.state.loaded)
    pid = host.state.pid
    assert pid is not None

    host.close()

    assert not Path(f"/proc/{pid}").exists()
