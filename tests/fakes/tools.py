"""Everything a dictation needs, as peers that keep the pipeline's protocols and can be told to fail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from diktate.draft import Draft
from diktate.errors import DiktateError, MicrophoneError
from diktate.flow import Dictation, Heard, Insertion, Job, Piece, Sound
from diktate.modes import find
from diktate.pipeline import Tools

HEARD = Heard("fake", "fake-model", "cpu", "int8", audio_s=1.0, busy_ms=10.0, tail_ms=5.0)


@dataclass
class ListSound:
    """Sound from a list."""

    pcm: Sequence[bytes] = ()
    trouble: MicrophoneError | None = None

    def blocks(self) -> Iterator[bytes]:
        yield from self.pcm


@dataclass
class FakeHearing:
    """Pieces from a list, then an error or what the engine did."""

    pieces: Sequence[Piece]
    error: DiktateError | None = None
    heard: Heard | None = None

    def __iter__(self) -> Iterator[Piece]:
        yield from self.pieces
        if self.error:
            raise self.error
        self.heard = HEARD


@dataclass
class FakeTools:
    """A set of tools, and what was done with them."""

    pieces: Sequence[str] = ("hello anna",)
    speech_error: DiktateError | None = None
    insert_error: DiktateError | None = None
    save_error: DiktateError | None = None
    cancel_at_insert: bool = False
    inserted: list[str] = field(default_factory=list)
    saved: list[Dictation] = field(default_factory=list)

    def hear(self, _sound: Sound, _job: Job) -> FakeHearing:
        pieces = [Piece(at, at + 1.0, text, language="en", speech_s=2.0) for at, text in enumerate(self.pieces)]
        return FakeHearing(pieces, self.speech_error)

    def insert(self, text: str, _job: Job) -> Insertion:
        if self.insert_error:
            raise self.insert_error
        self.inserted.append(text)
        return Insertion("paste", "gedit", took_ms=20.0, confirmed=True, at=200.0)

    def save(self, dictation: Dictation) -> None:
        self.saved.append(dictation)
        if self.save_error:
            raise self.save_error

    def tools(self) -> Tools:
        return Tools(self, lambda job: Draft(find(job.mode), trailing_space=True), self.insert, self.save)
