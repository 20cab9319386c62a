"""How loud the sound is: for the overlay, for "nothing was heard", for the end of the last word. Without numpy."""

from __future__ import annotations

import math
from collections import deque
from operator import mul

from diktate.flow import BYTES_PER_SAMPLE, RATE_HZ, seconds

FRAME_MS = 20
FRAME_BYTES = RATE_HZ * FRAME_MS // 1000 * BYTES_PER_SAMPLE
FLOOR_DB = -96
"""Digital silence; one step of a 16 bit sample is -90 dBFS."""
SHOWN_FLOOR_DB = -60.0
RELEASE_DB_PER_S = 40.0
"""A meter that falls from full to nothing in 1.5 s reads calmly; it rises at once."""
RECENT_FRAMES = 400 // FRAME_MS


def peak(pcm: bytes) -> int:
    """Give the largest absolute sample, 0..32768."""
    if not pcm:
        return 0
    samples = memoryview(pcm).cast("h")
    highest, lowest = max(samples), min(samples)
    return max(highest, -lowest)


def rms_db(pcm: bytes) -> float:
    """Give the loudness in dBFS, FLOOR_DB..0."""
    samples = memoryview(pcm).cast("h")
    power = sum(map(mul, samples, samples)) / max(1, len(samples))
    return to_db(math.sqrt(power))


def to_db(amplitude: float) -> float:
    """Give an amplitude of 0..32768 in dBFS."""
    return max(FLOOR_DB, 20 * math.log10(amplitude / 32768)) if amplitude else FLOOR_DB


def shown(db: float) -> float:
    """Map -60..0 dBFS to 0..1."""
    return min(1.0, max(0.0, 1 - db / SHOWN_FLOOR_DB))


class Meter:
    """Listens along with one recording. One thread calls `hear`; any thread may read the numbers."""

    def __init__(self) -> None:
        self.level = 0.0
        """0..1 for the overlay: fast attack, slow release."""
        self.peak = 0
        self.zeros_s = 0.0
        """How long the sound has been exact zeros up to now. A real microphone that isn't muted never is."""
        self.counts = [0] * (1 - FLOOR_DB)
        """How many frames had -96, -95 … 0 dBFS so far."""
        self.recent_db: deque[float] = deque(maxlen=RECENT_FRAMES)
        """The loudness of the last frames, newest last."""
        self._rest = b""
        self._level_db = SHOWN_FLOOR_DB

    def hear(self, pcm: bytes) -> None:
        """Take the next stretch of sound, of any length."""
        self._zeros(pcm)
        self.peak = max(self.peak, peak(pcm))
        pcm = self._rest + pcm
        whole = len(pcm) - len(pcm) % FRAME_BYTES
        for at in range(0, whole, FRAME_BYTES):
            self._frame(rms_db(pcm[at : at + FRAME_BYTES]))
        self._rest = pcm[whole:]

    def _zeros(self, pcm: bytes) -> None:
        tail = len(pcm) - len(pcm.rstrip(b"\0"))
        tail -= tail % BYTES_PER_SAMPLE  # the upper byte of a small sample is zero as well
        self.zeros_s = self.zeros_s + seconds(tail) if tail == len(pcm) else seconds(tail)

    def _frame(self, db: float) -> None:
        self.counts[round(db) - FLOOR_DB] += 1
        self.recent_db.append(db)
        self._level_db = max(db, self._level_db - RELEASE_DB_PER_S * FRAME_MS / 1000, SHOWN_FLOOR_DB)
        self.level = shown(self._level_db)
