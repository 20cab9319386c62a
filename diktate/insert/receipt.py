"""Whether the window has read the words: the decision alone, with reads and time coming in as values.

A fixed delay before the user's clipboard is put back loses the race: 5 ms pasted the old text 4 times of 5, and a
program that hangs for a second gets the old text after any delay (measured with Qt and GTK targets). So every paste
waits for its receipt: a read by the very program that has the focus, after the keys were sent. A clipboard manager
reads too, within milliseconds of the offer; its reads never get here.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

QUIET_S = 0.1
"""Some programs ask twice (VTE, Chromium: a probe, then the read); after this long without a read it is over."""
LONGEST_READING_S = 1.0
"""A program that polls the clipboard would never be quiet."""
SLOW_S = 1.5
"""From here on the user is told that the words wait for the program."""
PATIENCE_S = 5.0
"""Nobody waits longer for a paste; the words then stay on the clipboard."""


@dataclass(frozen=True)
class Seen:
    """What is known of one paste; all times are `time.monotonic()`."""

    sent_at: float
    first_read: float | None = None
    last_read: float | None = None
    ours: bool = True
    """False once another program has taken the clipboard."""

    def read(self, at: float) -> Seen:
        """Add a read by the focused program; one from before the keys were sent is no answer to them."""
        if at < self.sent_at:
            return self
        return replace(self, first_read=at if self.first_read is None else self.first_read, last_read=at)


@dataclass(frozen=True)
class Wait:
    """Nothing is decided before `until`, unless something is seen."""

    until: float
    slow: bool = False
    """True when it takes so long that the user should know."""


@dataclass(frozen=True)
class Consumed:
    """The program has read the words, the first time `at`."""

    at: float


@dataclass(frozen=True)
class GaveUp:
    """Nobody read them."""


Verdict: TypeAlias = Wait | Consumed | GaveUp


def evaluate(seen: Seen, now: float) -> Verdict:
    """Say what to do with a paste at the time `now`."""
    if seen.first_read is None or seen.last_read is None:
        return _unread(seen, now)
    over_at = min(seen.last_read + QUIET_S, seen.first_read + LONGEST_READING_S)
    if now < over_at and seen.ours:
        return Wait(over_at)
    return Consumed(seen.first_read)


def _unread(seen: Seen, now: float) -> Wait | GaveUp:
    slow_at, end = seen.sent_at + SLOW_S, seen.sent_at + PATIENCE_S
    if not seen.ours or now >= end:
        return GaveUp()
    return Wait(slow_at) if now < slow_at else Wait(end, slow=True)
