"""The rules in order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """How sure the engine was."""

    speech_s: float = 10.0
    no_speech_p: float = 0.0
    logprob: float = 0.0


def tidy(text: str, _evidence: Evidence, _language: str | None) -> str:
    return " ".join(text.split())


def join(pieces: Sequence[str]) -> str:
    return " ".join(pieces)
