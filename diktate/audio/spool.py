"""Every sample on disk before anyone else reads it, and what a crash left behind."""

from __future__ import annotations

import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from diktate import flow, paths
from diktate.audio import wav
from diktate.errors import MicrophoneError
from diktate.words import N_

log = logging.getLogger(__name__)

SAFE_EVERY_S = 1.0
"""So often the header is put right and the file forced to the disk: a power cut costs about a second."""
BLOCK_MS = 100


class Spool:
    """A recording that grows: one thread appends, any number read it from the first sample on, during and after.

    It keeps the promise of `flow.Sound`. If the disk refuses (full, gone), the rest is kept in memory: readers get all
    of it, and `trouble` says so at the end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO | None = None
        self._on_disk = 0
        self._in_memory = bytearray()
        """What came after the disk refused."""
        self._refused: OSError | None = None
        self._safe_at = 0.0
        self._grown = threading.Condition()
        self._ended = False
        self._trouble: MicrophoneError | None = None

    @classmethod
    def create(cls, folder: Path, stem: str) -> Spool:
        """Make `<folder>/<stem>.wav`; a disk that refuses is no error yet, see above."""
        spool = cls(folder / f"{stem}.wav")
        spool.open()
        return spool

    def open(self) -> None:
        """Make the file, readable for its owner only; a file already there is never overwritten."""
        try:
            paths.private(self.path.parent)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
            self._file = os.fdopen(os.open(self.path, flags, 0o600), "r+b", buffering=0)
            self._write(wav.header(0), at=0)
        except OSError as error:
            self._refuse(error)
        self._safe_at = time.monotonic()

    @property
    def seconds(self) -> float:
        return flow.seconds(self._size)

    @property
    def ended(self) -> bool:
        return self._ended

    @property
    def trouble(self) -> MicrophoneError | None:
        """Why it ended before its time, or that the disk refused; known once `ended`."""
        return self._trouble

    def append(self, pcm: bytes) -> None:
        """Take more sound; blocks while the disk does."""
        if self._ended:
            return
        written = self._to_disk(pcm)
        with self._grown:
            self._on_disk += written
            self._in_memory += pcm[written:]
            self._grown.notify_all()
        if time.monotonic() - self._safe_at >= SAFE_EVERY_S:
            self._make_safe()

    def end(self, trouble: MicrophoneError | None = None) -> None:
        """Close the file; nothing more comes. The first call decides."""
        if self._ended:
            return
        self._make_safe()
        if self._file:
            self._file.close()
        with self._grown:
            self._trouble = trouble or self._disk_trouble()
            self._ended = True
            self._grown.notify_all()

    def blocks(self, block_ms: int = BLOCK_MS) -> Iterator[bytes]:
        """Yield PCM in blocks of that length (the last may be shorter), waiting for more until it has ended.

        From any thread, as often as wanted. Raises MicrophoneError if the file is gone.
        """
        size, at = wav.bytes_of(block_ms), 0
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(_reading(self.path)) if self._wait_for(1) and self._on_disk else None
            while here := min(size, self._wait_for(at + size) - at):
                yield self._read(file, at, here)
                at += here

    def delete(self) -> None:
        """Remove the file. On Windows it stays if someone is reading it; `prune` gets it later."""
        with contextlib.suppress(OSError):
            self.path.unlink(missing_ok=True)

    @property
    def _size(self) -> int:
        with self._grown:
            return self._on_disk + len(self._in_memory)

    def _wait_for(self, size: int) -> int:
        """Wait until there are that many bytes or it has ended; give how many there are."""
        with self._grown:
            self._grown.wait_for(lambda: self._ended or self._on_disk + len(self._in_memory) >= size)
            return self._on_disk + len(self._in_memory)

    def _read(self, file: BinaryIO | None, at: int, size: int) -> bytes:
        with self._grown:
            on_disk = self._on_disk
            from_memory = bytes(self._in_memory[max(0, at - on_disk) : max(0, at + size - on_disk)])
        from_disk = b""
        if file and at < on_disk:
            file.seek(wav.HEADER_BYTES + at)
            from_disk = file.read(min(size, on_disk - at))
        return from_disk + from_memory

    def _to_disk(self, pcm: bytes) -> int:
        """Give how many bytes the disk took; after the first refusal it isn't asked again."""
        if self._refused or not self._file:
            return 0
        start = wav.HEADER_BYTES + self._on_disk
        try:
            self._write(pcm, at=start)
        except OSError as error:
            self._refuse(error)
            return min(len(pcm), max(0, self._file.seek(0, os.SEEK_END) - start))
        return len(pcm)

    def _write(self, content: bytes, at: int) -> None:
        if self._file:
            self._file.seek(at)
            while content:  # a disk that is nearly full takes a part first and refuses the rest
                content = content[self._file.write(content) or 0 :]

    def _make_safe(self) -> None:
        self._safe_at = time.monotonic()
        if not self._file:
            return
        try:
            self._write(wav.header(self._on_disk), at=0)
            os.fsync(self._file.fileno())
        except OSError as error:
            self._refuse(error)

    def _refuse(self, error: OSError) -> None:
        if not self._refused:
            log.warning("the disk refused the recording after %.1f s: %s", flow.seconds(self._on_disk), error.strerror)
            self._refused = error

    def _disk_trouble(self) -> MicrophoneError | None:
        if not self._refused:
            return None
        return MicrophoneError(
            N_("The recording could not be saved in {folder} ({reason})."),
            N_("Its words were still written; free some space there before the next dictation."),
            folder=self.path.parent,
            reason=self._refused.strerror or type(self._refused).__name__,
        )


