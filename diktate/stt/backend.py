"""What a speech engine is, and how one announces itself. Everything here runs in the speech process only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from diktate.flow import Word

if TYPE_CHECKING:
    from diktate.flow import Samples


@dataclass(frozen=True)
class Limits:
    """What the user allows; the engine resolves the rest and says what it took."""

    device: str = "auto"
    compute_type: str = "auto"
    threads: int = 0
    """0: chosen from the number of cores."""


@dataclass(frozen=True)
class Recognized:
    """The words in one piece of sound."""

    text: str = field(repr=False)
    language: str | None
    no_speech_p: float
    logprob: float
    words: tuple[Word, ...] = field(default=(), repr=False)


class Recognizer(Protocol):
    """A loaded speech model; used by one thread."""

    device: str
    """`cuda` or `cpu`: what it really runs on."""
    compute_type: str
    """The precision that is really in use."""
    notes: tuple[str, ...]
    """Why device or precision are not what was asked for, a sentence each."""

    def recognize(self, samples: Samples, *, languages: Sequence[str], prompt: str = "") -> Recognized:
        """Write down what is said in at most one window of sound (30 s for Whisper).

        `languages`: codes to detect among; one code pins it, none means any. `prompt`: text that came before.
        Raises SpeechError.
        """
        ...

    def warm_up(self) -> None:
        """Run once through everything, so that a missing library shows now and the first words come fast."""
        ...


@dataclass(frozen=True)
class Backend:
    """A row of the table of speech engines."""

    id: str
    title: str
    needs: tuple[str, ...]
    """Modules that must be importable."""
    load: Callable[[Path, Limits], Recognizer]
    """Load a model folder; may take seconds. Raises SpeechError or ModelError."""
