"""What goes into the wheel, and that it stands alone."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

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
