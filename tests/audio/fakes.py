"""A microphone that does what a test tells it, with the promises of `stream.OpenStream`."""

from __future__ import annotations

import math
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from diktate.audio.stream import OURS, Format, FormatRefused
from diktate.errors import MicrophoneError


def tone(
    seconds: float, *, hz: float = 440, amplitude: float = 8000, rate_hz: int = 16_000, channels: int = 1
) -> bytes:
    count = int(seconds * rate_hz)
    samples = [
        int(amplitude * math.sin(2 * math.pi * hz * n / rate_hz)) for n in range(count) for _channel in range(channels)
    ]
    return struct.pack(f"<{len(samples)}h", *samples)


def counting(samples: int, start: int = 1) -> bytes:
    """Give samples that are all different from their neighbours, so that a missing one shows."""
    return struct.pack(f"<{samples}h", *((start + n) % 30_000 for n in range(samples)))


@dataclass
class FakeMicrophone:
    """Called as `open_stream`; it is also the stream it gives."""

    delivers: Format = OURS
    failures: list[Exception] = field(default_factory=list)
    """Raised by the next openings, one each."""
    opens: threading.Event = field(default_factory=threading.Event)
    """Opening hangs until this is set."""
    stops: threading.Event = field(default_factory=threading.Event)
    """Stopping hangs until this is set."""
    asked: list[tuple[Format, bool]] = field(default_factory=list)
    """(format, fresh) of every opening."""
    closed: threading.Event = field(default_factory=threading.Event)
    is_open: threading.Event = field(default_factory=threading.Event)
    latency_s: float = 0.0

    def __post_init__(self) -> None:
        self.opens.set()
        self.stops.set()

    def __call__(
        self, device: str, form: Format, heard: Callable[[bytes], None], ended: Callable[[], None], *, fresh: bool
    ) -> FakeMicrophone:
        self.asked.append((form, fresh))
        self.device = device
        assert self.opens.wait(60)
        if self.failures:
            raise self.failures.pop(0)
        if form != self.delivers:
            raise FormatRefused(self.delivers)
        self._heard, self._ended = heard, ended
        self.is_open.set()
        return self

    def say(self, sound: bytes, block_bytes: int = 800) -> None:
        assert self.is_open.wait(10)
        for at in range(0, len(sound), block_bytes):
            self._heard(sound[at : at + block_bytes])

    def vanish(self) -> None:
        assert self.is_open.wait(10)
        self._ended()

    def stop(self) -> None:
        assert self.stops.wait(60)
        self._ended()

    def close(self) -> None:
        self.closed.set()


BUSY = MicrophoneError("The microphone is in use.", "Close the other program.")
