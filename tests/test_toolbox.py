"""What is kept of a dictation, and what a change of settings rebuilds."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from diktate.errors import SettingsError
from diktate.flow import Dictation, InsertReceipt, Job, Receipt, Trouble
from diktate.paths import Paths
from diktate.settings.schema import Settings
from diktate.stt.languages import WHISPER
from diktate.toolbox import CANCELLED, UNDO_S, Toolbox, checked

RECEIPT = Receipt(
    "job", "job", "dictate", "2026-11-20T10:00:00.000Z", insert=InsertReceipt("paste", "gedit", 9.0, True)
)
UNREAD = replace(RECEIPT, insert=InsertReceipt("paste", "gedit", 5000.0, confirmed=False))
FAILED = replace(RECEIPT, insert=None, error=Trouble("speech", "It stopped.", "Try again."))


class NoClipboard:
    """Nothing is pasted here."""

    def __getattr__(self, name: str) -> object:
        raise AssertionError(name)


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "c", tmp_path / "d", tmp_path / "s", tmp_path / "l", tmp_path / "r")


@pytest.fixture
def toolbox(paths: Paths) -> Iterator[Toolbox]:
    made = Toolbox(
        paths,
        Settings(),
        clipboard=NoClipboard(),  # type: ignore[arg-type] # any use of it fails the test
        engine_changed=lambda _state: None,
        slow=lambda: None,
        keys_held=lambda: False,
    )
    yield made
    made.history.close()


@pytest.fixture
def sound(paths: Paths) -> Path:
    paths.spool.mkdir(parents=True)
    file = paths.spool / "job.wav"
    file.write_bytes(b"RIFF")
    return file


def set_to(toolbox: Toolbox, level: int, keep_days: int = 1) -> None:
    toolbox.apply(Settings().with_value("privacy.level", level).with_value("audio.keep_days", keep_days))


@pytest.mark.parametrize(
    ("level", "keep_days", "kept"),
    [(0, 1, False), (1, 1, False), (2, 1, True), (3, 1, True), (2, 0, False), (3, 0, False)],
)
def test_the_recording_of_written_words_is_kept_as_the_settings_say(
    toolbox: Toolbox, sound: Path, level: int, keep_days: int, *, kept: bool
) -> None:
    set_to(toolbox, level, keep_days)

    toolbox.tools().save(Dictation(RECEIPT, "raw", "text"))

    assert sound.exists() is kept


@pytest.mark.parametrize("receipt", [UNREAD, FAILED], ids=["unread", "failed"])
@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_what_did_not_reach_the_window_keeps_its_recording(
    toolbox: Toolbox, sound: Path, level: int, receipt: Receipt
) -> None:
    set_to(toolbox, level, keep_days=0)

    toolbox.tools().save(Dictation(receipt, "raw", "text"))
    toolbox.tidy_up()

    assert sound.exists()


def test_nothing_is_written_down_at_level_0(toolbox: Toolbox, sound: Path) -> None:
    set_to(toolbox, 0)

    toolbox.tools().save(Dictation(RECEIPT, "raw", "text"))

    assert toolbox.history.newest(10) == ()
    assert not sound.exists()


def test_silence_leaves_no_recording(toolbox: Toolbox, sound: Path, job: Job) -> None:
    job.ended.set()

    toolbox.discard(job, cancelled=False)

    assert not sound.exists()


def test_a_cancelled_recording_stays_for_ten_minutes(toolbox: Toolbox, sound: Path, job: Job, paths: Paths) -> None:
    job.ended.set()
    toolbox.discard(job, cancelled=True)
    kept = paths.spool / f"job{CANCELLED}.wav"

    toolbox.tidy_up()
    assert kept.exists()
    long_ago = time.time() - UNDO_S - 1
    os.utime(kept, (long_ago, long_ago))
    toolbox.tidy_up()

    assert not kept.exists()
    assert not sound.exists()


def test_a_cancelled_recording_is_gone_at_once_at_level_0(toolbox: Toolbox, sound: Path, job: Job) -> None:
    nothing = replace(job, settings=Settings().with_value("privacy.level", 0))
    nothing.ended.set()

    toolbox.discard(nothing, cancelled=True)

    assert list(sound.parent.iterdir()) == []


def test_the_bindings_are_those_of_modes_that_have_keys(toolbox: Toolbox) -> None:
    toolbox.apply(Settings().with_value("hotkeys.tidy", ["f8", "f9"]))

    assert toolbox.bindings() == {"dictate": ("ctrl+alt+d",), "tidy": ("f8", "f9")}


def test_a_running_dictation_keeps_the_settings_it_began_with(toolbox: Toolbox, job: Job) -> None:
    toolbox.apply(Settings().with_value("insert.trailing_space", False))

    assert job.settings.insert.trailing_space is True
    assert toolbox.settings.insert.trailing_space is False


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hotkeys.dictate", ["ctrl+alt+nonsense"]),
        ("hotkeys.dictate", ["a"]),
        ("mode", "nonsense"),
        ("stt.language", "klingon"),
        ("stt.language", "en,xx"),
        ("audio.longest_s", 1),
    ],
)
def test_a_value_that_could_never_be_used_is_refused_before_it_costs_a_dictation(key: str, value: object) -> None:
    with pytest.raises(SettingsError) as refused:
        checked(key, value)

    assert refused.value.fix


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("hotkeys.dictate", ["ctrl+alt+d", "F9"]),
        ("hotkeys.cancel", ["escape"]),
        ("mode", "tidy"),
        ("stt.language", "auto"),
        ("stt.language", "en, de"),
    ],
)
def test_a_value_that_can_be_used_is_taken(key: str, value: object) -> None:
    assert checked(key, value)


def test_the_languages_are_those_of_the_engine() -> None:
    from faster_whisper.tokenizer import _LANGUAGE_CODES

    assert set(_LANGUAGE_CODES) == WHISPER
