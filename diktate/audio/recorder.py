"""From key down to key up: the ears of one dictation, on a short thread of their own."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diktate.audio import devices, portaudio, tail, wav
from diktate.audio.held import Block, HeldMicrophone
from diktate.audio.level import Meter, to_db
from diktate.audio.spool import Spool
from diktate.audio.stream import Converter, OpenStream
from diktate.audio.watch import Look, Watch
from diktate.errors import MicrophoneError
from diktate.flow import Flag, Sound
from diktate.words import N_

log = logging.getLogger(__name__)

DRAIN_EVERY_S = 0.02
WITNESSED_S = 0.1
"""A longer gap between two looks is our own delay (a slow disk, a busy machine) and proves no silence."""
MUTED_S = 0.7
NOTHING_DB = -55.0


@dataclass(frozen=True)
class Limits:
    """How long the sound system may take."""

    open_s: float = 10.0
    """Switching a Bluetooth headset to its microphone takes up to 3 s; a sound server that hangs takes for ever."""
    first_block_s: float = 5.0
    """A source that slept delivers its first block up to 2 s after it was opened (measured)."""
    block_s: float = 1.5
    stalled_s: float = 0.5
    """A recording whose last block is older than this at its end has lost its end."""
    close_s: float = 0.1
    """Stopping takes 2-36 ms; what has been heard doesn't change by waiting longer."""


LIMITS = Limits()


@dataclass(frozen=True)
class Ready:
    """The first sample has arrived: now is the time to speak."""

    at: float
    """`time.monotonic()`"""


@dataclass(frozen=True)
class Ended:
    """The recording is over and its sound complete."""

    trouble: MicrophoneError | None


