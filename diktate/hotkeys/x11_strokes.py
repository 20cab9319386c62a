"""Keys going down and up as the X server tells it, without what a held key repeats; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_REPEAT_MS = 15
"""A held key repeats as Release and Press of the same moment (measured: Xvfb 21.1, and so in xkbAccessX.c);
some remote desktops leave a few ms between. No finger is up for less."""


@dataclass(frozen=True)
class Stroke:
    """One KeyPress or KeyRelease event."""

    down: bool
    code: int
    state: int
    time_ms: int
    """The server's clock; wraps around at 2**32."""


def without_repeats(strokes: Sequence[Stroke]) -> list[Stroke]:
    """Leave out each Release that the next stroke of the same key takes back, and that Press."""
    kept: list[Stroke] = []
    repeated: set[int] = set()
    for index, stroke in enumerate(strokes):
        if index in repeated:
            continue
        back = next((i for i in range(index + 1, len(strokes)) if strokes[i].code == stroke.code), None)
        if back is not None and _takes_back(stroke, strokes[back]):
            repeated.add(back)
        else:
            kept.append(stroke)
    return kept


def came_back(strokes: Sequence[Stroke], index: int) -> bool:
    """Whether the key of that Release is pressed again later on."""
    return any(later.down and later.code == strokes[index].code for later in strokes[index + 1 :])


def _takes_back(stroke: Stroke, later: Stroke) -> bool:
    return not stroke.down and later.down and (later.time_ms - stroke.time_ms) % 2**32 <= _REPEAT_MS
