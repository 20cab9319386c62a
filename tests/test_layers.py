"""The arrows point down, and starting stays cheap: what must not be imported is not."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEAVY = ("PySide6", "numpy", "faster_whisper", "ctranslate2", "onnxruntime", "sounddevice", "requests", "av", "keyring")


def loaded_after(code: str) -> set[str]:
    """Give the top-level modules that a fresh interpreter holds after running the code."""
    command = [sys.executable, "-c", f"{code}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"]
    return set(subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split())


def test_the_command_line_imports_nothing_heavy() -> None:
    assert not loaded_after("from diktate.cli.parser import parser; parser()") & set(HEAVY)


@pytest.mark.parametrize(
    "module",
    [
        "session",
        "pipeline",
        "draft",
        "toolbox",
        "doctor",
        "speech.host",
        "history",
        "instance",
        "hotkeys",
        "insert",
        "text",
    ],
)
def test_the_core_knows_no_qt_and_no_engine(module: str) -> None:
    engines = {"PySide6", "numpy", "faster_whisper", "ctranslate2", "onnxruntime"}

    assert not loaded_after(f"import diktate.{module}") & engines


def test_the_app_itself_imports_no_engine_and_no_sound_library() -> None:
    loaded = loaded_after("import diktate.ui.app")

    assert "PySide6" in loaded
    assert not loaded & (set(HEAVY) - {"PySide6"})


def test_listing_engines_costs_nothing() -> None:
    assert not loaded_after("import diktate.stt; print(diktate.stt.BACKENDS, file=open('/dev/null', 'w'))") & set(HEAVY)
