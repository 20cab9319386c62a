"""Reads the frame of a CTranslate2 model.bin: whether it is all there, and how many mel bands it wants.

The layout is that of ctranslate2/specs/model_spec.py (`_serialize`) and src/models/model.cc: little-endian; uint32
version, string name, uint32 revision, uint32 count, then for each variable string name, uint8 rank, uint32 per
dimension, uint8 type, uint32 bytes, the bytes; then uint32 count of aliases, two strings each. A string is a uint16
length, counting the closing zero byte.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

KNOWN_VERSIONS = range(4, 7)
"""Before 4 a variable's size was written otherwise; published Whisper models have 5 or 6."""


@dataclass(frozen=True)
class Frame:
    """What model.bin says of itself."""

    version: int
    says_bytes: int | None
    """How long the file must be; None where the version is not one we know."""
    has_bytes: int
    mels: int | None
    """None where there is no Whisper encoder in it."""


class Truncated(Exception):  # noqa: N818 - a finding, turned into a ModelError by check
    """The file ends within its own headers or says more than it has."""


def read_frame(file: Path) -> Frame:
    """Walk all variables, seeking over their bytes; raises Truncated, OSError. Takes milliseconds for any size."""
    has_bytes = file.stat().st_size
    with file.open("rb") as stream:
        version = _number(stream, "<I")
        if version not in KNOWN_VERSIONS:
            return Frame(version, None, has_bytes, None)
        _string(stream)
        _number(stream, "<I")
        mels = None
        for _ in range(_number(stream, "<I")):
            name, shape = _variable(stream)
            if name == "encoder/conv1/weight":
                mels = _mels(shape)
        for _ in range(2 * _number(stream, "<I")):
            _string(stream)
        return Frame(version, stream.tell(), has_bytes, mels)


def _mels(shape: tuple[int, ...]) -> int | None:
    """Give the input channels of the first convolution: (out, in, 3)."""
    return shape[1] if len(shape) == 3 else None  # noqa: PLR2004 - out, in, kernel


def _variable(stream: BinaryIO) -> tuple[str, tuple[int, ...]]:
    name = _string(stream)
    rank = _number(stream, "<B")
    shape = tuple(_number(stream, "<I") for _ in range(rank))
    _number(stream, "<B")
    size = _number(stream, "<I")
    stream.seek(size, os.SEEK_CUR)  # beyond the end is found by the next read: one always follows
    return name, shape


def _string(stream: BinaryIO) -> str:
    length = _number(stream, "<H")
    raw = stream.read(length)
    if len(raw) < length:
        raise Truncated
    return raw[:-1].decode("utf-8", "replace")


def _number(stream: BinaryIO, form: str) -> int:
    size = struct.calcsize(form)
    raw = stream.read(size)
    if len(raw) < size:
        raise Truncated
    return int(struct.unpack(form, raw)[0])
