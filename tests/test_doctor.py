"""Each part is judged by what is there, without an app and without a screen."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from diktate.doctor import Check, checks
from diktate.paths import Paths
from tests.clips import MODEL


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "c", tmp_path / "d", tmp_path / "s", tmp_path / "l", tmp_path / "r")


def found(paths: Paths, **environ: str) -> dict[str, Check]:
    return {check.id: check for check in checks(paths, environ)}


def test_every_part_is_judged_and_what_is_not_well_has_a_remedy(paths: Paths) -> None:
    judged = found(paths)

    assert set(judged) == {
        *("settings", "app", "microphone", "model", "engine"),
        *("hotkey", "paste", "keyring", "disk"),
    }
    for check in judged.values():
        assert check.title
        assert check.fact
        assert check.fix or check.verdict == "ok", check


def test_no_model_is_broken_and_says_how_to_get_one(paths: Paths) -> None:
    check = found(paths)["model"]

    assert check.verdict == "broken"
    assert "diktate models get" in check.fix


def test_a_good_model_is_fine(paths: Paths) -> None:
    assert found(paths, DIKTATE_STT_MODEL=str(MODEL))["model"].verdict == "ok"


def test_a_half_copied_model_is_broken(paths: Paths, tmp_path: Path) -> None:
    folder = tmp_path / "half"
    folder.mkdir()
    for file in MODEL.iterdir():
        content = file.read_bytes()
        (folder / file.name).write_bytes(content[: len(content) // 2] if file.name == "model.bin" else content)

    assert found(paths, DIKTATE_STT_MODEL=str(folder))["model"].verdict == "broken"


def test_a_bad_settings_file_is_a_warning_with_its_reason(paths: Paths) -> None:
    paths.config.mkdir()
    paths.settings_file.write_text("{")

    assert found(paths)["settings"].verdict == "warning"


def test_on_wayland_it_says_how_to_bind_a_key_and_that_pasting_is_by_hand(paths: Paths) -> None:
    judged = found(paths, WAYLAND_DISPLAY="wayland-0")

    assert "diktate toggle" in judged["hotkey"].fix
    assert judged["paste"].verdict == "warning"


def test_the_command_prints_one_json_object_and_fails_if_something_is_broken(tmp_path: Path) -> None:
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "XDG_RUNTIME_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "diktate", "doctor", "--json"]

    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)

    assert done.returncode == 1
    assert {check["verdict"] for check in json.loads(done.stdout)["checks"]} <= {"ok", "warning", "broken"}
