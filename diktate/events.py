"""What can happen to a dictation, as facts; the session says what they mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from diktate.errors import DiktateError
    from diktate.flow import Receipt


class Phase(StrEnum):
    """What tray, overlay and `diktate status` show; the values are the public state names."""

    STARTING = "starting"
    READY = "ready"
    OPENING = "opening"
    """The microphone is being opened; shown to scripts as `listening`."""
    LISTENING = "listening"
    TRANSCRIBING = "transcribing"
    REWRITING = "rewriting"
    INSERTING = "inserting"
    ERROR = "error"


@dataclass(frozen=True)
class Pressed:
    """The keys of a mode went down."""

    mode: str
    at: float
    """`time.monotonic()`, as in every event."""
    job: str
    """The name a new dictation would get."""


@dataclass(frozen=True)
class Released:
    """Any key of the combination went up."""

    mode: str
    at: float


@dataclass(frozen=True)
class ReleaseBelieved:
    """The key stayed up for the length of the grace."""

    job: str


@dataclass(frozen=True)
class Ordered:
    """The command line, the tray or a button asked for it."""

    order: Literal["start", "stop", "toggle"]
    mode: str
    at: float
    job: str


@dataclass(frozen=True)
class TimeUp:
    """The longest dictation allowed."""

    job: str
    at: float


@dataclass(frozen=True)
class Escaped:
    """The cancel key, or `diktate cancel`."""


@dataclass(frozen=True)
class Reached:
    """A job came to a new phase."""

    job: str
    phase: Phase


@dataclass(frozen=True)
class SoundEnded:
    """The recording ended by itself: the microphone is gone or the disk is full."""

    job: str


@dataclass(frozen=True)
class Finished:
    """A job is done; the receipt is None if there was nothing to write (silence, cancelled)."""

    job: str
    receipt: Receipt | None
    note: str = ""
    """A sentence for the overlay, such as why nothing was inserted."""
    trouble: DiktateError | None = None
    """What went wrong although the words are there."""


@dataclass(frozen=True)
class Failed:
    """A job ended without its words in the window."""

    job: str
    error: DiktateError


Event: TypeAlias = (
    Pressed | Released | ReleaseBelieved | Ordered | TimeUp | Escaped | Reached | SoundEnded | Finished | Failed
)
