"""Every row of every table keeps its promises; a new row is tested before anyone writes a test for it."""

from __future__ import annotations

import dataclasses
import importlib.util

import pytest

from diktate import errors, modes, stt
from diktate.cli.parser import COMMANDS, parser
from diktate.events import Phase
from diktate.hotkeys.keys import parse
from diktate.modes import Mode
from diktate.settings.schema import Hotkeys, rows
from diktate.stt.backend import Backend
from diktate.ui.state import State
from diktate.ui.status import status


@pytest.mark.parametrize("mode", modes.MODES, ids=lambda mode: mode.id)
def test_every_mode_has_words_and_a_row_for_its_keys(mode: Mode) -> None:
    assert mode.title
    assert mode.note
    assert f"hotkeys.{mode.id}" in rows()
    assert modes.find(mode.id) is mode


def test_an_unknown_mode_costs_no_dictation() -> None:
    assert modes.find("nonsense") is modes.MODES[0]


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(Hotkeys) if field.name != "style"])
def test_every_default_key_can_be_read(name: str) -> None:
    for combination in getattr(Hotkeys(), name):
        if name != "cancel":  # Escape alone is watched only while listening
            parse(combination)


@pytest.mark.parametrize("backend", stt.BACKENDS, ids=lambda backend: backend.id)
def test_every_engine_says_what_it_needs(backend: Backend) -> None:
    assert backend.title
    assert all(importlib.util.find_spec(module) for module in backend.needs)
    assert stt.find(backend.id) is backend


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_answers_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        parser().parse_args(["status" if name == "control" else name, "--help"])

    assert left.value.code == 0
    assert "usage" in capsys.readouterr().out


@pytest.mark.parametrize("phase", Phase)
def test_every_phase_has_a_public_name_that_scripts_know(phase: Phase) -> None:
    known = {"starting", "ready", "listening", "transcribing", "rewriting", "inserting", "error"}

    assert status(State(phase=phase), [])["state"] in known


def test_every_error_says_what_and_what_to_do() -> None:
    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.DiktateError)]

    for kind in kinds:
        error = kind("The {thing} is gone.", "Bring it back, {name}.", thing="cat", name="Anna")
        assert str(error) == "The cat is gone. Bring it back, Anna."
    assert len({kind.kind for kind in kinds}) == len(kinds)
