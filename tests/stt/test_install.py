"""Installing from files at hand, without a network."""

from __future__ import annotations

import io
import shutil
import tarfile
import zipfile
from pathlib import Path

import pytest

from diktate.errors import ModelError
from diktate.stt import manifest, places
from diktate.stt.check import check
from diktate.stt.fetch import Progress
from diktate.stt.install import install
from tests.fakes.hub import MINI


def zipped(target: Path, prefix: str = "mini/") -> Path:
    with zipfile.ZipFile(target, "w") as packed:
        for file in MINI.iterdir():
            packed.write(file, prefix + file.name)
    return target


def tarred(target: Path, mode: str) -> Path:
    with tarfile.open(target, mode) as packed:  # type: ignore[call-overload] # a mode by parameter
        packed.add(MINI, "some/where")
    return target


@pytest.mark.parametrize("kind", ["folder", "outer folder", "zip", "flat zip", "tar", "tar.gz", "tar.xz"])
def test_files_at_hand_are_checked_described_and_put_in_place(kind: str, tmp_path: Path) -> None:
    shutil.copytree(MINI, tmp_path / "outer" / "mini")
    source = {
        "folder": lambda: MINI,
        "outer folder": lambda: tmp_path / "outer",
        "zip": lambda: zipped(tmp_path / "m.zip"),
        "flat zip": lambda: zipped(tmp_path / "m.zip", ""),
        "tar": lambda: tarred(tmp_path / "m.tar", "w"),
        "tar.gz": lambda: tarred(tmp_path / "m.tar.gz", "w:gz"),
        "tar.xz": lambda: tarred(tmp_path / "m.tar.xz", "w:xz"),
    }[kind]()
    seen: list[Progress] = []

    folder = install("mine", source, tmp_path / "models", seen.append)

    check(folder)
    known = manifest.read(folder)
    assert known is not None
    assert {file.name for file in known.files} == {file.name for file in MINI.iterdir()}
    assert seen[-1].done_bytes == seen[-1].total_bytes
    assert not (tmp_path / "models" / "mine.part").exists()
    assert places.locate("mine", tmp_path / "models").whole_clip_up_to_s == 15


def test_nothing_a_zip_says_leads_out_of_the_models_folder(tmp_path: Path) -> None:
    bad = zipped(tmp_path / "bad.zip")
    with zipfile.ZipFile(bad, "a") as packed:
        for name in ("../../evil", "/tmp/evil-diktate", "mini/../../config.json", "../config.json"):
            packed.writestr(name, "evil")

    install("mine", bad, tmp_path / "a" / "b" / "models")

    assert not list(tmp_path.rglob("evil*"))
    assert b"lang_ids" in (tmp_path / "a" / "b" / "models" / "mine" / "config.json").read_bytes()
    assert not (tmp_path / "a" / "b" / "config.json").exists()


def test_nothing_a_tar_says_leads_out_of_the_models_folder(tmp_path: Path) -> None:
    bad = tmp_path / "bad.tar"
    with tarfile.open(bad, "w") as packed:
        packed.add(MINI, "m")
        for name in ("../../evil", "/tmp/evil-diktate", "m/../../config.json"):
            entry = tarfile.TarInfo(name)
            entry.size = 4
            packed.addfile(entry, io.BytesIO(b"evil"))
        link = tarfile.TarInfo("m/vocabulary.txt")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        packed.addfile(link)

    install("mine", bad, tmp_path / "a" / "b" / "models")

    assert not list(tmp_path.rglob("evil*"))
    assert not Path("/tmp/evil-diktate").exists()
    assert not (tmp_path / "a" / "b" / "models" / "mine" / "vocabulary.txt").exists()
    assert b"lang_ids" in (tmp_path / "a" / "b" / "models" / "mine" / "config.json").read_bytes()


def test_a_broken_source_leaves_what_was_installed(tmp_path: Path) -> None:
    install("mine", MINI, tmp_path)
    broken = Path(shutil.copytree(MINI, tmp_path / "broken"))
    (broken / "model.bin").write_bytes(b"\6\0\0\0")

    with pytest.raises(ModelError, match="not complete or is damaged"):
        install("mine", broken, tmp_path)

    check(tmp_path / "mine")
    assert not (tmp_path / "mine.part").exists()


def test_files_that_are_not_the_tables_need_a_name_of_their_own(tmp_path: Path) -> None:
    with pytest.raises(ModelError) as caught:
        install("small", MINI, tmp_path)

    assert caught.value.what == "config.json is not that of small."
    assert caught.value.fix == "Give the model a name of its own, such as my-small."


@pytest.mark.parametrize(
    ("name", "what"),
    [("none.zip", "{source} does not exist."), ("text.zip", "{source} is not an archive that can be read.")],
)
def test_a_source_that_is_none_is_said(name: str, what: str, tmp_path: Path) -> None:
    (tmp_path / "text.zip").write_text("no archive")

    with pytest.raises(ModelError) as caught:
        install("mine", tmp_path / name, tmp_path / "models")

    assert caught.value.what == what.format(source=tmp_path / name)


def test_a_cut_off_archive_is_said(tmp_path: Path) -> None:
    whole = tarred(tmp_path / "m.tar.gz", "w:gz").read_bytes()
    (tmp_path / "m.tar.gz").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(ModelError, match="is not an archive that can be read"):
        install("mine", tmp_path / "m.tar.gz", tmp_path / "models")


def test_a_full_disk_is_said_before_copying(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="The disk has 10 MB free"):
        install("mine", MINI, tmp_path, free_bytes=lambda _folder: 10_000_000)

    assert not (tmp_path / "mine.part").exists()
