"""Rules that turn words as heard into words as written: pure, in milliseconds, and they never add a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import reduce
from typing import TypeAlias

from diktate.text.tidy import (
    Evidence,
    Given,
    english_i,
    fillers,
    first_letter,
    inventions,
    joined,
    loops,
    outer_spaces,
    spaced,
    spaces,
)

__all__ = ["STEPS", "Evidence", "Step", "join", "tidy"]

Step: TypeAlias = Callable[[str, Given], str]

STEPS: tuple[Step, ...] = (spaces, fillers, loops, inventions, english_i, first_letter)
"""The rules in order. To add one, write a function and its line here."""
STEPS_WITHOUT_SPACES: tuple[Step, ...] = (outer_spaces, inventions)
"""The rules for Chinese and Japanese."""


def tidy(text: str, evidence: Evidence, language: str | None, *, start: bool = True) -> str:
    """Give the piece tidied, empty if nothing was said; `start` is False where it goes on a sentence begun before.

    Tidying twice changes nothing more: the rules are applied until they find nothing to do.
    """
    given = Given(evidence, (language or "").lower().partition("-")[0], start)
    while (after := _once(text, given)) != text:
        text = after
    return text


def join(pieces: Sequence[str]) -> str:
    """Join pieces with one space, without one between Chinese or Japanese."""
    return reduce(joined, (piece.strip() for piece in pieces), "")


def _once(text: str, given: Given) -> str:
    for step in STEPS if spaced(text) else STEPS_WITHOUT_SPACES:
        text = step(text, given)
    return text
