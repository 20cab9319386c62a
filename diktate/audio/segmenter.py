"""Speech probabilities to pieces: onset, hangover, pre-roll, and where to cut; pure.

Whisper invents words in silence and loses them when a cut falls into a word. So silence is dropped, each piece keeps a
little of it on either side, and a piece that would be too long for the model ends at the longest pause it has; only
speech without any pause is cut where the detector is least sure of hearing some.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

from diktate.audio.vad import WINDOW_S

ONSET_P = 0.5
"""Speech begins when two windows in a row are at least this likely, as Handy has it: one alone is a click."""
END_P = 0.35
"""Speech goes on until a window falls below this; Silero's own hysteresis of 0.15."""
PAD_S = 0.3
"""Silence left on either side of a piece: breath, soft consonants, and what the detector notices late."""
SHORTEST_S = 0.25
"""Less speech than this in the whole dictation is a click or a cough."""
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


def spans(probabilities: Sequence[float]) -> list[Span]:
    """Give the stretches of speech, without padding; each window is WINDOW_S long."""
    found: list[Span] = []
    start: int | None = None
    for index, likely in enumerate(probabilities):
        if start is None and likely >= ONSET_P and index and probabilities[index - 1] >= ONSET_P:
            start = index - 1
        elif start is not None and likely < END_P:
            found.append(_span(start, index))
            start = None
    if start is not None:
        found.append(_span(start, len(probabilities)))
    return found


def pieces(probabilities: Sequence[float], longest_s: float) -> list[Span]:
    """Give what is to be decoded, in order: padded, none longer than `longest_s`, no sample in two of them."""
    fits_s = longest_s - 2 * PAD_S
    speech = [part for span in spans(probabilities) for part in _forced(span, probabilities, fits_s)]
    if sum(span.speech_s for span in speech) < SHORTEST_S:
        return []
    groups = [group for sentence in _at_pauses(speech) for group in _grouped(sentence, fits_s)]
    end_s = len(probabilities) * WINDOW_S
    cuts = [0.0, *((left.end_s + right.start_s) / 2 for left, right in itertools.pairwise(groups)), end_s]
    return [
        Span(max(low, group.start_s - PAD_S), min(high, group.end_s + PAD_S), group.speech_s)
        for group, (low, high) in zip(groups, itertools.pairwise(cuts), strict=True)
    ]


def _at_pauses(speech: list[Span]) -> list[list[Span]]:
    """Part what is parted by silence that is long for the length of the piece before it."""
    parts: list[list[Span]] = []
    for span in speech:
        if parts and span.start_s - parts[-1][-1].end_s < _ends(parts[-1][-1].end_s - parts[-1][0].start_s):
            parts[-1].append(span)
        else:
            parts.append([span])
    return parts


def _ends(open_s: float) -> float:
    """Give the silence that ends a piece which is open for that long."""
    return next(silence_s for up_to_s, silence_s in CUT_AT if open_s < up_to_s)


def _grouped(speech: list[Span], longest_s: float) -> list[Span]:
    """Join neighbours while they fit; where they don't, the longest pause becomes the cut."""
    if not speech or speech[-1].end_s - speech[0].start_s <= longest_s or len(speech) == 1:
        return [_joined(speech)] if speech else []
    pauses = [right.start_s - left.end_s for left, right in itertools.pairwise(speech)]
    reach = next(i for i, span in enumerate(speech) if span.end_s - speech[0].start_s > longest_s)
    # a pause in the later half of what fits: early cuts make many short pieces, and those are heard worse
    half = speech[0].start_s + longest_s / 2
    candidates = [i for i in range(reach) if speech[i].end_s >= half] or [reach - 1]
    cut = max(candidates, key=lambda i: pauses[i]) + 1
    return [_joined(speech[:cut]), *_grouped(speech[cut:], longest_s)]


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


def _span(start: int, end: int) -> Span:
    return Span(start * WINDOW_S, end * WINDOW_S, (end - start) * WINDOW_S)
