"""What app and speech process say to each other: frames of one JSON header and raw bytes over two pipes.

No pickle: a frame is two 4-byte lengths, the header and the payload. The header is one of the dataclasses below.
"""

from __future__ import annotations

import dataclasses
import json
import struct
from dataclasses import dataclass, field
from typing import Any, BinaryIO, TypeAlias

from diktate.flow import Piece, Word

LENGTHS = struct.Struct(">II")


@dataclass(frozen=True)
class Load:
    """To the child: load this model; an empty folder means voice detection only."""

    folder: str
    engine: str
    device: str
    compute_type: str
    longest_s: float
    """How much sound one window of the model may hold."""
    prompt_from_previous: bool = False


@dataclass(frozen=True)
class Begin:
    """To the child: a dictation begins."""

    job: str
    languages: tuple[str, ...]


@dataclass(frozen=True)
class Sound:
    """To the child: more of it, as PCM."""

    job: str
    pcm: bytes = field(repr=False)


@dataclass(frozen=True)
class End:
    """To the child: that was all of it; `wanted` is False for one that was taken back."""

    job: str
    wanted: bool = True


@dataclass(frozen=True)
class Loaded:
    """From the child: the model answers. What really runs, and why it is not what was asked for."""

    device: str
    compute_type: str
    load_ms: float
    notes: tuple[str, ...]


@dataclass(frozen=True)
class Words:
    """From the child: the next piece of a dictation."""

    job: str
    piece: Piece


@dataclass(frozen=True)
class Done:
    """From the child: every piece of that dictation has been sent."""

    job: str
    audio_s: float
    busy_ms: float
    tail_ms: float


@dataclass(frozen=True)
class Trouble:
    """From the child: an error, of one dictation or (job empty) of loading; templates and facts of a DiktateError."""

    job: str
    kind: str
    what: str
    fix: str


Message: TypeAlias = Load | Begin | Sound | End | Loaded | Words | Done | Trouble
KINDS: dict[str, type[Any]] = {kind.__name__: kind for kind in (Load, Begin, Sound, End, Loaded, Words, Done, Trouble)}


def write(stream: BinaryIO, message: Message) -> None:
    """Send one message; OSError or ValueError when the other side is gone. One thread at a time."""
    payload = b""
    if isinstance(message, Sound):
        message, payload = dataclasses.replace(message, pcm=b""), message.pcm
        fields: dict[str, Any] = {"job": message.job}
    else:
        fields = dataclasses.asdict(message)
    header = json.dumps({"is": type(message).__name__, **fields}).encode()
    stream.write(LENGTHS.pack(len(header), len(payload)) + header + payload)
    stream.flush()


def read(stream: BinaryIO) -> Message | None:
    """Wait for one message; None when the other side has ended."""
    lengths = stream.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    header_length, payload_length = LENGTHS.unpack(lengths)
    header = stream.read(header_length)
    payload = stream.read(payload_length) if payload_length else b""
    if len(header) < header_length or len(payload) < payload_length:
        return None
    return _message(json.loads(header), payload)


def _message(fields: dict[str, Any], payload: bytes) -> Message:
    kind = KINDS[fields.pop("is")]
    if kind is Sound:
        return Sound(fields["job"], payload)
    if kind is Words:
        words = tuple(Word(**word) for word in fields["piece"].pop("words"))
        return Words(fields["job"], Piece(**fields["piece"], words=words))
    tuples = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    message: Message = kind(**tuples)
    return message
