"""What goes into the wheel, and that it stands alone."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path
from subprocess import PIPE

import pytest

from tests.clips import MODEL, clips, wrong_words

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=120)
    [built] = out.glob("*.whl")
    return built


def test_help_and_icons_are_in_the_wheel_and_tests_are_not(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()

    assert "diktate/resources/help/getting-started.md" in names
    assert any(name.startswith("diktate/resources/icons/") for name in names)
    assert not any(name.startswith("tests/") for name in names)


def test_the_unpacked_wheel_runs_and_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = "import diktate.paths as p; print(p.__file__); print(p.resources())"

    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)

    file, resources = done.stdout.split()
    assert Path(file).is_relative_to(tmp_path)
    assert Path(resources) == tmp_path / "diktate" / "resources"


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_wheel_installed_into_a_clean_environment_hears_a_clip(wheel: Path, tmp_path: Path) -> None:
    """As a user would: the pinned dependencies, the wheel, nothing of the checkout."""
    subprocess.run([sys.executable, "-m", "venv", str(tmp_path / "venv")], check=True, timeout=120)
    python = str(tmp_path / "venv" / "bin" / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    pins = ROOT / "installer" / "requirements.txt"
    subprocess.run([*pip, "--require-hashes", "-r", str(pins)], check=True, timeout=600, cwd=tmp_path, stderr=PIPE)
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, timeout=120, cwd=tmp_path, stderr=PIPE)
    [clip] = [each for each in clips("sentence") if each.text.startswith("david")]
    command = [str(tmp_path / "venv" / "bin" / "diktate"), "transcribe", "--model", str(MODEL), str(clip.path)]

    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120)

    assert done.returncode == 0, done.stderr
    assert wrong_words(clip.text, done.stdout) == 0
