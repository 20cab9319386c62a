"""From key down to key up, with a microphone that does what the test says."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from diktate.audio.devices import Sight
from diktate.audio.recorder import Ended, Limits, Ready, Recorder, silence_s
from diktate.audio.stream import Format
from diktate.errors import MicrophoneError
from diktate.flow import Flag, Sound
from tests.audio.fakes import BUSY, FakeMicrophone, counting, tone

PATIENT = Limits(open_s=60, first_block_s=60, block_s=60, stalled_s=60)
QUICK = Limits(open_s=0.6, first_block_s=0.6, block_s=0.3, stalled_s=60, close_s=0.1)


@dataclass
class Take:
    """One dictation and all that is told about it."""

    folder: Path
    microphone: FakeMicrophone = field(default_factory=FakeMicrophone)
    limits: Limits = PATIENT
    longest_s: float = 60
    sight: Callable[[str], Sight | None] = lambda _name: None
    device: str = "mic"
    stop: Flag = field(default_factory=Flag)
    told: list[Ready | Ended] = field(default_factory=list)
    delay_s: float = 0
    """How long the ears are kept by the first report, as a slow disk would keep them."""
    over: threading.Event = field(default_factory=threading.Event)

    def start(self) -> Take:
        self.recorder = Recorder(
            self.folder,
            "take",
            device=self.device,
            longest_s=self.longest_s,
            stop=self.stop,
            report=self.hear,
            open_stream=self.microphone,
            look=self.sight,
            limits=self.limits,
        )
        self.sound: Sound = self.recorder.start()
        return self

    def hear(self, event: Ready | Ended) -> None:
        self.told.append(event)
        if isinstance(event, Ended):
            self.over.set()
        else:
            time.sleep(self.delay_s)

    def ended(self) -> MicrophoneError | None:
        """Wait for the end and give its trouble."""
        assert self.over.wait(20)
        assert isinstance(self.told[-1], Ended)
        assert self.told[-1].trouble is self.sound.trouble
        return self.sound.trouble

    def heard(self) -> bytes:
        return b"".join(self.sound.blocks())


def until(true: Callable[[], bool], limit_s: float = 10) -> None:
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.005)


def test_what_was_said_is_recorded_whole(tmp_path: Path) -> None:
    take = Take(tmp_path).start()
    take.microphone.say(counting(16_000))
    take.stop.set()

    assert take.ended() is None
    assert take.heard() == counting(16_000)
    assert take.microphone.closed.wait(10)


def test_starting_returns_before_the_microphone_is_open(tmp_path: Path) -> None:
    microphone = FakeMicrophone()
    microphone.opens.clear()
    start = time.perf_counter()
    take = Take(tmp_path, microphone).start()
    took = time.perf_counter() - start

    assert took < 0.05
    microphone.opens.set()
    microphone.say(tone(0.1))
    take.stop.set()
    assert take.ended() is None


def test_ready_is_told_with_the_first_sample_and_not_before(tmp_path: Path) -> None:
    take = Take(tmp_path).start()
    assert take.microphone.is_open.wait(10)
    time.sleep(0.05)
    assert (take.told, take.recorder.first_sample_at) == ([], None)

    take.microphone.say(tone(0.1))
    until(lambda: len(take.told) == 1)
    ready = take.told[0]

    assert isinstance(ready, Ready)
    assert ready.at == take.recorder.first_sample_at
    take.stop.set()
    assert take.ended() is None
    assert take.recorder.last_sample_at
    assert take.recorder.last_sample_at >= ready.at


def test_a_late_first_block_is_waited_for(tmp_path: Path) -> None:
    take = Take(tmp_path, limits=Limits(first_block_s=60, block_s=1, stalled_s=60)).start()
    time.sleep(1.2)
    assert not take.over.is_set()
    take.microphone.say(tone(0.2))
    take.stop.set()

    assert take.ended() is None
    assert take.heard() == tone(0.2)


def test_a_lost_microphone_keeps_what_came_before(tmp_path: Path) -> None:
    take = Take(tmp_path).start()
    take.microphone.say(tone(1))
    take.microphone.vanish()
    trouble = take.ended()

    assert trouble
    assert "stopped delivering" in trouble.what
    assert take.heard() == tone(1)


def test_blocks_that_cease_mean_a_lost_microphone(tmp_path: Path) -> None:
    take = Take(tmp_path, limits=QUICK).start()
    take.microphone.say(tone(1))
    trouble = take.ended()

    assert trouble
    assert "stopped delivering" in trouble.what
    assert take.heard() == tone(1)


def test_a_microphone_that_never_delivers_is_given_up(tmp_path: Path) -> None:
    take = Take(tmp_path, limits=QUICK).start()

    assert take.ended()
    assert take.heard() == b""


def test_a_source_moved_elsewhere_by_pulseaudio_is_lost(tmp_path: Path) -> None:
    there = threading.Event()
    there.set()

    def look(name: str) -> Sight:
        if not there.is_set():
            raise LookupError(name)
        return Sight(name, muted=False)

    take = Take(tmp_path, sight=look).start()
    take.microphone.say(tone(0.5))
    until(lambda: take.recorder.first_sample_at is not None)
    there.clear()
    trouble = take.ended()

    assert trouble
    assert "stopped delivering" in trouble.what
    assert take.heard() == tone(0.5)


def test_an_end_that_was_not_delivered_is_told(tmp_path: Path) -> None:
    take = Take(tmp_path, limits=Limits(stalled_s=0.1)).start()
    take.microphone.say(tone(0.5))
    until(lambda: take.recorder.first_sample_at is not None)
    time.sleep(0.3)
    take.stop.set()

    assert take.ended()
    assert take.heard() == tone(0.5)


def test_a_gap_between_two_looks_proves_no_silence() -> None:
    assert silence_s(0.2, gap_s=0.02, heard=False) == pytest.approx(0.22)
    assert silence_s(0.2, gap_s=30, heard=False) == pytest.approx(0.3)
    assert silence_s(0.2, gap_s=30, heard=True) == 0


def test_a_disk_that_takes_its_time_loses_no_microphone(tmp_path: Path) -> None:
    take = Take(tmp_path, limits=QUICK, delay_s=1).start()
    take.microphone.say(tone(0.5))
    until(lambda: bool(take.told))
    take.microphone.say(tone(0.5))
    take.stop.set()

    assert take.ended() is None


def test_a_close_that_hangs_does_not_hold_up_the_words(tmp_path: Path) -> None:
    take = Take(tmp_path).start()
    take.microphone.stops.clear()
    take.microphone.say(tone(0.5))
    start = time.monotonic()
    take.stop.set()

    assert take.ended() is None
    assert time.monotonic() - start < 5
    assert not take.microphone.closed.is_set()
    take.microphone.stops.set()
    assert take.microphone.closed.wait(10)


def test_an_opening_that_hangs_is_given_up_and_closed_when_it_comes_back(tmp_path: Path) -> None:
    microphone = FakeMicrophone()
    microphone.opens.clear()
    take = Take(tmp_path, microphone, limits=QUICK).start()
    trouble = take.ended()

    assert trouble
    assert "does not answer" in trouble.what
    microphone.opens.set()
    assert microphone.closed.wait(10)


def test_letting_go_before_the_microphone_is_open_ends_at_once(tmp_path: Path) -> None:
    microphone = FakeMicrophone()
    microphone.opens.clear()
    take = Take(tmp_path, microphone).start()
    take.stop.set()
    trouble = take.ended()

    assert trouble
    assert "not ready yet" in trouble.what
    microphone.opens.set()
    assert microphone.closed.wait(10)


def test_a_failed_opening_is_tried_once_more_with_a_fresh_list(tmp_path: Path) -> None:
    take = Take(tmp_path, FakeMicrophone(failures=[BUSY])).start()
    take.microphone.say(tone(0.2))
    take.stop.set()

    assert take.ended() is None
    assert [fresh for _form, fresh in take.microphone.asked] == [False, True]
    assert take.heard() == tone(0.2)


def test_a_microphone_that_can_not_be_opened_says_why(tmp_path: Path) -> None:
    take = Take(tmp_path, FakeMicrophone(failures=[BUSY, BUSY])).start()

    assert take.ended() is BUSY
    assert take.heard() == b""


@pytest.mark.expects_warnings
def test_a_driver_that_raises_anything_is_still_a_sentence(tmp_path: Path) -> None:
    take = Take(tmp_path, FakeMicrophone(failures=[RuntimeError("driver")])).start()
    trouble = take.ended()

    assert trouble
    assert "RuntimeError" in trouble.what


def test_only_zeros_mean_muted(tmp_path: Path) -> None:
    take = Take(tmp_path).start()
    take.microphone.say(bytes(32_000))
    take.stop.set()
    trouble = take.ended()

    assert trouble
    assert "muted" in trouble.what
    assert take.heard() == bytes(32_000)


def test_zeros_too_short_to_judge_are_no_trouble(tmp_path: Path) -> None:
    take = Take(tmp_path).start()
    take.microphone.say(bytes(12_800))
    take.stop.set()

    assert take.ended() is None


def test_muted_while_speaking_is_told_and_what_came_before_is_kept(tmp_path: Path) -> None:
    take = Take(tmp_path, sight=lambda name: Sight(name, muted=True)).start()
    take.microphone.say(tone(0.5) + bytes(32_000))
    take.stop.set()
    trouble = take.ended()

    assert trouble
    assert "muted" in trouble.what
    assert take.heard() == tone(0.5) + bytes(32_000)


def test_a_quiet_end_of_a_perfect_microphone_is_no_trouble(tmp_path: Path) -> None:
    take = Take(tmp_path, sight=lambda name: Sight(name, muted=False)).start()
    take.microphone.say(tone(0.5) + bytes(32_000))
    take.stop.set()

    assert take.ended() is None


def test_a_whole_recording_under_the_noise_says_nothing_was_heard(tmp_path: Path) -> None:
    take = Take(tmp_path).start()
    take.microphone.say(tone(1, amplitude=40))
    take.stop.set()
    trouble = take.ended()

    assert trouble
    assert trouble.what == "Nothing was heard on the microphone mic."


def test_the_longest_dictation_ends_exactly_there(tmp_path: Path) -> None:
    take = Take(tmp_path, longest_s=0.5).start()
    take.microphone.say(counting(16_000))

    assert take.ended() is None
    assert take.heard() == counting(8_000)


def test_speech_running_on_at_the_release_is_taken_for_300_ms_at_most(tmp_path: Path) -> None:
    take = Take(tmp_path).start()
    take.microphone.say(bytes(16_000) + tone(1))
    until(lambda: take.recorder.first_sample_at is not None)
    take.stop.set()
    start = time.monotonic()
    while not take.over.is_set():
        take.microphone.say(tone(0.01), 320)
        time.sleep(0.01)

    assert 0.25 < time.monotonic() - start < 2
    assert take.ended() is None
    assert len(take.heard()) > len(bytes(16_000) + tone(1))


def test_silence_at_the_release_ends_at_once(tmp_path: Path) -> None:
    microphone = FakeMicrophone(latency_s=60)  # so that the longest tail is a minute away
    take = Take(tmp_path, microphone, sight=lambda name: Sight(name, muted=False)).start()
    microphone.say(tone(1) + bytes(16_000))
    until(lambda: take.recorder.first_sample_at is not None)
    take.stop.set()

    assert take.ended() is None


def test_the_level_follows_the_voice(tmp_path: Path) -> None:
    take = Take(tmp_path).start()
    assert take.recorder.level == 0
    take.microphone.say(tone(0.2, amplitude=20_000))
    until(lambda: take.recorder.level > 0.8)
    take.microphone.say(tone(0.2, amplitude=0))
    until(lambda: 0.6 < take.recorder.level < 0.8)
    take.microphone.say(tone(2, amplitude=0))
    until(lambda: take.recorder.level == 0)
    take.stop.set()
    assert take.ended() is None


@pytest.mark.parametrize("own", [Format(48_000, 2), Format(44_100, 1), Format(8_000, 1)])
def test_a_microphone_with_another_rate_is_resampled(tmp_path: Path, own: Format) -> None:
    take = Take(tmp_path, FakeMicrophone(delivers=own)).start()
    take.microphone.say(tone(2, hz=440, rate_hz=own.rate_hz, channels=own.channels))
    take.stop.set()

    assert take.ended() is None
    samples = np.frombuffer(take.heard(), "<i2").astype(float)
    assert abs(len(samples) - 32_000) <= 2
    strongest_hz = np.argmax(np.abs(np.fft.rfft(samples))) * 16_000 / len(samples)
    assert strongest_hz == pytest.approx(440, abs=1)
    assert np.abs(samples[1000:-1000]).max() == pytest.approx(8000, rel=0.02)


@pytest.mark.expects_warnings
def test_a_full_disk_ends_nothing(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    take = Take(tmp_path / "file" / "not a folder").start()
    take.microphone.say(tone(1))
    until(lambda: take.recorder.first_sample_at is not None)
    assert not take.over.is_set()
    take.stop.set()
    trouble = take.ended()

    assert trouble
    assert "could not be saved" in trouble.what
    assert take.heard() == tone(1)
