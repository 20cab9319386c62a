"""Speech probabilities to pieces, as they come: onset, hangover, padding, and where to cut; pure.

Whisper invents words in silence and loses them when a cut falls into a word. So silence is dropped, each piece keeps a
little of it on either side, and a piece ends at a pause that is long for its length. It is given out as soon as that
pause has been heard, while the user still speaks. Only speech without a pause is cut where the detector is least sure
of hearing some. However the sound comes in, the pieces are the same.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from diktate.audio.vad import WINDOW_S

ONSET_P = 0.5
"""Speech begins when two windows in a row are at least this likely, as Handy has it: one alone is a click."""
END_P = 0.35
"""Speech goes on until a window falls below this; Silero's own hysteresis of 0.15."""
PAD_S = 0.3
"""Silence left on either side of a piece: breath, soft consonants, and what the detector notices late."""
SHORTEST_S = 0.25
"""A piece with less speech than this is a click or a cough."""
FORCED_LOOK_S = 6.0
"""How far back a forced cut looks for the quietest place."""
CUT_AT = ((4.0, 1.2), (10.0, 0.6), (18.0, 0.35), (math.inf, 0.2))
"""(up to this length of the open piece, this much silence ends it), in seconds. Short eager cuts do harm (10 % of the
words wrong against 0.1 %, omi#7653), and long silence inside a piece is what Whisper fills with inventions."""


@dataclass(frozen=True)
class Span:
    """A stretch of time in seconds from the first sample."""

    start_s: float
    end_s: float
    speech_s: float
    """How much of it is speech."""


class Segmenter:
    """Cuts one dictation; each window of sound is told once, in order."""

    def __init__(self, longest_s: float) -> None:
        """`longest_s`: how much sound the model's window may hold."""
        self._fits_s = longest_s - 2 * PAD_S
        self._probabilities: list[float] = []
        self._onset: int | None = None
        """The window at which the speech began that is going on, None in silence."""
        self._open: list[Span] = []
        """The stretches of speech of the piece that is not yet ended."""
        self._given_s = 0.0
        """Where the last piece ended: no sample has two owners."""

    def add(self, probabilities: Sequence[float]) -> list[Span]:
        """Take the speech probabilities of the next windows (WINDOW_S each); give the pieces that ended in them."""
        return [piece for likely in probabilities for piece in self._hear(likely)]

    def end(self) -> list[Span]:
        """Give what is left when the sound has ended."""
        if self._onset is not None:
            self._close(len(self._probabilities))
        return self._give(len(self._probabilities) * WINDOW_S)

    def _hear(self, likely: float) -> list[Span]:
        before = self._probabilities[-1] if self._probabilities else 0.0
        self._probabilities.append(likely)
        at = len(self._probabilities) - 1
        if self._onset is not None:
            if likely < END_P:
                self._close(at)
        elif likely >= ONSET_P and before >= ONSET_P:
            self._onset = at - 1
        elif self._open and self._silence_s() >= _ends(self._open[-1].end_s - self._open[0].start_s):
            # the other half of the pause belongs to what comes next
            return self._give(self._open[-1].end_s + self._silence_s() / 2)
        return []

    def _close(self, at: int) -> None:
        assert self._onset is not None  # noqa: S101 - the callers have looked
        start, self._onset = self._onset, None
        self._open.append(Span(start * WINDOW_S, at * WINDOW_S, (at - start) * WINDOW_S))

    def _silence_s(self) -> float:
        return len(self._probabilities) * WINDOW_S - self._open[-1].end_s

    def _give(self, until_s: float) -> list[Span]:
        """End the open piece, at the latest at `until_s`: one, or several if it is too long for the model."""
        speech, self._open = self._open, []
        if sum(span.speech_s for span in speech) < SHORTEST_S:
            return []
        parts = [part for span in speech for part in _forced(span, self._probabilities, self._fits_s)]
        pieces = list(_padded(list(_grouped(parts, self._fits_s)), self._given_s, until_s))
        self._given_s = pieces[-1].end_s
        return pieces


def pieces(probabilities: Sequence[float], longest_s: float) -> list[Span]:
    """Give what is to be decoded of a whole recording."""
    segmenter = Segmenter(longest_s)
    return segmenter.add(probabilities) + segmenter.end()


def _padded(groups: list[Span], low_s: float, high_s: float) -> Iterator[Span]:
    """Give each group its share of the silence around it: at most PAD_S, and no more than half of a pause."""
    cuts = [low_s, *((left.end_s + right.start_s) / 2 for left, right in itertools.pairwise(groups)), high_s]
    for group, (low, high) in zip(groups, itertools.pairwise(cuts), strict=True):
        end_s = max(group.end_s, min(high, group.end_s + PAD_S))
        yield Span(max(low, group.start_s - PAD_S), end_s, group.speech_s)


def _ends(open_s: float) -> float:
    """Give the silence that ends a piece which is open for that long."""
    return next(silence_s for up_to_s, silence_s in CUT_AT if open_s < up_to_s)


def _grouped(speech: list[Span], longest_s: float) -> Iterator[Span]:
    """Join neighbours while they fit; where they don't, the longest pause becomes the cut."""
    while speech and speech[-1].end_s - speech[0].start_s > longest_s and len(speech) > 1:
        pauses = [right.start_s - left.end_s for left, right in itertools.pairwise(speech)]
        reach = next(i for i, span in enumerate(speech) if span.end_s - speech[0].start_s > longest_s)
        # a pause in the later half of what fits: early cuts make many short pieces, and those are heard worse
        half = speech[0].start_s + longest_s / 2
        candidates = [i for i in range(reach) if speech[i].end_s >= half] or [reach - 1]
        cut = max(candidates, key=lambda i: pauses[i]) + 1
        yield _joined(speech[:cut])
        speech = speech[cut:]
    if speech:
        yield _joined(speech)


def _joined(speech: Sequence[Span]) -> Span:
    return Span(speech[0].start_s, speech[-1].end_s, sum(span.speech_s for span in speech))


def _forced(span: Span, probabilities: Sequence[float], longest_s: float) -> list[Span]:
    """Cut a span without pauses where the detector is least sure, late in each stretch that fits."""
    if span.end_s - span.start_s <= longest_s:
        return [span]
    last = round((span.start_s + longest_s) / WINDOW_S)
    first = max(round(span.start_s / WINDOW_S) + 1, last - round(FORCED_LOOK_S / WINDOW_S))
    cut_s = min(range(first, last), key=lambda i: probabilities[i]) * WINDOW_S
    rest = Span(cut_s, span.end_s, span.end_s - cut_s)
    return [Span(span.start_s, cut_s, cut_s - span.start_s), *_forced(rest, probabilities, longest_s)]
