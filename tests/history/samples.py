"""Dictations for the history's tests."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from diktate.flow import Dictation, InsertReceipt, LlmReceipt, Receipt, SttReceipt, Trouble

WORDS, RAW, SOUND = "The quick zebra.", "um the quick zebra", "/spool/d1.wav"


def spoken(
    dictation_id: str = "d1",
    started_at: str = "2026-01-10T12:00:00Z",
    *,
    confirmed: bool = True,
    error: Trouble | None = None,
) -> Dictation:
    receipt = Receipt(
        id=dictation_id,
        session_id="s1",
        mode="dictate",
        started_at=started_at,
        audio_s=2.5,
        stt=SttReceipt(engine="faster-whisper", model="small", tail_ms=120.0),
        insert=InsertReceipt(method="paste", app="xterm", took_ms=12.0, confirmed=confirmed),
        error=error,
    )
    return Dictation(receipt, raw=RAW, text=WORDS, sound=SOUND)


def failed(dictation_id: str = "d1", started_at: str = "2026-01-10T12:00:00Z") -> Dictation:
    trouble = Trouble(kind="insert", what="No window.", fix="Click one.")
    whole = spoken(dictation_id, started_at, error=trouble)
    return replace(whole, receipt=replace(whole.receipt, insert=None))


_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_number = st.floats(allow_nan=False, width=64)
_maybe_text, _maybe_number = st.none() | _text, st.none() | _number
_counts = st.none() | st.integers(0, 2**40)


def _part(part: type, **given: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    import dataclasses

    fields = {item.name: _maybe_text if "str" in str(item.type) else _maybe_number for item in dataclasses.fields(part)}
    return st.builds(part, **{**fields, **given})


def _reached(part: type, **given: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """An optional part is either unknown or says something."""
    return st.none() | _part(part, **given).filter(lambda it: it != part())


dictations = st.builds(
    Dictation,
    receipt=st.builds(
        Receipt,
        id=_text,
        session_id=_text,
        mode=_text,
        started_at=_text,
        audio_s=_maybe_number,
        start_gap_ms=_maybe_number,
        stt=_part(SttReceipt),
        llm=_reached(LlmReceipt, tokens=_counts),
        insert=_reached(InsertReceipt, confirmed=st.none() | st.booleans()),
        grace_ms=_maybe_number,
        capture_ms=_maybe_number,
        after_release_ms=_maybe_number,
        error=st.none() | st.builds(Trouble, kind=_text, what=_text, fix=_text),
    ),
    raw=_maybe_text,
    text=_maybe_text,
    sound=_maybe_text,
)