class Recorder:
    """Records from `start` until `stop` is set, the device is lost or `longest_s` is full.

    `report` is called on the ears' thread and must not block. `open_stream` and `look` reach the sound system.
    """

    def __init__(
        self,
        folder: Path,
        stem: str,
        *,
        device: str,
        longest_s: float,
        stop: Flag,
        report: Callable[[Ready | Ended], None],
        open_stream: OpenStream = portaudio.open_stream,
        look: Look = devices.look,
        limits: Limits = LIMITS,
    ) -> None:
        self._spool = Spool(folder / f"{stem}.wav")
        self._device, self._stop, self._report, self._limits = device, stop, report, limits
        self._longest_bytes = wav.bytes_of(1000 * longest_s)
        self._microphone = HeldMicrophone(device, open_stream)
        self._watch = Watch(device, look)
        self._meter = Meter()
        self._converter: Converter | None = None
        self._taken_bytes = 0
        self._looked_at = self._silent_s = 0.0
        self.first_sample_at: float | None = None
        """`time.monotonic()` when the first block arrived, None before."""
        self.last_sample_at: float | None = None

    @property
    def level(self) -> float:
        """0..1 for the overlay, from any thread."""
        return self._meter.level

    def start(self) -> Sound:
        """Give the sound, which grows from now on; returns at once, nothing has been opened yet."""
        threading.Thread(target=self._listen, name="ears", daemon=True).start()
        return self._spool

    def _listen(self) -> None:
        trouble: MicrophoneError | None = None
        try:
            self._spool.open()
            trouble = self._record()
        except Exception as error:  # a thread's edge: whoever reads the sound must be told that nothing more comes
            log.exception("recording failed")
            trouble = devices.refusal(self._device, (), "other", type(error).__name__)
        finally:
            self._watch.stop()
            self._microphone.let_go(0)
            self._spool.end(trouble)
            log.info("recorded %.1f s, peak %.0f dBFS", self._spool.seconds, to_db(self._meter.peak))
            self._report(Ended(self._spool.trouble))

    def _record(self) -> MicrophoneError | None:
        """Record until it is over; give why it ended before its time, or what was wrong with it all along."""
        self._microphone.start()
        if trouble := self._wait_until_open():
            return trouble
        if not self._microphone.opened.is_set():
            return self._too_soon()
        self._watch.start()
        self._looked_at = time.monotonic()
        while not (trouble or self._over()):
            self._pause()
            self._count_silence(heard=self._drain())
            trouble = self._lost()
        stalled = self._silent_s > self._limits.stalled_s
        self._microphone.let_go(self._limits.close_s)
        self._drain(last=True)
        return trouble or self._judge(stalled=stalled)

    def _wait_until_open(self) -> MicrophoneError | None:
        limit = time.monotonic() + self._limits.open_s
        while not self._microphone.opened.wait(DRAIN_EVERY_S):
            if self._stop.is_set():
                return None
            if time.monotonic() > limit:
                return devices.refusal(self._device, (), "silent server")
        return self._microphone.refused

    def _pause(self) -> None:
        """Sleep until it is worth looking again; the stop flag ends the sleep at once, the first time."""
        if self._stop.is_set():
            time.sleep(DRAIN_EVERY_S / 2)
        else:
            self._stop.wait(DRAIN_EVERY_S)

    def _drain(self, *, last: bool = False) -> bool:
        """Take what has been heard, to the disk first, then to the meter; say if there was anything."""
        if not self._converter:
            self._converter = Converter(self._microphone.form)
        blocks = self._microphone.blocks
        heard = bool(blocks)
        while blocks:
            self._take(blocks.popleft(), self._converter)
        if last:
            self._keep(self._converter.convert(b"", last=True))
        return heard

    def _take(self, block: Block, converter: Converter) -> None:
        self._keep(converter.convert(block.sound))
        self.last_sample_at = block.at
        if self.first_sample_at is None:
            self.first_sample_at = block.at
            self._report(Ready(block.at))

    def _keep(self, pcm: bytes) -> None:
        pcm = pcm[: self._longest_bytes - self._taken_bytes]
        self._taken_bytes += len(pcm)
        if not pcm:
            return
        self._spool.append(pcm)
        self._meter.hear(pcm)

    def _over(self) -> bool:
        if self._taken_bytes >= self._longest_bytes:
            return True
        if self._stop.at is None or not self._stop.is_set():
            return False
        if self.first_sample_at is None:
            return True
        below_db = tail.quiet_below_db(self._meter.counts)
        # What is being said at the release arrives one latency later.
        since_s = time.monotonic() - self._stop.at - self._microphone.latency_s
        return tail.over(quiet_ms=tail.quiet_ms(self._meter.recent_db, below_db), since_ms=1000 * since_s)

    def _count_silence(self, *, heard: bool) -> None:
        now = time.monotonic()
        self._silent_s = silence_s(self._silent_s, gap_s=now - self._looked_at, heard=heard)
        self._looked_at = now

    def _lost(self) -> MicrophoneError | None:
        if self._microphone.ended.is_set() or self._watch.gone.is_set():
            return self._gone()
        limit_s = self._limits.block_s if self.last_sample_at else self._limits.first_block_s
        return self._gone() if self._silent_s > limit_s else None

    def _judge(self, *, stalled: bool) -> MicrophoneError | None:
        """Say what was wrong with a recording that ended as it should."""
        if self.first_sample_at is None:
            return self._too_soon()
        if stalled:
            return self._gone()
        if self._meter.zeros_s >= MUTED_S and (self._meter.peak == 0 or self._watch.muted):
            return self._silent()
        if self._meter.peak and to_db(self._meter.peak) < NOTHING_DB:
            return MicrophoneError(
                N_("Nothing was heard on the microphone {device}."),
                N_("Speak closer to it, raise its level in the sound settings, or choose another one."),
                device=devices.shown_name(self._device),
            )
        return None

    def _gone(self) -> MicrophoneError:
        return MicrophoneError(
            N_("The microphone {device} stopped delivering sound."),
            N_("What came before is kept; plug it in again, or choose another one in the settings."),
            device=devices.shown_name(self._device),
        )

    def _silent(self) -> MicrophoneError:
        return MicrophoneError(
            N_("The microphone {device} is muted."),
            N_("Switch it on at its button or in the sound settings of the system, and allow programs to use it."),
            device=devices.shown_name(self._device),
        )

    def _too_soon(self) -> MicrophoneError:
        return MicrophoneError(
            N_("The microphone {device} was not ready yet when you stopped."),
            N_("Wait until listening is shown before you speak."),
            device=devices.shown_name(self._device),
        )


def silence_s(so_far_s: float, *, gap_s: float, heard: bool) -> float:
    """Give how long nothing has come, seen at looks `gap_s` apart."""
    return 0.0 if heard else so_far_s + min(gap_s, WITNESSED_S)
