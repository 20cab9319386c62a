"""The sample clips and the words spoken in them; and how wrong a text is, case, punctuation and fillers folded."""

from __future__ import annotations

import csv
import difflib
import wave
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

MINI_WHISPER = Path(__file__).parent / "data" / "mini-whisper"
MODEL = MINI_WHISPER / "model"
FILLERS = {"um", "uh", "like", "well", "so", "okay"}


@dataclass(frozen=True)
class Clip:
    """One recording and what is said in it."""

    path: Path
    text: str
    kind: str
    """sentence, random, punct, filler, silence or noise."""

    def pcm(self) -> bytes:
        with wave.open(str(self.path)) as wav:
            pcm: bytes = wav.readframes(wav.getnframes())
            return pcm


def clips(*kinds: str) -> list[Clip]:
    """Give the clips of those kinds, all of them if none is named."""
    folder = MINI_WHISPER / "samples"
    with (folder / "texts.tsv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table, delimiter="\t"))
    return [Clip(folder / row["file"], row["text"], row["kind"]) for row in rows if not kinds or row["kind"] in kinds]


def folded(text: str) -> list[str]:
    """Give the words that count."""
    words = "".join(letter if letter.isalnum() or letter == "'" else " " for letter in text.lower()).split()
    return [word for word in words if word not in FILLERS]


def wrong_words(spoken: str, heard: str) -> int:
    """Count substituted, missing and invented words."""
    left, right = folded(spoken), folded(heard)
    blocks = difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return sum(max(i2 - i1, j2 - j1) for tag, i1, i2, j1, j2 in blocks if tag != "equal")


def words_in(texts: Sequence[str]) -> int:
    return sum(len(folded(text)) for text in texts)