@dataclass(frozen=True)
class Recording:
    """A recording that is complete: `flow.Sound` over a file."""

    path: Path
    pcm_bytes: int
    trouble: MicrophoneError | None = None

    @property
    def seconds(self) -> float:
        return flow.seconds(self.pcm_bytes)

    def blocks(self, block_ms: int = BLOCK_MS) -> Iterator[bytes]:
        """Yield PCM in blocks of that length; raises MicrophoneError if the file is gone."""
        left, size = self.pcm_bytes, wav.bytes_of(block_ms)
        with _reading(self.path) as file:
            file.seek(wav.HEADER_BYTES)
            while block := file.read(min(size, left)):
                yield block
                left -= len(block)


@dataclass(frozen=True)
class Leftover:
    """A recording found in the spool folder."""

    path: Path
    seconds: float
    started: datetime
    """UTC; the last change of the file less its length."""


def open_wav(path: Path) -> Recording:
    """Give the sound of a recording of ours. A header that a crash left behind is put right on disk too.

    Raises MicrophoneError if there is no such file, or if it isn't one of ours.
    """
    with _reading(path) as file:
        size = os.fstat(file.fileno()).st_size
        pcm_bytes = wav.pcm_bytes(file.read(wav.HEADER_BYTES), size)
    if pcm_bytes is None:
        raise MicrophoneError(
            N_("{path} is not a recording made here."),
            N_("Other sound files are written down with: diktate transcribe {path}"),
            path=path,
        )
    _repair(path, pcm_bytes)
    return Recording(path, pcm_bytes)


def leftovers(folder: Path) -> list[Leftover]:
    """Give all recordings in the folder that hold any sound, oldest first.

    A recording that is running or kept on purpose looks the same: the caller knows which of them it knows.
    """
    return sorted(filter(None, map(_leftover, folder.glob("*.wav"))), key=lambda found: found.started)


def prune(folder: Path, keep: Callable[[str], bool]) -> int:
    """Delete the recordings whose stem `keep` refuses; give how many are gone."""
    gone = 0
    for path in list(folder.glob("*.wav")):
        if not keep(path.stem):
            with contextlib.suppress(OSError):
                path.unlink()
                gone += 1
    return gone


def _leftover(path: Path) -> Leftover | None:
    try:
        recording = open_wav(path)
        changed = path.stat().st_mtime
    except (MicrophoneError, OSError):
        return None
    started = datetime.fromtimestamp(changed - recording.seconds, UTC)
    return Leftover(path, recording.seconds, started) if recording.pcm_bytes else None


def _repair(path: Path, pcm_bytes: int) -> None:
    """Put the header right, so that other programs can play it; the time of change stays for `Leftover.started`."""
    with contextlib.suppress(OSError), path.open("r+b") as file:
        right = wav.header(pcm_bytes)
        if file.read(wav.HEADER_BYTES)[-4:] == right[-4:]:  # the size of the sound; chunks behind it are not ours
            return
        before = os.fstat(file.fileno())
        file.seek(0)
        file.write(right)
        file.flush()
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _reading(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise MicrophoneError(
            N_("The recording {path} can't be read ({reason})."),
            N_("It may have been deleted; dictate it again."),
            path=path,
            reason=error.strerror or type(error).__name__,
        ) from error
