"""What an installed model consists of: written once at the install, compared with when asked."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from diktate.errors import ModelError
from diktate.stt.models import ModelFile
from diktate.words import N_

NAME = "diktate-files.json"
BLOCK_BYTES = 1 << 20


@dataclass(frozen=True)
class Manifest:
    """Where a model's files came from and what they were when they arrived whole."""

    repo: str
    """owner/name on the hub; empty for files brought by hand."""
    commit: str
    files: tuple[ModelFile, ...]


def write(folder: Path, manifest: Manifest) -> None:
    """Write it as the last file of an install."""
    (folder / NAME).write_text(json.dumps(asdict(manifest), indent=1) + "\n", "utf-8")


def read(folder: Path) -> Manifest | None:
    """Give the manifest; None where there is none, as in a folder of the user's own. ModelError if it is damaged."""
    try:
        raw = json.loads((folder / NAME).read_text("utf-8"))
        files = tuple(ModelFile(str(file["name"]), int(file["size"]), file["sha256"]) for file in raw["files"])
        return Manifest(str(raw["repo"]), str(raw["commit"]), files)
    except FileNotFoundError:
        return None
    except (ValueError, KeyError, TypeError, OSError):
        raise ModelError(
            N_("{name} in {folder} can't be read."),
            N_("Remove the model and install it again."),
            name=NAME,
            folder=folder,
        ) from None


def sizes_hold(folder: Path, manifest: Manifest) -> bool:
    """Tell whether every file is there and as long as it was; reads no contents."""
    return all(_size(folder / file.name) == file.size for file in manifest.files)


def compare(folder: Path, files: tuple[ModelFile, ...], said: Callable[[str], None]) -> None:
    """Hash the files and raise ModelError at the first that differs; `said` hears each name before it is read."""
    for file in files:
        said(file.name)
        if file.sha256 is not None and sha256(folder / file.name) != file.sha256:
            raise ModelError(
                N_("{name} in {folder} has changed since it was installed."),
                N_("Remove the model and install it again."),
                name=file.name,
                folder=folder,
            )


def sha256(file: Path) -> str:
    """Give the hash in hex, reading in blocks."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while block := stream.read(BLOCK_BYTES):
            digest.update(block)
    return digest.hexdigest()


def of_folder(folder: Path) -> tuple[ModelFile, ...]:
    """Give all files of a folder but the manifest, hashed."""
    files = sorted(file for file in folder.iterdir() if file.is_file() and file.name != NAME)
    return tuple(ModelFile(file.name, file.stat().st_size, sha256(file)) for file in files)


def _size(file: Path) -> int | None:
    try:
        return file.stat().st_size
    except OSError:
        return None
