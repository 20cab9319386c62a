"""Downloads a model: resumed where it broke, checked by SHA-256, and in place only when it is whole."""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from diktate.errors import ModelError
from diktate.paths import private
from diktate.stt import check, hub, manifest, places, room
from diktate.stt.models import Model, ModelFile
from diktate.stt.only import only_one
from diktate.words import N_

log = logging.getLogger(__name__)

WAITS_S = (0.5, 1.0, 2.0, 4.0)
"""Between tries that brought nothing; the first byte that arrives starts the row anew."""


@dataclass(frozen=True)
class Progress:
    """How far a download or a copy is."""

    done_bytes: int
    """Of all files together; never falls."""
    total_bytes: int
    file: str


Report = Callable[[Progress], None]


def fetch(
    model: Model,
    models_folder: Path,
    report: Report,
    cancelled: Callable[[], bool],
    *,
    source: hub.Hub | None = None,
    free_bytes: Callable[[Path], int] = room.free_bytes,
    waits_s: tuple[float, ...] = WAITS_S,
) -> Path:
    """Give the installed model's folder, downloading what is missing; blocks for minutes, call it off the GUI thread.

    `report` and `cancelled` are called on this thread, about every 64 KiB; while a server says nothing, `cancelled` may
    go unasked for 30 s. What was loaded stays in `<id>.part` for the next try. Raises ModelError: no network, not
    there, wrong hash (that file is then deleted), no room, cancelled, another process at it.
    """
    target = models_folder / model.id
    if places.is_complete(target):
        return target
    private(models_folder)
    with only_one(models_folder, model.id):
        if not places.is_complete(target):
            import requests

            with requests.Session() as session:
                _Download(model, models_folder, report, cancelled, source or hub.Hub(session), waits_s).run(free_bytes)
    return target


@dataclass
class _Download:
    """One run of one download."""

    model: Model
    models_folder: Path
    report: Report
    cancelled: Callable[[], bool]
    source: hub.Hub
    waits_s: tuple[float, ...]
    done_bytes: int = 0
    total_bytes: int = 0

    def run(self, free_bytes: Callable[[Path], int]) -> None:
        part = places.part_of(self.model.id, self.models_folder)
        listing = self._listing()
        files = hub.pick(self.model, listing)
        self.total_bytes = sum(file.size for file in files)
        started = time.monotonic()
        try:
            part.mkdir(exist_ok=True)
            _only_these(part, {file.name for file in files} | {_partial(part, file).name for file in files})
            need_room(part, self.total_bytes - _bytes(part), free_bytes)
            whole = tuple(self._file(part, listing.commit, file) for file in files)
            places.settle(
                part, part.with_name(self.model.id), manifest.Manifest(self.model.repo, listing.commit, whole)
            )
        except OSError as error:
            raise cant_write(part, error) from error
        log.info("model %s: %d bytes in %.1f s", self.model.id, self.total_bytes, time.monotonic() - started)

    def _listing(self) -> hub.Listing:
        for wait_s in (*self.waits_s[:3], None):
            self._check_cancelled()
            try:
                return self.source.listing(self.model)
            except hub.Broken as broken:
                if wait_s is None or not broken.reached:
                    raise hub.unreachable(self.source.base, reached=False) from None
            time.sleep(wait_s)
        raise AssertionError

    def _file(self, part: Path, commit: str, file: hub.RemoteFile) -> ModelFile:
        """Have one file whole and right in the part folder."""
        ready, partial = part / file.name, _partial(part, file)
        before_bytes = self.done_bytes
        if not ready.is_file():
            self._load(commit, file, partial)
            _right(self.model, partial, file)
            partial.replace(ready)
        self.done_bytes = before_bytes + file.size
        self._tell(self.done_bytes, file.name)
        return ModelFile(file.name, file.size, manifest.sha256(ready) if file.sha256 is None else file.sha256)

    def _load(self, commit: str, file: hub.RemoteFile, partial: Path) -> None:
        tries = iter(self.waits_s)
        partial.touch()
        while (start := partial.stat().st_size) < file.size:
            self._check_cancelled()
            try:
                self._append(commit, file, partial, start)
            except hub.Broken as broken:
                if partial.stat().st_size > start:
                    tries = iter(self.waits_s)
                wait_s = next(tries, None)
                if wait_s is None:
                    raise hub.unreachable(self.source.base, reached=broken.reached) from None
                log.info("model %s: %s broke at %d bytes, trying again", self.model.id, file.name, start)
                time.sleep(wait_s)

    def _append(self, commit: str, file: hub.RemoteFile, partial: Path, start: int) -> None:
        with partial.open("r+b") as stream:
            stream.seek(start)
            for at, block in self.source.blocks(self.model, commit, file, start):
                if at != stream.tell():  # the server begins at 0 again
                    stream.seek(at)
                    stream.truncate()
                stream.write(block)
                if stream.tell() > file.size:  # never fill the disk with what isn't the file
                    return
                self._tell(self.done_bytes + at + len(block), file.name)
                self._check_cancelled()
            stream.flush()
            os.fsync(stream.fileno())  # the rename below must not outlive the bytes in a power cut
            if stream.tell() < file.size:
                raise hub.Broken(reached=True)

    def _tell(self, done_bytes: int, name: str) -> None:
        self.report(Progress(min(done_bytes, self.total_bytes), self.total_bytes, name))

    def _check_cancelled(self) -> None:
        if self.cancelled():
            raise ModelError(
                N_("The download of {title} was stopped."),
                N_("Start it again when you like: it goes on from there."),
                title=self.model.title,
            )


