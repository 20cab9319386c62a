"""A user's folders and a command line with one group of commands."""

from __future__ import annotations

import argparse
import shlex
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TypeAlias

import pytest

from diktate.paths import Paths

Command: TypeAlias = Callable[[str], int]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(*(tmp_path / name for name in ("config", "data", "state", "logs", "run")))


def command_line(module: ModuleType, paths: Paths) -> Command:
    """Give a function that runs a line of arguments and gives the exit status."""

    def run(line: str) -> int:
        parser = argparse.ArgumentParser(prog="diktate")
        module.add(parser.add_subparsers(required=True))
        try:
            args = parser.parse_args(shlex.split(line))
        except SystemExit as end:
            return int(str(end.code or 0))
        status: int = args.run(args, paths)
        return status

    return run
