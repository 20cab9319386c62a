"""The table of models, and where they stand."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from diktate.errors import ModelError
from diktate.stt import places
from diktate.stt.models import MODELS, Model, find
from tests.fakes.hub import MINI


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.id)
def test_every_row_is_pinned_to_a_commit_and_every_file_to_a_hash(model: Model) -> None:
    names = {file.name for file in model.files}

    assert re.fullmatch(r"[0-9a-f]{40}", model.revision)
    assert all(re.fullmatch(r"[0-9a-f]{64}", file.sha256 or "") and file.size > 0 for file in model.files)
    assert {"config.json", "model.bin", "tokenizer.json"} <= names
    assert names & {"vocabulary.json", "vocabulary.txt"}
    assert ("preprocessor_config.json" in names) == (model.mels == 128)
    assert model.ram_mb > 0
    assert model.title


def test_ids_are_unique() -> None:
    assert len({model.id for model in MODELS}) == len(MODELS) == 11


@pytest.mark.parametrize(("typed", "meant"), [("smal", "small"), ("large", "large-v3"), ("Turbo", "turbo")])
def test_an_unknown_id_names_the_nearest_one(typed: str, meant: str) -> None:
    with pytest.raises(ModelError) as caught:
        find(typed)

    assert caught.value.what == f"There is no speech model called {typed}."
    assert caught.value.fix == f"Did you mean {meant}?"


def put(models_folder: Path, model_id: str) -> Path:
    folder = models_folder / model_id
    shutil.copytree(MINI, folder)
    return folder


def test_without_a_wish_the_first_of_the_preferred_is_taken(tmp_path: Path) -> None:
    for model_id in ("tiny", "base", "tiny.en"):
        put(tmp_path, model_id)

    assert places.locate("", tmp_path).id == "base"
    assert places.locate("", tmp_path, prefer=("tiny.en",)).id == "tiny.en"
    assert places.locate("", tmp_path, prefer=()).id == "tiny"


def test_with_nothing_installed_the_error_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        places.locate("", tmp_path / "none")

    assert caught.value.what == "No speech model is installed yet."
    assert caught.value.fix == "Run `diktate models get small`, or press Download in the panel."


@pytest.mark.parametrize(
    ("wanted", "what"),
    [
        ("small", "The speech model small is not installed."),
        ("smoll", "There is no speech model called smoll."),
        ("/no/such/folder", f"The model folder {Path('/no/such/folder')} does not exist."),
    ],
)
def test_what_is_not_there_is_said(wanted: str, what: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        places.locate(wanted, tmp_path)

    assert caught.value.what == what
    assert caught.value.fix


def test_a_folder_of_ones_own_says_how_it_wants_to_be_fed(tmp_path: Path) -> None:
    found = places.locate(str(MINI), tmp_path)

    assert found.whole_clip_up_to_s == 15
    assert found.prompt_from_previous
    assert found.title == "mini-Whisper (test fixture)"
    assert found.engine == "faster-whisper"
    assert found.model is None


def test_a_folder_without_notes_is_taken_for_whisper(tmp_path: Path) -> None:
    folder = put(tmp_path, "mine")
    (folder / "diktate.json").unlink()

    found = places.locate(str(folder), tmp_path / "models")

    assert found.whole_clip_up_to_s == 28
    assert found.title == "mine"


@pytest.mark.parametrize("notes", ["{", "[]", '{"whole_clip_up_to_s": "long"}', '{"whole_clip_up_to_s": 60}'])
def test_bad_notes_are_refused(notes: str, tmp_path: Path) -> None:
    folder = put(tmp_path, "mine")
    (folder / "diktate.json").write_text(notes)

    with pytest.raises(ModelError, match=r"diktate\.json in .* can't be understood"):
        places.locate(str(folder), tmp_path / "models")


def test_only_complete_models_count_as_installed(tmp_path: Path) -> None:
    put(tmp_path, "base")
    put(tmp_path, "mine")
    put(tmp_path, "small.part")
    (put(tmp_path, "tiny") / "model.bin").unlink()

    assert [one.id for one in places.installed(tmp_path)] == ["base", "mine"]


def test_removing_takes_the_model_and_what_a_broken_download_left(tmp_path: Path) -> None:
    put(tmp_path, "base")
    put(tmp_path, "base.part")

    freed = places.remove("base", tmp_path)

    assert freed > 4_000_000
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("model_id", ["../elsewhere", "..", "", "a/b", "base.part"])
def test_removing_never_leaves_the_models_folder(model_id: str, tmp_path: Path) -> None:
    models_folder = tmp_path / "models"
    put(models_folder, "base")
    put(tmp_path, "elsewhere")

    with pytest.raises(ModelError):
        places.remove(model_id, models_folder)

    assert (tmp_path / "elsewhere" / "model.bin").is_file()
    assert (models_folder / "base" / "model.bin").is_file()


def test_a_changed_file_is_found_by_its_hash_only(tmp_path: Path) -> None:
    from diktate.stt.install import install

    folder = install("mine", MINI, tmp_path)
    assert len(places.verify("mine", tmp_path)) == 6
    config = json.loads((folder / "config.json").read_text())
    config["suppress_ids_begin"] = [33]
    size = (folder / "config.json").stat().st_size
    (folder / "config.json").write_text(json.dumps(config, indent=2).ljust(size))

    assert places.is_complete(folder)
    with pytest.raises(ModelError, match=r"config\.json in .* has changed since it was installed"):
        places.verify("mine", tmp_path)