def need_room(folder: Path, bytes_needed: int, free_bytes: Callable[[Path], int]) -> None:
    """Raise ModelError if the disk is too full for that many bytes more."""
    free = free_bytes(folder)
    if free < bytes_needed + room.SPARE_MB * 1_000_000:
        raise ModelError(
            N_("The disk has {free_mb} MB free, and {needed_mb} MB are needed."),
            N_("Free some space, or choose a smaller model."),
            free_mb=free // 1_000_000,
            needed_mb=bytes_needed // 1_000_000 + room.SPARE_MB,
        )


def cant_write(folder: Path, error: OSError) -> ModelError:
    """Give the error for a folder that refuses a write."""
    if error.errno == errno.ENOSPC:
        return ModelError(
            N_("The disk is full."), N_("Free some space and start again: what is there is kept."), folder=folder
        )
    return ModelError(
        N_("{folder} can't be written: {reason}."),
        N_("Check its permissions."),
        folder=folder,
        reason=error.strerror or type(error).__name__,
    )


def _right(model: Model, partial: Path, file: hub.RemoteFile) -> None:
    """Compare a loaded file with what it must be; a wrong one is deleted, for more of it would not make it right."""
    if file.sha256 is not None:
        right = manifest.sha256(partial) == file.sha256
    elif file.git_sha1 is not None:
        right = _git_sha1(partial) == file.git_sha1
    else:
        right = True
    if not right or partial.stat().st_size != file.size:
        partial.unlink()
        raise ModelError(
            N_("{name} of {title} did not arrive as it was sent, so it was thrown away."),
            N_("Try again; if it happens again, do not use this network for it."),
            name=file.name,
            title=model.title,
        )


def _git_sha1(file: Path) -> str:
    """Give git's name of the contents: small files only, read at once."""
    contents = file.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(contents) + contents, usedforsecurity=False).hexdigest()


def _partial(part: Path, file: hub.RemoteFile) -> Path:
    """Give a half-loaded file's name, with its hash in it: half of another revision is then never gone on with."""
    mark = (file.sha256 or file.git_sha1 or str(file.size))[:12]
    return part / f"{file.name}.{mark}{check.PART}"


def _only_these(part: Path, names: set[str]) -> None:
    for file in part.iterdir():
        if file.name not in names:
            file.unlink()


def _bytes(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.iterdir())
