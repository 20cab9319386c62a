"""Says what is wrong with a model's folder before any engine sees it."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from diktate.errors import ModelError
from diktate.stt import ct2
from diktate.words import N_

NEEDED = ("config.json", "model.bin", "tokenizer.json")
VOCABULARIES = ("vocabulary.json", "vocabulary.txt")
SPECIAL = ("<|startoftranscript|>", "<|endoftext|>", "<|notimestamps|>")
PART = ".part"
AGAIN = N_("Download it again, or copy all of its files.")
DEFAULT_MELS = 80
"""What faster-whisper takes where there is no preprocessor_config.json."""

_TIMESTAMP = re.compile(r"<\|\d+\.\d\d\|>")


def check(folder: Path) -> None:
    """Raise ModelError with the one reason why this folder can't be loaded; quick (no hashes), reads no weights."""
    if not folder.is_dir():
        raise ModelError(
            N_("The model folder {folder} does not exist."), N_("Choose another folder or model."), folder=folder
        )
    if folder.name.endswith(PART) or any(folder.glob(f"*{PART}")):
        raise ModelError(
            N_("The download into {folder} is not finished."),
            N_("Start it again: it goes on from there."),
            folder=folder,
        )
    contents(folder)


def contents(folder: Path) -> None:
    """Do the same for a folder that is still being put together."""
    _there(folder)
    for name in ("config.json", "preprocessor_config.json", "tokenizer.json", "vocabulary.json"):
        if (folder / name).is_file():
            _json(folder / name)
    wanted = _weights(folder)
    _mels(folder, wanted)
    _tokens(folder)


def _there(folder: Path) -> None:
    for name in NEEDED:
        if not (folder / name).is_file():
            raise _missing(folder, name)
    if not any((folder / name).is_file() for name in VOCABULARIES):
        raise _missing(folder, "vocabulary.json")


def _missing(folder: Path, name: str) -> ModelError:
    return ModelError(N_("{name} is missing in {folder}."), AGAIN, name=name, folder=folder)


def _weights(folder: Path) -> int | None:
    """Give the mel bands the weights want, None if they don't say."""
    try:
        frame = ct2.read_frame(folder / "model.bin")
    except ct2.Truncated:
        raise _half(folder) from None
    if frame.says_bytes is None:
        return None
    if frame.has_bytes != frame.says_bytes:
        raise _half(folder)
    if frame.mels is None:
        raise ModelError(
            N_("model.bin in {folder} is not a Whisper model."), N_("Choose another folder or model."), folder=folder
        )
    return frame.mels


def _half(folder: Path) -> ModelError:
    return ModelError(N_("model.bin in {folder} is not complete or is damaged."), AGAIN, folder=folder)


def _mels(folder: Path, wanted: int | None) -> None:
    file = folder / "preprocessor_config.json"
    if wanted is None:
        return
    if not file.is_file():
        if wanted == DEFAULT_MELS:
            return
        raise _missing(folder, file.name)
    config = _json(file)
    given = config.get("feature_size", DEFAULT_MELS) if isinstance(config, dict) else None
    if given != wanted:
        raise ModelError(
            N_("preprocessor_config.json in {folder} gives {given} mel bands, but the model wants {wanted}."),
            AGAIN,
            folder=folder,
            given=given,
            wanted=wanted,
        )


def _tokens(folder: Path) -> None:
    ids = _tokenizer(folder / "tokenizer.json")
    if not all(token in ids for token in SPECIAL[:2]):
        raise ModelError(N_("tokenizer.json in {folder} is not Whisper's."), AGAIN, folder=folder)
    words = _vocabulary(folder)
    if not _agree(ids, words):
        raise ModelError(
            N_("tokenizer.json and the vocabulary in {folder} do not belong together."), AGAIN, folder=folder
        )


def _agree(ids: dict[str, int], words: list[str]) -> bool:
    """Tell whether both are of one model.

    The special tokens tell the sizes of Whisper apart. A tokenizer may lack the timestamps (those of the small
    multilingual models do; the converter adds them to the vocabulary), and one word in
    a hundred may be spelt otherwise.
    """
    place = {word: at for at, word in enumerate(words)}
    if any(token in ids and place.get(token) != ids[token] for token in SPECIAL):
        return False
    same = sum(1 for token, at in ids.items() if at < len(words) and words[at] == token)
    ordinary = sum(1 for word in words if not _TIMESTAMP.fullmatch(word))
    return same >= 0.99 * max(len(ids), ordinary)


def _tokenizer(file: Path) -> dict[str, int]:
    """Give token to id; empty where the file has no such tables."""
    whole = _json(file)
    try:
        return {**whole["model"]["vocab"], **{token["content"]: token["id"] for token in whole["added_tokens"]}}
    except (KeyError, TypeError):
        return {}


def _vocabulary(folder: Path) -> list[str]:
    file = folder / "vocabulary.json"
    if file.is_file():
        words = _json(file)
        return [str(word) for word in words] if isinstance(words, list) else []
    return (folder / "vocabulary.txt").read_text("utf-8").rstrip("\n").split("\n")


def _json(file: Path) -> Any:
    try:
        return json.loads(file.read_text("utf-8"))
    except (ValueError, OSError):
        raise ModelError(N_("{name} in {folder} can't be read."), AGAIN, name=file.name, folder=file.parent) from None
