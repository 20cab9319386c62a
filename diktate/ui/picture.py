"""What the overlay shows after a change of state: pure, a picture for two states."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from diktate.events import Phase
from diktate.ui import phrases
from diktate.ui.state import State

DONE_MS = 1200
READ_MS = 6000
"""Sentences stay as long as reading them takes."""

BUSY = frozenset({Phase.OPENING, Phase.LISTENING, Phase.TRANSCRIBING, Phase.REWRITING, Phase.INSERTING})


@dataclass(frozen=True)
class Picture:
    """One thing to show. No word is nothing to show."""

    dot: Literal["others", "recording", "working", "fine"] = "others"
    """The token of the dot's colour; the word beside it says the same."""
    word: str = field(default="", repr=False)
    detail: str = ""
    bars: bool = False
    """Level bars and the running time instead of the word."""
    stays_ms: int | None = None
    """None: until the next change."""
    keeps: bool = False
    """What is on the screen stays there, and its time runs on."""


def picture(before: State, now: State) -> Picture:
    """Give what to show when `now` follows `before`."""
    if now.phase in BUSY:
        return _busy(before, now)
    if now.trouble is not None and now.trouble != before.trouble:
        return Picture("recording", f"{now.trouble.what} {now.trouble.fix}".strip(), stays_ms=READ_MS)
    if now.note and (now.note != before.note or before.phase in BUSY):
        return Picture("working", now.note, stays_ms=READ_MS)
    if before.phase not in BUSY:
        return Picture(keeps=True)
    return _written(before, now)


def _busy(before: State, now: State) -> Picture:
    # OPENING, LISTENING and the rest each show one picture, however often their state is handed on.
    word = phrases.phase_word(now.phase)
    if before.phase in BUSY and word == phrases.phase_word(before.phase):
        return Picture(keeps=True)
    match now.phase:
        case Phase.OPENING:
            return Picture("others", word)
        case Phase.LISTENING:
            return Picture("recording", word, bars=True)
        case _:
            return Picture("working", word, phrases.mode_title(now.mode))


def _written(before: State, now: State) -> Picture:
    """Say that the words are there; nothing after a cancelled or a silent dictation."""
    last = now.last
    if last is None or last == before.last or last.error is not None or last.after_release_ms is None:
        return Picture()
    return Picture("fine", phrases.written_words(last), phrases.seconds_words(last.after_release_ms), stays_ms=DONE_MS)
