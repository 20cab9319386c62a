"""The head of our WAV files: 44 bytes, 16 bit mono 16 kHz; pure."""

from __future__ import annotations

import struct

from diktate.flow import BYTES_PER_SAMPLE, RATE_HZ

HEADER_BYTES = 44
BEFORE_RIFF_SIZE_ENDS = 8
FORMAT = b"WAVEfmt " + struct.pack(
    "<IHHIIHH", 16, 1, 1, RATE_HZ, RATE_HZ * BYTES_PER_SAMPLE, BYTES_PER_SAMPLE, 8 * BYTES_PER_SAMPLE
)


def header(pcm_bytes: int) -> bytes:
    """Give the head of a file with that much PCM; half a sample at the end isn't counted."""
    pcm_bytes -= pcm_bytes % BYTES_PER_SAMPLE
    riff_size = HEADER_BYTES - BEFORE_RIFF_SIZE_ENDS + pcm_bytes
    return b"RIFF" + struct.pack("<I", riff_size) + FORMAT + b"data" + struct.pack("<I", pcm_bytes)


def pcm_bytes(head: bytes, file_bytes: int) -> int | None:
    """Give how much PCM a file with this head really holds; None if it isn't of our kind.

    The head of a recording that a crash cut off lags behind, so then the size of the file is believed.
    """
    if len(head) < HEADER_BYTES or head[:4] != b"RIFF" or head[8:40] != FORMAT + b"data":
        return None
    riff_size, said = struct.unpack("<I", head[4:8])[0], struct.unpack("<I", head[40:44])[0]
    there = file_bytes - HEADER_BYTES
    there -= there % BYTES_PER_SAMPLE
    whole = riff_size + BEFORE_RIFF_SIZE_ENDS == file_bytes and said <= there
    return int(said) if whole else there


def bytes_of(ms: float) -> int:
    """Give how many bytes of PCM last that long, in whole samples."""
    return int(RATE_HZ * ms / 1000) * BYTES_PER_SAMPLE
