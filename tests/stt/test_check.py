"""What is wrong with a model's folder is said before an engine meets it."""

from __future__ import annotations

import json
import shutil
import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from diktate.errors import ModelError
from diktate.stt import ct2
from diktate.stt.check import check
from tests.fakes.hub import MINI


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(MINI, tmp_path / "mini"))


def cut(folder: Path, part: float) -> None:
    file = folder / "model.bin"
    contents = file.read_bytes()
    file.write_bytes(contents[: int(len(contents) * part)])


def in_json(name: str, change: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        whole = json.loads((folder / name).read_text())
        change(whole)
        (folder / name).write_text(json.dumps(whole))

    return apply


def foreign_tokenizer(folder: Path) -> None:
    in_json("tokenizer.json", lambda whole: whole.update(added_tokens=[]))(folder)


def other_size_of_whisper(folder: Path) -> None:
    """The English-only models have every special token one id lower."""
    words = json.loads((folder / "vocabulary.json").read_text())
    (folder / "vocabulary.json").write_text(json.dumps(words[1:]))


def specials_in_other_places(folder: Path) -> None:
    """Sizes of Whisper differ in little more than this."""
    words = json.loads((folder / "vocabulary.json").read_text())
    words[383], words[384] = words[384], words[383]
    (folder / "vocabulary.json").write_text(json.dumps(words))


def short_vocabulary(folder: Path) -> None:
    words = json.loads((folder / "vocabulary.json").read_text())
    (folder / "vocabulary.json").write_text(json.dumps(words[:400]))


def wants_128_mels(folder: Path) -> None:
    """Give the first convolution's input another size, at the same number of bytes."""
    file = folder / "model.bin"
    contents = bytearray(file.read_bytes())
    at = contents.index(b"encoder/conv1/weight\0") + len(b"encoder/conv1/weight\0")
    rank, out, mels = struct.unpack_from("<BII", contents, at)
    assert (rank, mels) == (3, 80)
    struct.pack_into("<BII", contents, at, 3, out, 128)
    file.write_bytes(contents)


def wants_128_without_saying(folder: Path) -> None:
    wants_128_mels(folder)
    (folder / "preprocessor_config.json").unlink()


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def written(name: str, text: str) -> Callable[[Path], None]:
    def apply(folder: Path) -> None:
        (folder / name).write_text(text)

    return apply


@pytest.mark.parametrize(
    ("break_it", "what"),
    [
        pytest.param(shutil.rmtree, "The model folder {folder} does not exist.", id="no folder"),
        pytest.param(without("config.json"), "config.json is missing in {folder}.", id="no config"),
        pytest.param(without("model.bin"), "model.bin is missing in {folder}.", id="no weights"),
        pytest.param(without("tokenizer.json"), "tokenizer.json is missing in {folder}.", id="no tokenizer"),
        pytest.param(without("vocabulary.json"), "vocabulary.json is missing in {folder}.", id="no vocabulary"),
        pytest.param(
            lambda folder: cut(folder, 0.5), "model.bin in {folder} is not complete or is damaged.", id="half copied"
        ),
        pytest.param(
            lambda folder: cut(folder, 0), "model.bin in {folder} is not complete or is damaged.", id="empty weights"
        ),
        pytest.param(
            lambda folder: (folder / "model.bin").write_bytes((MINI / "model.bin").read_bytes()[:-1]),
            "model.bin in {folder} is not complete or is damaged.",
            id="one byte short",
        ),
        pytest.param(
            lambda folder: (folder / "model.bin").write_bytes((MINI / "model.bin").read_bytes() + b"x"),
            "model.bin in {folder} is not complete or is damaged.",
            id="one byte long",
        ),
        pytest.param(written("config.json", '{"lang_ids"'), "config.json in {folder} can't be read.", id="bad config"),
        pytest.param(written("tokenizer.json", ""), "tokenizer.json in {folder} can't be read.", id="bad tokenizer"),
        pytest.param(written("tokenizer.json", "[]"), "tokenizer.json in {folder} is not Whisper's.", id="no tables"),
        pytest.param(foreign_tokenizer, "tokenizer.json in {folder} is not Whisper's.", id="foreign tokenizer"),
        pytest.param(
            other_size_of_whisper,
            "tokenizer.json and the vocabulary in {folder} do not belong together.",
            id="tokenizer of another size",
        ),
        pytest.param(
            specials_in_other_places,
            "tokenizer.json and the vocabulary in {folder} do not belong together.",
            id="special tokens elsewhere",
        ),
        pytest.param(
            short_vocabulary,
            "tokenizer.json and the vocabulary in {folder} do not belong together.",
            id="short vocabulary",
        ),
        pytest.param(
            wants_128_mels,
            "preprocessor_config.json in {folder} gives 80 mel bands, but the model wants 128.",
            id="wrong mels",
        ),
        pytest.param(
            wants_128_without_saying, "preprocessor_config.json is missing in {folder}.", id="128 mels unsaid"
        ),
        pytest.param(
            written("model.bin.0123.part", ""), "The download into {folder} is not finished.", id="part marker"
        ),
    ],
)
def test_a_broken_folder_is_named_with_its_reason(break_it: Callable[[Path], None], what: str, folder: Path) -> None:
    check(folder)
    break_it(folder)

    with pytest.raises(ModelError) as caught:
        check(folder)

    assert caught.value.what == what.format(folder=folder)
    assert caught.value.fix


def test_80_mels_need_no_preprocessor_config(folder: Path) -> None:
    (folder / "preprocessor_config.json").unlink()

    check(folder)


def test_a_vocabulary_may_be_text(folder: Path) -> None:
    words = json.loads((folder / "vocabulary.json").read_text())
    (folder / "vocabulary.json").unlink()
    (folder / "vocabulary.txt").write_text("\n".join(words) + "\n", "utf-8")

    check(folder)


def test_a_tokenizer_may_lack_the_timestamps(folder: Path) -> None:
    whole = json.loads((folder / "tokenizer.json").read_text())
    whole["added_tokens"] = [token for token in whole["added_tokens"] if "." not in token["content"]]
    (folder / "tokenizer.json").write_text(json.dumps(whole))

    check(folder)


def test_an_unknown_version_of_the_weights_passes(folder: Path) -> None:
    file = folder / "model.bin"
    file.write_bytes(struct.pack("<I", 99) + file.read_bytes()[4:-1000])

    check(folder)


def test_the_frame_of_the_weights_is_read_without_the_weights() -> None:
    frame = ct2.read_frame(MINI / "model.bin")

    assert frame.version == 6
    assert frame.says_bytes == frame.has_bytes == (MINI / "model.bin").stat().st_size
    assert frame.mels == 80
