"""Installs a model from files at hand: a folder, or an archive of one; needs no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, cast

from diktate.errors import ModelError
from diktate.paths import private
from diktate.stt import check, manifest, places, room
from diktate.stt.fetch import Progress, Report, cant_write, need_room
from diktate.stt.models import MODELS, ModelFile
from diktate.stt.only import only_one
from diktate.words import N_

TAKEN = (*check.NEEDED, *check.VOCABULARIES, "preprocessor_config.json", places.NOTES)
"""Everything an engine reads; whatever else lies there is left."""


@dataclass(frozen=True)
class _Found:
    """One file to be copied, wherever it is."""

    name: str
    size: int
    open: Callable[[], BinaryIO]


def install(
    model_id: str,
    source: Path,
    models_folder: Path,
    report: Report = lambda _progress: None,
    *,
    free_bytes: Callable[[Path], int] = room.free_bytes,
) -> Path:
    """Copy, check and put in place; gives the folder. Files for an id of the table must be those of the table.

    From an archive only the files by name beside its model.bin are read, and written under these names: a path in it is
    never followed. Raises ModelError; what was there before then stays as it was.
    """
    part = places.part_of(model_id, models_folder)
    private(models_folder)
    with only_one(models_folder, model_id), _opened(source) as found:
        files = list(found)
        try:
            _clear(part)
            part.mkdir()
            need_room(part, sum(file.size for file in files), free_bytes)
            copied = _copy(files, part, report)
            _are(model_id, copied)
            places.settle(part, models_folder / model_id, manifest.Manifest("", "", copied))
        except OSError as error:
            raise cant_write(part, error) from error
        finally:
            _clear(part)
    return models_folder / model_id


def _copy(files: list[_Found], part: Path, report: Report) -> tuple[ModelFile, ...]:
    total, done, copied = sum(file.size for file in files), 0, []
    for file in files:
        digest, size = hashlib.sha256(), 0
        with file.open() as source, (part / file.name).open("wb") as target:
            while block := source.read(manifest.BLOCK_BYTES):
                target.write(block)
                digest.update(block)
                size += len(block)
                report(Progress(min(done + size, total), total, file.name))
            target.flush()
            os.fsync(target.fileno())
        done += file.size
        copied.append(ModelFile(file.name, size, digest.hexdigest()))
    return tuple(copied)


def _are(model_id: str, copied: tuple[ModelFile, ...]) -> None:
    """Raise ModelError if an id of the table would stand for other files than the table's."""
    row = next((model for model in MODELS if model.id == model_id), None)
    there = {file.name: file for file in copied}
    for file in row.files if row else ():
        have = there.get(file.name)
        if have is not None and file.sha256 is not None and have.sha256 != file.sha256:
            raise ModelError(
                N_("{name} is not that of {wanted}."),
                N_("Give the model a name of its own, such as my-{wanted}."),
                name=file.name,
                wanted=model_id,
            )


def _clear(part: Path) -> None:
    """Take away what was not put in place; half a copy is of no use to anyone."""
    shutil.rmtree(part, ignore_errors=True)


@contextmanager
def _opened(source: Path) -> Iterator[Iterator[_Found]]:
    """Give the files of a folder or an archive."""
    source = source.expanduser()
    if source.is_dir():
        yield _in_folder(source)
        return
    if not source.is_file():
        raise ModelError(N_("{source} does not exist."), N_("Name a folder or an archive."), source=source)
    try:
        if zipfile.is_zipfile(source):
            with zipfile.ZipFile(source) as packed:
                yield _in_zip(packed)
            return
        with tarfile.open(source) as packed_tar:
            yield _in_tar(packed_tar)
    except (tarfile.TarError, zipfile.BadZipFile, EOFError):
        raise ModelError(
            N_("{source} is not an archive that can be read."),
            N_("Name a folder, a .zip or a .tar.gz."),
            source=source,
        ) from None


def _in_folder(folder: Path) -> Iterator[_Found]:
    inner = [folder, *sorted(one for one in folder.iterdir() if one.is_dir())]
    home = next((one for one in inner if (one / "model.bin").is_file()), folder)
    for name in TAKEN:
        file = home / name
        if file.is_file():
            yield _Found(name, file.stat().st_size, lambda file=file: file.open("rb"))  # type: ignore[misc] # bound now


def _in_zip(packed: zipfile.ZipFile) -> Iterator[_Found]:
    entries = [entry for entry in packed.infolist() if not entry.is_dir()]
    home = _home([entry.filename for entry in entries])
    for entry in entries:
        path = PurePosixPath(entry.filename)
        if path.parent == home and path.name in TAKEN:
            yield _Found(path.name, entry.file_size, lambda entry=entry: cast("BinaryIO", packed.open(entry)))  # type: ignore[misc] # bound now


def _in_tar(packed: tarfile.TarFile) -> Iterator[_Found]:
    entries = [entry for entry in packed.getmembers() if entry.isfile()]
    home = _home([entry.name for entry in entries])
    for entry in entries:
        path = PurePosixPath(entry.name)
        if path.parent == home and path.name in TAKEN:
            yield _Found(path.name, entry.size, lambda entry=entry: cast("BinaryIO", packed.extractfile(entry)))  # type: ignore[misc] # bound now


def _home(names: list[str]) -> PurePosixPath:
    """Give the folder in the archive that holds model.bin, the outermost of several."""
    homes = [PurePosixPath(name).parent for name in names if PurePosixPath(name).name == "model.bin"]
    return min(homes, key=lambda home: len(home.parts), default=PurePosixPath())
