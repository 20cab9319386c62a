"""Pieces as spoken become text as written: rules, and the raw words kept beside them."""

from __future__ import annotations

import time

from diktate import text
from diktate.flow import Piece, Processed
from diktate.modes import Mode

SENTENCE_ENDS = (".", "?", "!", "…", ":")


class Draft:
    """The text of one dictation, growing piece by piece; used by one thread."""

    def __init__(self, mode: Mode, *, trailing_space: bool) -> None:
        self._mode = mode
        self._trailing_space = trailing_space
        self._raw: list[str] = []
        self._clean: list[str] = []
        self._language: str | None = None

    def add(self, piece: Piece) -> None:
        """Take the next piece; what is not speech after all leaves no trace in the clean text."""
        self._raw.append(piece.text)
        self._language = self._language or piece.language
        if self._mode.clean == "none":
            self._clean.append(piece.text)
            return
        evidence = text.Evidence(piece.speech_s, piece.no_speech_p, piece.logprob)
        begins = not self._clean or self._clean[-1].endswith(SENTENCE_ENDS)
        tidied = text.tidy(piece.text, evidence, piece.language, start=begins)
        if tidied:
            self._clean.append(tidied)

    @property
    def raw(self) -> str:
        """The words as heard."""
        return text.join([piece for piece in self._raw if piece])

    @property
    def empty(self) -> bool:
        """True if there is nothing to write."""
        return not any(piece.strip() for piece in self._clean)

    def finish(self) -> Processed:
        """Give the text as it is to be inserted."""
        started = time.monotonic()
        written = text.join([piece for piece in self._clean if piece])
        space = " " if self._trailing_space else ""
        return Processed(written + space, took_ms=(time.monotonic() - started) * 1000)
