"""The values that travel through one dictation. Text and sound are kept out of every repr, so no log can leak them."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, Protocol, TypeAlias

from diktate.errors import Cancelled, MicrophoneError

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    import numpy.typing as npt

    from diktate.settings.schema import Settings

    Samples: TypeAlias = npt.NDArray[np.float32]
    """Shape (n,), mono, 16 kHz, -1..1."""

RATE_HZ = 16_000
BYTES_PER_SAMPLE = 2
"""Sound between processes and on disk is PCM: signed 16 bit little endian, mono, RATE_HZ; here simply `bytes`."""


def seconds(pcm_bytes: int) -> float:
    """How long that many bytes of PCM last."""
    return pcm_bytes / (RATE_HZ * BYTES_PER_SAMPLE)


class Flag:
    """A thing that happens at most once, and when: an Event with its moment. Any thread may set or read it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self.at: float | None = None
        """`time.monotonic()` of the first `set`."""

    def set(self, at: float | None = None) -> None:
        """Say that it happened, now or at the monotonic time `at`; later calls change nothing."""
        if self.at is None:
            self.at = time.monotonic() if at is None else at
        self._event.set()

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, timeout_s: float | None = None) -> bool:
        return self._event.wait(timeout_s)


class Sound(Protocol):
    """What is or was spoken: a growing spool file, a WAV and a list in a test are the same to all who hear it."""

    def blocks(self) -> Iterator[bytes]:
        """Yield PCM from the first sample on, waiting for more while it is still being spoken.

        May be called again, also from another thread, to hear the whole once more.
        """
        ...

    @property
    def trouble(self) -> MicrophoneError | None:
        """Why it ended before its time, known once `blocks` has ended; what came before is still good."""
        ...


@dataclass(frozen=True)
class Target:
    """The window that had the focus."""

    window: int
    """The window system's own number; 0 if unknown."""
    app: str
    """The program's class name, such as `firefox`; never the title."""


@dataclass(frozen=True, eq=False)
class Job:
    """One dictation that is being spoken or worked on. Threads share its flags and nothing else."""

    id: str
    """Also the stem of its spool file."""
    mode: str
    settings: Settings
    """The snapshot taken at the key press; a change of settings never shifts a running dictation."""
    started_at: datetime
    """UTC."""
    pressed_at: float
    """`time.monotonic()` of the key press."""
    session_id: str = ""
    target: Target | None = None
    cancel: Flag = field(default_factory=Flag)
    key_up: Flag = field(default_factory=Flag)
    """The moment the user let go, or asked to stop."""
    stop: Flag = field(default_factory=Flag)
    """Set when that is believed: the recording is to end."""
    first_sample: Flag = field(default_factory=Flag)
    ended: Flag = field(default_factory=Flag)
    """The last sample is in the spool."""

    def check(self) -> None:
        """Raise Cancelled if the user took it back."""
        if self.cancel.is_set():
            raise Cancelled


@dataclass(frozen=True)
class Word:
    """One word and where it was spoken."""

    start_s: float
    end_s: float
    text: str = field(repr=False)


@dataclass(frozen=True)
class Piece:
    """A stretch of sound and the words heard in it. Pieces tile the speech in order; no sample has two owners."""

    start_s: float
    end_s: float
    text: str = field(repr=False)
    language: str | None = None
    speech_s: float = 0.0
    """How much of it the voice detector took for speech."""
    no_speech_p: float = 0.0
    logprob: float = 0.0
    """Mean log probability of the tokens; near 0 is sure, below -1 is guessing."""
    words: tuple[Word, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Heard:
    """What the speech process did for one dictation; None is "not reached", never 0."""

    engine: str
    model: str
    device: str
    compute_type: str
    """The precision really in use, not the one asked for."""
    audio_s: float
    load_ms: float | None = None
    """How long loading the model took, if it was loaded for this dictation."""
    busy_ms: float | None = None
    """Decoding time in all."""
    tail_ms: float | None = None
    """The part of it that fell after the last sample had arrived."""


@dataclass(frozen=True)
class Processed:
    """The words as they are to be inserted."""

    text: str = field(repr=False)
    provider: str | None = None
    model: str | None = None
    took_ms: float = 0.0
    fallback: str | None = None
    """Why the raw words were kept, if a clean-up was tried and given up."""


Method = Literal["paste", "clipboard", "show", "note", "stdout"]


@dataclass(frozen=True)
class Insertion:
    """How the words reached the window."""

    method: Method
    app: str | None
    took_ms: float
    confirmed: bool
    """True if the focused program itself was seen reading them."""
    on_clipboard: bool = False
    """True if the words were left there, because nobody was seen reading them."""
    read_ms: float | None = None
    """How long the program took to read after the key was sent."""
    at: float | None = field(default=None, compare=False)
    """`time.monotonic()` when the words were there."""


@dataclass(frozen=True)
class Trouble:
    """An error as it is kept: in a receipt, a history row, a status line."""

    kind: str
    what: str
    fix: str


@dataclass(frozen=True)
class SttReceipt:
    """The speech part of a receipt."""

    engine: str | None = None
    model: str | None = None
    device: str | None = None
    compute_type: str | None = None
    load_ms: float | None = None
    busy_ms: float | None = None
    tail_ms: float | None = None


@dataclass(frozen=True)
class LlmReceipt:
    """The language model's part of a receipt."""

    provider: str | None = None
    model: str | None = None
    connect_ms: float | None = None
    wall_ms: float | None = None
    total_ms: float | None = None
    load_ms: float | None = None
    prompt_eval_ms: float | None = None
    eval_ms: float | None = None
    queue_ms: float | None = None
    gap_ms: float | None = None
    tokens: int | None = None
    tokens_per_s: float | None = None
    tail_ms: float | None = None
    fallback: str | None = None


@dataclass(frozen=True)
class InsertReceipt:
    """The insertion's part of a receipt."""

    method: str | None = None
    app: str | None = None
    took_ms: float | None = None
    confirmed: bool | None = None


@dataclass(frozen=True)
class Receipt:
    """What one dictation cost, stage by stage, without a word of it. What was not reached is None."""

    id: str
    session_id: str
    mode: str
    started_at: str
    """ISO 8601, UTC, ending in Z."""
    audio_s: float | None = None
    start_gap_ms: float | None = None
    """Key down to first sample."""
    stt: SttReceipt = SttReceipt()
    llm: LlmReceipt | None = None
    insert: InsertReceipt | None = None
    grace_ms: float | None = None
    """Key up until it was believed."""
    capture_ms: float | None = None
    """Sound still taken after key up."""
    after_release_ms: float | None = None
    """Key up until the words were inserted."""
    error: Trouble | None = None


@dataclass(frozen=True)
class Dictation:
    """A receipt together with the words: one history row."""

    receipt: Receipt
    raw: str | None = field(default=None, repr=False)
    """The words as heard."""
    text: str | None = field(default=None, repr=False)
    """The words as inserted."""
    sound: str | None = None
    """Path of the recording, while it is kept."""
