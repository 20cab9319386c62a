"""The real PortAudio and a real PulseAudio with virtual microphones."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
import time
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from diktate.audio import devices, portaudio
from diktate.audio.recorder import Ended, Limits, Ready, Recorder
from diktate.errors import MicrophoneError
from diktate.flow import Flag
from tests.audio.server import SoundServer, until

log = logging.getLogger(__name__)
pytestmark = pytest.mark.desktop

CLIP = Path(__file__).parents[1] / "data" / "mini-whisper" / "samples" / "01_en-us.wav"


class Take:
    """One dictation with the real microphone; ended at the latest when the test is over."""

    def __init__(self, folder: Path, device: str = "", limits: Limits | None = None) -> None:
        self.stop, self.told = Flag(), list[Ready | Ended]()
        self.pressed_at = time.monotonic()
        self.recorder = Recorder(
            folder,
            f"take{time.monotonic_ns()}",
            device=device,
            longest_s=60,
            stop=self.stop,
            report=self.told.append,
            limits=limits or Limits(),
        )
        self.sound = self.recorder.start()

    def ready(self) -> None:
        until(lambda: bool(self.told))
        assert isinstance(self.told[0], Ready), self.told

    def ended(self) -> MicrophoneError | None:
        until(lambda: bool(self.told) and isinstance(self.told[-1], Ended), 40)
        return self.sound.trouble

    def samples(self) -> npt.NDArray[np.float64]:
        return np.frombuffer(b"".join(self.sound.blocks()), "<i2").astype(float)


@pytest.fixture(autouse=True)
def all_closed(server: SoundServer) -> Iterator[None]:
    """Wait until nothing is open or being opened before the server goes.

    If the server dies in the milliseconds in which a stream is being opened or stopped, libpulse can hang and
    PortAudio's thread spin for ever (seen, PortAudio 19.6).
    """
    yield
    server.thaw()
    assert portaudio._lock.acquire(timeout=60)  # what is being opened is open then
    portaudio._lock.release()
    until(lambda: not portaudio._open, 60)


def said(clip: Path) -> npt.NDArray[np.float64]:
    with wave.open(str(clip)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(float)


def likeness(heard: npt.NDArray[np.float64], spoken: npt.NDArray[np.float64]) -> float:
    """Give the best correlation over all shifts, 1 if all that was spoken is there in one piece."""
    size = len(heard) + len(spoken)
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken, size)), size)
    at = int(np.argmax(products[: len(heard)]))
    part = heard[at : at + len(spoken)]
    return float(products[at] / max(1, np.linalg.norm(part) * np.linalg.norm(spoken)))


def pitch_hz(samples: npt.NDArray[np.float64]) -> float:
    return float(np.argmax(np.abs(np.fft.rfft(samples))) * 16_000 / len(samples))


def make_tone(path: Path, hz: int) -> Path:
    subprocess.run(["sox", "-n", "-r", "16000", "-b", "16", str(path), "synth", "20", "sine", str(hz)], check=True)
    return path


def test_a_spoken_clip_is_recorded_with_nothing_missing(server: SoundServer, tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.ready()
    assert server.say(CLIP).wait(30) == 0
    take.stop.set()

    assert take.ended() is None
    assert likeness(take.samples(), said(CLIP)) > 0.97
    first_at, last_at = take.recorder.first_sample_at, take.recorder.last_sample_at
    assert first_at
    assert last_at
    assert len(take.samples()) / 16_000 == pytest.approx(last_at - first_at, abs=0.25)


def test_the_last_word_is_not_cut_by_the_release(server: SoundServer, tmp_path: Path) -> None:
    clip = make_tone(tmp_path / "tone.wav", 440)
    take = Take(tmp_path)
    take.ready()
    playing = server.say(clip)
    time.sleep(1.5)
    take.stop.set()
    released_at = time.monotonic()

    assert take.ended() is None
    took_s = time.monotonic() - released_at
    playing.kill()
    playing.wait()
    assert 0.2 < took_s < 1.5


def test_microphones_are_listed_without_what_the_speaker_plays(server: SoundServer) -> None:
    found = devices.microphones()

    assert [(mic.name, mic.title, mic.default, mic.channels) for mic in found] == [
        ("mic", "Desk", True, 1),
        ("mic2", "Headset", False, 1),
    ]


def test_two_microphones_are_told_apart_by_name(server: SoundServer, tmp_path: Path) -> None:
    tones = {"mic": make_tone(tmp_path / "a.wav", 440), "mic2": make_tone(tmp_path / "b.wav", 1000)}
    playing = [server.say(clip, into=f"{name}_in") for name, clip in tones.items()]
    try:
        pitches = {}
        for name in ("mic2", "", "mic"):
            take = Take(tmp_path, name)
            take.ready()
            time.sleep(1.0)
            take.stop.set()
            assert take.ended() is None
            pitches[name] = round(pitch_hz(take.samples()[4000:]) / 10) * 10
    finally:
        for player in playing:
            player.kill()
            player.wait()

    assert pitches == {"mic2": 1000, "": 440, "mic": 440}


def test_a_missing_microphone_is_told_with_what_there_is(server: SoundServer, tmp_path: Path) -> None:
    trouble = Take(tmp_path, "usb headset").ended()

    assert trouble
    assert trouble.what == "The microphone usb headset is not there."
    assert "Desk, Headset" in trouble.fix


def test_no_microphone_at_all_is_told(server: SoundServer, tmp_path: Path) -> None:
    server.unload("remap-source")
    server.unload("null-sink")
    trouble = Take(tmp_path).ended()

    assert trouble
    assert trouble.what == "There is no microphone."


def test_no_sound_server_is_told_and_one_that_comes_back_is_used(server: SoundServer, tmp_path: Path) -> None:
    server.kill()
    trouble = Take(tmp_path).ended()
    assert trouble
    assert trouble.what == "There is no microphone."

    server.start()
    take = Take(tmp_path)
    take.ready()
    assert server.say(CLIP).wait(30) == 0
    take.stop.set()
    assert take.ended() is None
    assert likeness(take.samples(), said(CLIP)) > 0.97


def lose(server: SoundServer, take: Take, how: str) -> None:
    match how:
        case "unplugged":
            server.unload("source_name=mic ")
        case "all unplugged":
            server.unload("remap-source")
            server.unload("null-sink")
        case "killed":
            server.kill()
        case "frozen":
            server.freeze()


@pytest.mark.parametrize("how", ["unplugged", "all unplugged", "killed", "frozen"])
def test_a_loss_is_told_and_what_came_before_is_kept(server: SoundServer, tmp_path: Path, how: str) -> None:
    take = Take(tmp_path)
    take.ready()
    assert server.say(CLIP).wait(30) == 0
    time.sleep(0.3)  # the watch must have seen the microphone, and the end of the clip is still under way
    lose(server, take, how)
    lost_at = time.monotonic()
    try:
        trouble = take.ended()
    finally:
        server.thaw()

    assert trouble
    assert "stopped delivering" in trouble.what
    assert time.monotonic() - lost_at < 8
    assert likeness(take.samples(), said(CLIP)) > 0.97


def test_muted_while_speaking_is_told_and_what_came_before_is_kept(server: SoundServer, tmp_path: Path) -> None:
    take = Take(tmp_path)
    take.ready()
    assert server.say(CLIP).wait(30) == 0
    server.pactl("set-source-mute", "mic", "1")
    assert devices.muted() is True
    time.sleep(2.5)
    take.stop.set()
    trouble = take.ended()

    assert trouble
    assert "muted" in trouble.what
    assert likeness(take.samples(), said(CLIP)) > 0.97


def test_muted_from_the_start_is_told(server: SoundServer, tmp_path: Path) -> None:
    server.pactl("set-source-mute", "mic", "1")
    take = Take(tmp_path)
    take.ready()
    time.sleep(1.0)
    take.stop.set()
    trouble = take.ended()

    assert trouble
    assert "muted" in trouble.what


def test_a_frozen_server_at_the_key_press_is_told(server: SoundServer, tmp_path: Path) -> None:
    portaudio.warm_up()
    server.freeze()
    try:
        trouble = Take(tmp_path, limits=Limits(open_s=1.5)).ended()
    finally:
        server.thaw()

    assert trouble
    assert "does not answer" in trouble.what


def test_the_first_sample_comes_soon_after_the_key_press(server: SoundServer, tmp_path: Path) -> None:
    portaudio.warm_up()
    gaps_ms = []
    for _press in range(5):
        take = Take(tmp_path)
        take.ready()
        assert take.recorder.first_sample_at
        gaps_ms.append(1000 * (take.recorder.first_sample_at - take.pressed_at))
        take.stop.set()
        take.ended()

    log.info("key press to first sample, ms: %s", [round(gap) for gap in gaps_ms])
    assert sorted(gaps_ms)[2] < 500


def test_sound_is_whole_while_python_is_busy(server: SoundServer, tmp_path: Path) -> None:
    enough = threading.Event()

    def toil() -> None:
        while not enough.is_set():
            sum(range(1000))

    busy = [threading.Thread(target=toil) for _thread in range(2)]
    for thread in busy:
        thread.start()
    try:
        take = Take(tmp_path)
        take.ready()
        assert server.say(CLIP).wait(30) == 0
        take.stop.set()
        assert take.ended() is None
    finally:
        enough.set()
        for thread in busy:
            thread.join()

    assert likeness(take.samples(), said(CLIP)) > 0.97


DICTATES = """
import sys, time
from pathlib import Path
from diktate.audio.recorder import Recorder, Ready
from diktate.flow import Flag
told, stop = [], Flag()
pressed_at = time.monotonic()
recorder = Recorder(Path(sys.argv[1]), "child", device="", longest_s=60, stop=stop, report=told.append)
sound = recorder.start()
while not told:
    time.sleep(0.001)
