"""`diktate models` as a script meets it."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from diktate.cli import models
from tests.fakes.hub import MINI

MAIN = """
import argparse, sys
from diktate.cli import models
parser = argparse.ArgumentParser(prog="diktate")
models.add(parser.add_subparsers())
args = parser.parse_args()
sys.exit(args.run(args))
"""


class Run:
    """Runs the command in a process of its own, with a home of its own."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def _own(self) -> dict[str, str]:
        return {"HOME": str(self.home), "XDG_DATA_HOME": str(self.home / "data"), "XDG_RUNTIME_DIR": str(self.home)}

    def __call__(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", MAIN, "models", *words],
            env={**os.environ, **self._own(), **env},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path)


def test_list_shows_every_known_model_and_what_is_installed(run: Run) -> None:
    assert run("get", "mine", "--from", str(MINI)).returncode == 0

    listed = json.loads(run("list", "--json").stdout)

    rows = {row["id"]: row for row in listed["models"]}
    assert rows["mine"]["installed"]
    assert not rows["small"]["installed"]
    assert rows["small"]["disk_mb"] == 486
    assert rows["tiny"]["fits_ram"]
    assert listed["machine"]["ram_mb"] > 0
    assert len({tuple(row) for row in rows.values()}) == 1
    plain = run("list").stdout
    assert "* mine" in plain
    assert "  large-v3 " in plain


def test_get_from_files_then_check_then_remove(run: Run) -> None:
    got = run("get", "mine", "--from", str(MINI))
    assert got.stdout.splitlines()[-1].startswith("mine is installed in ")
    assert got.stdout.splitlines()[-2].startswith("100 %")
    assert len(got.stdout.splitlines()) < 25

    assert run("check", "mine").stdout == "mine is complete; 6 files are as they were installed.\n"
    assert json.loads(run("remove", "mine", "--json").stdout) == {"ok": True, "id": "mine", "freed_mb": 2}
    assert run("remove", "mine").returncode == 1


def test_json_prints_one_object_and_nothing_else(run: Run) -> None:
    got = run("get", "mine", "--from", str(MINI), "--json")

    assert json.loads(got.stdout)["id"] == "mine"
    assert len(got.stdout.splitlines()) == 1


def test_the_window_gets_progress_as_lines_and_the_result_last(run: Run) -> None:
    lines = [
        json.loads(line) for line in run("get", "m", "--from", str(MINI), "--progress", "json").stdout.splitlines()
    ]

    assert all(set(line) == {"done_bytes", "total_bytes", "file"} for line in lines[:-1])
    assert lines[-2]["done_bytes"] == lines[-2]["total_bytes"]
    assert lines[-1]["ok"]


def test_a_failure_is_two_sentences_and_exit_1(run: Run) -> None:
    failed = run("get", "smal")

    assert failed.returncode == 1
    assert failed.stderr == "There is no speech model called smal. Did you mean small?\n"
    assert failed.stdout == ""
    error = json.loads(run("get", "smal", "--json").stdout)["error"]
    assert error == {
        "kind": "model",
        "what": "There is no speech model called smal.",
        "fix": "Did you mean small?",
    }


def test_no_network_is_two_sentences(run: Run) -> None:
    failed = run("get", "tiny", HF_ENDPOINT="http://127.0.0.1:9")

    assert failed.returncode == 1
    assert failed.stderr.startswith("http://127.0.0.1:9 can't be reached. Check the network")
    assert "Traceback" not in failed.stderr


def test_a_folder_of_ones_own_can_be_checked(run: Run) -> None:
    assert run("check", str(MINI)).stdout.endswith("so no hashes are known.\n")


@pytest.mark.parametrize("words", [(), ("get",), ("shout",), ("list", "--loud")])
def test_wrong_usage_is_exit_2(words: tuple[str, ...], run: Run) -> None:
    assert run(*words).returncode == 2


def test_registering_the_command_imports_nothing_heavy() -> None:
    heavy = "requests", "numpy", "huggingface_hub", "faster_whisper", "platformdirs", "diktate.stt"
    code = f"import sys, diktate.cli.models as m; print([n for n in {heavy!r} if n in sys.modules])"

    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)

    assert out.stdout == "[]\n"


def test_help_is_made_in_an_instant() -> None:
    parser = argparse.ArgumentParser()
    started = time.perf_counter()

    models.add(parser.add_subparsers())

    assert "models" in parser.format_help()
    assert time.perf_counter() - started < 0.5
