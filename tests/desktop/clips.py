"""The spoken clips of the test speech model, each with the words spoken in it."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

MINI_WHISPER = Path(__file__).parents[1] / "data/mini-whisper"
MODEL = MINI_WHISPER / "model"
SAMPLES = MINI_WHISPER / "samples"


@dataclass(frozen=True)
class Clip:
    """One recording, 16 kHz mono."""

    path: Path
    text: str
    """What is spoken in it; empty for silence and noise."""
    kind: str
    """sentence, random, punct, filler, silence or noise."""


def all_clips() -> list[Clip]:
    """Give the rows of texts.tsv in their order."""
    with (SAMPLES / "texts.tsv").open(encoding="utf-8", newline="") as table:
        rows = csv.DictReader(table, delimiter="\t")
        return [Clip(SAMPLES / row["file"], row["text"], row["kind"]) for row in rows]