assert isinstance(told[0], Ready), told
print(recorder.first_sample_at - pressed_at, flush=True)
if len(sys.argv) > 2:
    stop.set()
    b"".join(sound.blocks())
else:
    sys.stdin.readline()
assert "numpy" not in sys.modules
assert "PySide6" not in sys.modules
"""


@pytest.mark.parametrize("frozen", [False, True])
def test_quitting_in_mid_dictation_waits_for_nobody(server: SoundServer, tmp_path: Path, *, frozen: bool) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", DICTATES, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert child.stdin
    assert child.stdout
    child.stdout.readline()
    if frozen:
        server.freeze()
    try:
        child.communicate(b"\n", timeout=20)
    finally:
        server.thaw()
        child.kill()

    assert child.returncode == 0


def test_quitting_while_the_microphone_is_being_opened_waits_for_nobody(server: SoundServer, tmp_path: Path) -> None:
    opening = DICTATES.partition("while not told")[0]
    warm = "from diktate.audio import portaudio; portaudio.warm_up(); print(flush=True); sys.stdin.readline()"
    code = f"import sys; {warm}\n{opening}\ntime.sleep(0.5)"
    child = subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert child.stdout
    child.stdout.readline()
    server.freeze()
    try:
        child.communicate(b"\n", timeout=20)
    finally:
        server.thaw()
        child.kill()

    assert child.returncode == 0


def test_a_cold_start_hears_within_seconds_and_without_numpy(server: SoundServer, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", DICTATES, str(tmp_path), "to the end"], capture_output=True, check=True, timeout=60
    )

    log.info("key press to first sample in a new process, ms: %d", 1000 * float(done.stdout))
    assert float(done.stdout) < 5
