"""Past dictations on the command line."""

from __future__ import annotations

import csv
import io
import json
import stat
from pathlib import Path

import pytest

import diktate.cli.history
from diktate.history import History
from diktate.paths import Paths
from tests.history.samples import WORDS, failed, spoken

from .conftest import Command, command_line


@pytest.fixture
def command(paths: Paths) -> Command:
    return command_line(diktate.cli.history, paths)


@pytest.fixture
def filled(paths: Paths) -> None:
    history = History(paths.history_file)
    for number in range(3):
        history.add(spoken(f"d{number}", f"2026-01-10T12:00:0{number}Z"), level=2)
    history.add(failed("lost", "2026-01-10T12:00:09Z"), level=2)
    history.close()


def test_the_list_is_one_line_each_the_newest_first(
    command: Command, filled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("history list --limit 2") == 0

    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("lost  2026-01-10T12:00:09Z")
    assert "[No window.]" in first
    assert second.startswith("d2")
    assert second.endswith(WORDS)


def test_the_list_as_json_is_one_object(command: Command, filled: None, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("history list --json") == 0

    rows = json.loads(capsys.readouterr().out)["dictations"]
    assert [row["id"] for row in rows] == ["lost", "d2", "d1", "d0"]
    assert rows[0]["error"]["kind"] == "insert"


def test_without_dictations_the_list_is_empty(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("history list") == 0
    assert command("history list --json") == 0

    assert json.loads(capsys.readouterr().out) == {"dictations": []}


def test_one_is_shown_with_all_that_is_known(
    command: Command, filled: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("history show d1") == 0
    lines = capsys.readouterr().out.splitlines()
    assert "stt.engine: faster-whisper" in lines
    assert f"text: {WORDS}" in lines
    assert not any("None" in line for line in lines)

    assert command("history show d1 --json") == 0
    assert json.loads(capsys.readouterr().out)["text"] == WORDS


def test_an_unknown_one_is_said_in_two_sentences(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("history show nope") == 1

    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "There is no dictation nope. See diktate history list.\n"


def test_an_export_goes_to_standard_output_or_a_private_file(
    command: Command, filled: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out.csv"

    assert command("history export --format json") == 0
    assert len(json.loads(capsys.readouterr().out)["dictations"]) == 4
    assert command(f"history export --format csv --out {out}") == 0
    assert len(list(csv.DictReader(io.StringIO(out.read_text())))) == 4
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_an_export_that_cant_be_written_is_said(
    command: Command, filled: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(f"history export --format csv --out {tmp_path}/none/out.csv") == 1
    assert "could not be written" in capsys.readouterr().err


@pytest.mark.parametrize(
    "line", ["history", "history list --limit 0", "history list --limit x", "history show", "history export --format x"]
)
def test_wrong_usage_is_2(command: Command, line: str) -> None:
    assert command(line) == 2
