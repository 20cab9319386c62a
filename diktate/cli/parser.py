"""The command line as a whole: the table of commands, and what their errors look like.

Only the command that was asked for is imported beyond the standard library, so that every `--help` is instant.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Protocol

from diktate import __version__
from diktate.errors import DiktateError
from diktate.instance import NotRunning

COMMANDS = ("control", "transcribe", "models", "config", "history", "doctor", "bench")
"""Modules of this package; each has `add(subparsers)`, and the commands it adds name their `run(args)`."""
DONE, FAILED, WRONG_USAGE, NOT_RUNNING = 0, 1, 2, 3


class Start(Protocol):
    """Starts the app; handed in, because nothing of the command line may lead to Qt."""

    def __call__(self, *, hidden: bool, debug: bool) -> int: ...


def run(arguments: Sequence[str], start: Start) -> int:
    """Do what the arguments say and give the exit status; without a command, start the app."""
    parsed = parser().parse_args(list(arguments))
    try:
        status: int = parsed.run(parsed) if parsed.run else start(hidden=parsed.hidden, debug=parsed.debug)
    except NotRunning as error:
        return failed(error, NOT_RUNNING)
    except DiktateError as error:
        return failed(error)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    return status


def failed(error: DiktateError, status: int = FAILED) -> int:
    """Write the two sentences and give the exit status."""
    print(error, file=sys.stderr)
    return status


def parser() -> argparse.ArgumentParser:
    """Put the commands together."""
    whole = argparse.ArgumentParser(
        prog="diktate",
        description="Dictation for the desktop: press a key, speak, let go, and the words stand in your window.",
        epilog="Without a command the app starts; if it runs already, its panel is shown.",
    )
    whole.add_argument("--version", action="version", version=f"diktate {__version__}")
    whole.add_argument("--hidden", action="store_true", help="start without showing a window (for autostart)")
    whole.add_argument("--debug", action="store_true", help="write more to the log; never what you say")
    whole.set_defaults(run=None)
    commands = whole.add_subparsers(title="commands", metavar="COMMAND")
    for name in COMMANDS:
        importlib.import_module(f"diktate.cli.{name}").add(commands)
    return whole
