"""How long to go on listening after the key went up, so that the last word isn't cut; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import takewhile

from diktate.audio.level import FLOOR_DB, FRAME_MS

ALREADY_QUIET_MS = 200
QUIET_MS = 150
LONGEST_MS = 300
"""People let go of the key up to 0.3 s before their last sound has died away (Handy keeps 150-300 ms)."""
LEAST_CONTRAST_DB = 12
"""Below this there is no telling speech from its background, and nothing counts as quiet."""
QUIET_SHARE = 0.3
"""An s or f at a word's end is some 20 dB below the vowels, so the line is drawn nearer to the background."""


def over(*, quiet_ms: float, since_ms: float) -> bool:
    """Say whether the recording may end: `quiet_ms` of quiet up to now, `since_ms` after the key went up."""
    return quiet_ms >= ALREADY_QUIET_MS or min(quiet_ms, since_ms) >= QUIET_MS or since_ms >= LONGEST_MS


def quiet_ms(recent_db: Iterable[float], below_db: float) -> float:
    """Give how long the last frames (oldest first) have been quiet."""
    newest_first = reversed(list(recent_db))
    return FRAME_MS * sum(1 for _db in takewhile(lambda db: db < below_db, newest_first))


def quiet_below_db(counts: Sequence[int]) -> float:
    """Give the level under which this dictation is quiet, from how often each dBFS (`Meter.counts`) occurred."""
    background, speech = percentile_db(counts, 0.1), percentile_db(counts, 0.95)
    if speech - background < LEAST_CONTRAST_DB:
        return FLOOR_DB
    return background + QUIET_SHARE * (speech - background)


def percentile_db(counts: Sequence[int], share: float) -> float:
    """Give the level that this share of the frames stays under."""
    wanted, seen = share * sum(counts), 0
    for above_floor, count in enumerate(counts):
        seen += count
        if count and seen >= wanted:
            return FLOOR_DB + above_floor
    return FLOOR_DB
