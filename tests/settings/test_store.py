import json
import stat
from pathlib import Path

import pytest

from diktate.errors import SettingsError
from diktate.settings.schema import Settings
from diktate.settings.store import Store


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.json"


def store(file: Path, **environ: str) -> Store:
    return Store(file, environ)


def copies(file: Path) -> list[Path]:
    return [each for each in file.parent.iterdir() if each != file]


def test_no_file_means_defaults_and_nothing_is_written(file: Path) -> None:
    loaded = store(file).load()

    assert loaded.settings == Settings()
    assert loaded.problems == ()
    assert not file.exists()


def test_a_value_is_kept_and_only_what_differs_is_written(file: Path) -> None:
    store(file).set("audio.longest_s", 60)
    store(file).set("ui.overlay", False)
    store(file).reset("ui.overlay")

    assert store(file).load().settings.audio.longest_s == 60
    assert json.loads(file.read_text()) == {"version": 1, "audio.longest_s": 60}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_bad_value_costs_only_itself_and_a_copy_is_kept(file: Path) -> None:
    file.parent.mkdir()
    text = json.dumps({"version": 1, "audio.longest_s": "long", "audio.device": "yeti"})
    file.write_text(text)

    loaded = store(file).load()

    assert loaded.settings.audio.device == "yeti"
    assert loaded.settings.audio.longest_s == Settings().audio.longest_s
    assert "audio.longest_s" in loaded.problems[0].what
    assert [copy.read_text() for copy in copies(file)] == [text]


def test_reading_a_bad_file_twice_keeps_one_copy(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"audio.longest_s": 1}')

    store(file).load()
    store(file).load()

    assert len(copies(file)) == 1


@pytest.mark.parametrize("text", ["", '{"version": 1, "audio.dev', "[]", "\x00\xff"])
def test_a_truncated_file_means_defaults_and_a_copy(file: Path, text: str) -> None:
    file.parent.mkdir()
    file.write_bytes(text.encode("latin-1"))

    loaded = store(file).load()

    assert loaded.settings == Settings()
    assert "could not be read" in loaded.problems[0].what
    assert len(copies(file)) == 1


def test_a_folder_in_its_place_is_a_sentence(file: Path) -> None:
    file.mkdir(parents=True)

    assert "can't be read" in store(file).load().problems[0].what
    with pytest.raises(SettingsError, match="rights"):
        store(file).set("audio.device", "other")


def test_a_newer_file_is_used_as_far_as_it_is_known_and_left_alone(file: Path) -> None:
    file.parent.mkdir()
    text = json.dumps({"version": 99, "audio.device": "yeti", "ui.holograms": True})
    file.write_text(text)

    loaded = store(file).load()

    assert loaded.settings.audio.device == "yeti"
    assert loaded.refusal
    with pytest.raises(SettingsError, match="newer"):
        store(file).set("audio.device", "other")
    assert file.read_text() == text


def test_a_key_this_version_does_not_know_survives_a_change(file: Path) -> None:
    file.parent.mkdir()
    file.write_text('{"version": 1, "ui.holograms": true}')

    store(file).set("audio.longest_s", 60)

    assert json.loads(file.read_text())["ui.holograms"] is True


def test_the_environment_overrides_for_this_run_and_is_never_written(file: Path) -> None:
    overridden = store(file, DIKTATE_AUDIO_LONGEST_S="60", DIKTATE_HOTKEYS_DICTATE="f9,f8", UNRELATED="x")

    assert overridden.load().settings.audio.longest_s == 60
    assert overridden.load().settings.hotkeys.dictate == ("f9", "f8")
    overridden.set("audio.device", "yeti")
    assert "audio.longest_s" not in json.loads(file.read_text())


def test_a_bad_word_in_the_environment_is_told_and_costs_only_itself(file: Path) -> None:
    loaded = store(file, DIKTATE_AUDIO_LONGEST_S="ages", DIKTATE_STT_LANGUAGE="de").load()

    assert loaded.settings.stt.language == "de"
    assert len(loaded.problems) == 1


def test_a_file_that_cant_be_written_is_a_sentence_and_the_old_one_stays(file: Path) -> None:
    store(file).set("audio.longest_s", 60)
    file.with_name(file.name + ".new").mkdir()

    with pytest.raises(SettingsError, match="could not be written"):
        store(file).set("audio.longest_s", 70)
    assert store(file).load().settings.audio.longest_s == 60
