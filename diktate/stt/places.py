"""Where models stand on this machine: which are installed, which one is meant, putting one in place, taking it away."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diktate.errors import ModelError
from diktate.stt import check, manifest
from diktate.stt.models import MODELS, WHOLE_CLIP_UP_TO_S, Model, unknown
from diktate.words import N_

NOTES = "diktate.json"
"""In a folder of one's own: what the table would say of it."""

PREFER = ("small", "base", "turbo", "large-v3", "medium", "distil-large-v3", "tiny")
PREFER_CPU_FIRST = (*PREFER, "small.en", "base.en", "medium.en", "tiny.en")
"""On a CPU small is the most that keeps up with speech; the English-only ones come last, they write nothing else."""

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


@dataclass(frozen=True)
class Installed:
    """A complete model in the models folder."""

    id: str
    title: str
    folder: Path
    size_bytes: int
    model: Model | None
    """None for one that isn't in the table."""


@dataclass(frozen=True)
class Located:
    """The model to load: where it stands and how it wants to be fed."""

    id: str
    """An id of the table, or the folder's name."""
    title: str
    folder: Path
    engine: str
    whole_clip_up_to_s: float
    prompt_from_previous: bool
    model: Model | None


def installed(models_folder: Path) -> tuple[Installed, ...]:
    """Give the complete models, those of the table first and in its order."""
    if not models_folder.is_dir():
        return ()
    order = {model.id: at for at, model in enumerate(MODELS)}
    folders = sorted(
        (folder for folder in models_folder.iterdir() if folder.is_dir()),
        key=lambda folder: (order.get(folder.name, len(order)), folder.name),
    )
    return tuple(_installed(folder) for folder in folders if is_complete(folder))


def is_complete(folder: Path) -> bool:
    """Tell whether a folder holds a whole model; hashes are not compared."""
    try:
        known = manifest.read(folder)
        if known is not None:
            return not folder.name.endswith(check.PART) and manifest.sizes_hold(folder, known)
        check.check(folder)
    except ModelError:
        return False
    return True


def locate(wanted: str, models_folder: Path, prefer: Sequence[str] = PREFER_CPU_FIRST) -> Located:
    """Find the model meant by an id, a folder, or "" (the first of `prefer` that is installed, else any).

    Raises ModelError: nothing installed, no such model, not installed yet, no such folder. The folder itself is not
    looked into; `check.check` does.
    """
    if not wanted:
        return _best(models_folder, prefer)
    if (models_folder / wanted).is_dir() and _ID.fullmatch(wanted):
        return _located(models_folder / wanted, _row(wanted))
    if _row(wanted) is not None:
        raise ModelError(
            N_("The speech model {wanted} is not installed."),
            N_("Run `diktate models get {wanted}`, or press Download in the panel."),
            wanted=wanted,
        )
    folder = Path(wanted).expanduser()
    if folder.is_dir():
        return _located(folder, None)
    if _ID.fullmatch(wanted):
        raise unknown(wanted, [model.id for model in MODELS])
    raise ModelError(
        N_("The model folder {folder} does not exist."), N_("Choose another folder or model."), folder=folder
    )


def part_of(model_id: str, models_folder: Path) -> Path:
    """Give the folder in which a model is put together; ModelError for an id that can't be a folder's name."""
    if not _ID.fullmatch(model_id) or model_id.endswith(check.PART):
        raise ModelError(
            N_("{wanted} can't be the name of a model."), N_("Use letters, digits, dots and dashes."), wanted=model_id
        )
    return models_folder / f"{model_id}{check.PART}"


def settle(part: Path, target: Path, what: manifest.Manifest) -> None:
    """Make a finished part the installed model, in one step; something broken in its place is taken away before."""
    check.contents(part)
    manifest.write(part, what)
    if target.exists():
        shutil.rmtree(target)
    part.replace(target)


def remove(model_id: str, models_folder: Path) -> int:
    """Delete a model and what a broken download left of it; gives the freed bytes. ModelError if neither is there."""
    part = part_of(model_id, models_folder)
    there = [folder for folder in (models_folder / model_id, part) if folder.is_dir()]
    if not there:
        raise ModelError(
            N_("The speech model {wanted} is not installed."),
            N_("`diktate models list` shows those that are."),
            wanted=model_id,
        )
    freed = sum(_size(folder) for folder in there)
    for folder in there:
        _delete(folder)
    return freed


def verify(wanted: str, models_folder: Path) -> tuple[str, ...]:
    """Check a model by id or folder, SHA-256 included; gives the names of the files whose hash was known.

    What it is compared with: the table for a model of the table, the manifest of its install for any other. Raises
    ModelError with the reason.
    """
    found = locate(wanted, models_folder)
    check.check(found.folder)
    files = found.model.files if found.model is not None else ()
    known = manifest.read(found.folder)
    if known is not None and not any(file.sha256 for file in files):
        files = known.files
    named: list[str] = []
    manifest.compare(found.folder, files, named.append)
    return tuple(named)


def _best(models_folder: Path, prefer: Sequence[str]) -> Located:
    there = {one.id: one for one in installed(models_folder)}
    if not there:
        raise ModelError(
            N_("No speech model is installed yet."),
            N_("Run `diktate models get small`, or press Download in the panel."),
        )
    best = next((model_id for model_id in prefer if model_id in there), next(iter(there)))
    return _located(there[best].folder, there[best].model)


def _row(model_id: str) -> Model | None:
    return next((model for model in MODELS if model.id == model_id), None)


def _installed(folder: Path) -> Installed:
    model = _row(folder.name)
    title = model.title if model else folder.name
    return Installed(folder.name, title, folder, _size(folder), model)


def _located(folder: Path, model: Model | None) -> Located:
    notes = _notes(folder)
    whole, previous, title, engine = WHOLE_CLIP_UP_TO_S, True, folder.name, "faster-whisper"
    if model is not None:
        whole, previous = model.whole_clip_up_to_s, model.prompt_from_previous
        title, engine = model.title, model.engine
    return Located(
        id=model.id if model else str(notes.get("id", folder.name)),
        title=str(notes.get("title", title)),
        folder=folder,
        engine=engine,
        whole_clip_up_to_s=_seconds(folder, notes.get("whole_clip_up_to_s", whole)),
        prompt_from_previous=notes.get("prompt_from_previous", previous) is True,
        model=model,
    )


def _notes(folder: Path) -> dict[str, Any]:
    """Give what `diktate.json` says; empty where there is none. ModelError if it can't be read."""
    try:
        notes = json.loads((folder / NOTES).read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (ValueError, OSError):
        raise _bad_notes(folder) from None
    if not isinstance(notes, dict):
        raise _bad_notes(folder)
    return notes


def _seconds(folder: Path, value: object) -> float:
    """Give the length of clip; one window of Whisper is 30 s, so nothing above can be meant."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 1 <= value <= 30:  # noqa: PLR2004
        raise _bad_notes(folder)
    return float(value)


def _bad_notes(folder: Path) -> ModelError:
    return ModelError(
        N_("{name} in {folder} can't be understood."),
        N_("Correct it or remove it; `whole_clip_up_to_s` is 1 to 30."),
        name=NOTES,
        folder=folder,
    )


def _size(folder: Path) -> int:
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def _delete(folder: Path) -> None:
    try:
        shutil.rmtree(folder)
    except OSError as error:
        raise ModelError(
            N_("{folder} can't be deleted: {reason}."),
            N_("Close what uses it and try again."),
            folder=folder,
            reason=os.strerror(error.errno or 0),
        ) from error
