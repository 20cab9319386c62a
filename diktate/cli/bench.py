"""`diktate bench`: the measurements behind every figure in the README."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diktate.bench.result import Result


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command of this file."""
    group = commands.add_parser("bench", help="measure this program on this machine")
    benches = group.add_subparsers(title="benches", metavar="BENCH", required=True)
    about = "how fast the app is there, and what it costs at rest"
    start = benches.add_parser("start", help=about, description=f"Measure {about}.")
    start.add_argument("--json", action="store_true", help="one JSON object")
    start.add_argument("--quick", action="store_true", help="fewer starts, a shorter rest")
    start.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Measure and print; 0 when it ran, whatever the verdicts say."""
    from diktate.bench import start

    result = start.run(start.QUICK if args.quick else start.FULL)
    print(json.dumps(result.as_json(), ensure_ascii=False) if args.json else in_words(result))
    return 0


def in_words(result: Result) -> str:
    """Give the result for people: every row, then the verdicts, then what is missing."""
    rows = [", ".join(_cell(name, value) for name, value in _told(row).items()) for row in result.rows]
    verdicts = [
        f"{'ok  ' if each.ok else 'over'}  {each.name}: {each.value:g} {each.unit} (limit {each.limit:g})"
        for each in result.verdicts
    ]
    return "\n".join([*rows, "", *verdicts, *result.missing])


def _told(row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in row.items() if value is not None and value is not False}


def _cell(name: str, value: object) -> str:
    if name == "program":
        return str(value)
    return name if value is True else f"{name} {value}"
