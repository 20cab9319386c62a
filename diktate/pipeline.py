"""One dictation, from the first sound to the history row. Runs on the app's worker thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Protocol

from diktate.errors import DiktateError, MicrophoneError
from diktate.events import Phase, Reached
from diktate.flow import (
    Dictation,
    Heard,
    Insertion,
    InsertReceipt,
    Job,
    Piece,
    Processed,
    Receipt,
    Sound,
    SttReceipt,
    Trouble,
)

ENDED_WAIT_S = 1.0
"""The recorder marks its end a moment after its last sample could be read; the mark belongs in the receipt."""


class Hearing(Protocol):
    """The pieces of one dictation as they come, and afterwards what the engine did."""

    @property
    def heard(self) -> Heard | None: ...

    def __iter__(self) -> Iterator[Piece]: ...


class Speech(Protocol):
    """What turns sound into pieces of text; `speech.host.Host` is one."""

    def hear(self, sound: Sound, job: Job) -> Hearing: ...


class Draft(Protocol):
    """The text of one dictation, growing piece by piece; `draft.Draft` is one."""

    @property
    def raw(self) -> str: ...

    @property
    def empty(self) -> bool: ...

    def add(self, piece: Piece) -> None: ...

    def finish(self) -> Processed: ...


Insert = Callable[[str, Job], Insertion]
"""Puts the words where they belong; raises InsertError with the text still safe somewhere, or Cancelled."""
Save = Callable[[Dictation], None]
"""Writes a history row; raises HistoryError."""


@dataclass(frozen=True)
class Tools:
    """Everything a dictation needs, each already set up for the settings of the moment."""

    speech: Speech
    draft: Callable[[Job], Draft]
    insert: Insert
    save: Save


@dataclass(frozen=True)
class Outcome:
    """What became of a dictation that did not fail."""

    dictation: Dictation | None = field(default=None, repr=False)
    """None: nothing was said."""
    insertion: Insertion | None = None
    trouble: DiktateError | None = None
    """Something to tell although the words are there: the microphone went away, the history could not be written."""


def run(job: Job, sound: Sound, tools: Tools, report: Callable[[Reached], None]) -> Outcome:
    """Turn the sound into words in the window, and keep the record.

    Raises Cancelled, or a DiktateError after saving a row that can be tried again. `sound` may still be growing.
    """
    hearing = tools.speech.hear(sound, job)
    draft = tools.draft(job)
    processed: Processed | None = None
    insertion: Insertion | None = None
    try:
        for piece in hearing:  # heard while the user still speaks; the last one after key up
            draft.add(piece)
        job.check()
        if draft.empty and sound.trouble:
            raise sound.trouble
        if draft.empty:
            return Outcome()  # silence is not a dictation
        report(Reached(job.id, Phase.REWRITING))
        processed = draft.finish()
        job.check()
        report(Reached(job.id, Phase.INSERTING))
        insertion = tools.insert(processed.text, job)
    except DiktateError as error:
        _hear_out(job, sound)
        _save(tools, _dictation(job, hearing.heard, draft, processed=processed, insertion=insertion, error=error))
        raise
    dictation = _dictation(job, hearing.heard, draft, processed=processed, insertion=insertion, error=sound.trouble)
    return Outcome(dictation, insertion, _save(tools, dictation) or sound.trouble)


def _hear_out(job: Job, sound: Sound) -> None:
    """Wait until all has been said: an engine that fails at the first word must not cut off the recording."""
    with suppress(MicrophoneError):
        for _block in sound.blocks():
            job.check()


def _save(tools: Tools, dictation: Dictation) -> DiktateError | None:
    """Write the row; a history that can't be written is told, but costs nobody his words."""
    try:
        tools.save(dictation)
    except DiktateError as error:
        return error
    return None


def _dictation(
    job: Job,
    heard: Heard | None,
    draft: Draft,
    *,
    processed: Processed | None,
    insertion: Insertion | None,
    error: DiktateError | None,
) -> Dictation:
    receipt = receipt_of(job, heard, insertion)
    if error:
        receipt = replace(receipt, error=Trouble(error.kind, error.what, error.fix))
    return Dictation(receipt, raw=draft.raw, text=processed.text if processed else None)


def receipt_of(job: Job, heard: Heard | None, insertion: Insertion | None) -> Receipt:
    """Say what each stage took, from the moments that were marked on the way; what was not reached is None."""
    job.ended.wait(ENDED_WAIT_S)
    return Receipt(
        id=job.id,
        session_id=job.session_id or job.id,
        mode=job.mode,
        started_at=job.started_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        audio_s=round(heard.audio_s, 3) if heard else None,
        start_gap_ms=_between_ms(job.pressed_at, job.first_sample.at),
        stt=_stt(heard),
        insert=_insert(insertion),
        grace_ms=_between_ms(job.key_up.at, job.stop.at),
        capture_ms=_between_ms(job.stop.at, job.ended.at),
        after_release_ms=_between_ms(job.key_up.at, insertion.at if insertion else None),
    )


def _stt(heard: Heard | None) -> SttReceipt:
    if heard is None:
        return SttReceipt()
    return SttReceipt(
        heard.engine,
        heard.model,
        heard.device,
        heard.compute_type,
        _rounded(heard.load_ms),
        _rounded(heard.busy_ms),
        _rounded(heard.tail_ms),
    )


def _insert(insertion: Insertion | None) -> InsertReceipt | None:
    if insertion is None:
        return None
    return InsertReceipt(insertion.method, insertion.app, _rounded(insertion.took_ms), insertion.confirmed)


def _between_ms(start: float | None, end: float | None) -> float | None:
    return None if start is None or end is None else round(max(0.0, end - start) * 1000, 1)


def _rounded(milliseconds: float | None) -> float | None:
    return None if milliseconds is None else round(milliseconds, 1)
