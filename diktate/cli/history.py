"""`diktate history`: past dictations, read straight from the database."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any, get_args

from diktate.errors import DiktateError, HistoryError
from diktate.history import Entry, Format, History, as_json
from diktate.paths import Paths
from diktate.words import N_

SHOWN = 60
"""Letters of a dictation shown on one line."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put `history` among the commands."""
    parser = subparsers.add_parser("history", help="past dictations")
    parser.set_defaults(run=run)
    orders = parser.add_subparsers(dest="order", required=True, metavar="ORDER")
    listing = orders.add_parser("list", help="the newest, one a line")
    listing.add_argument("--limit", type=_count, default=20, metavar="N", help="how many (default: 20)")
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    show = orders.add_parser("show", help="everything about one")
    show.add_argument("id", metavar="ID")
    show.add_argument("--json", action="store_true", help="print one JSON object")
    export = orders.add_parser("export", help="write all of them")
    export.add_argument("--format", choices=get_args(Format), required=True)
    export.add_argument("--out", type=Path, metavar="FILE", help="write there instead of standard output")


def run(args: argparse.Namespace, paths: Paths | None = None) -> int:
    """Carry it out and give the exit status."""
    history = History((paths or Paths.of_user()).history_file)
    try:
        match args.order:
            case "list":
                _list(history.newest(args.limit), as_object=args.json)
            case "show":
                _show(history.show(args.id), as_object=args.json)
            case _:
                _export(history, args.format, args.out)
    except DiktateError as error:
        print(error, file=sys.stderr)
        return 1
    finally:
        history.close()
    return 0


def _count(text: str) -> int:
    count = int(text)
    if count < 1:
        raise ValueError
    return count


def _list(entries: tuple[Entry, ...], *, as_object: bool) -> None:
    if as_object:
        _print_object({"dictations": [as_json(entry) for entry in entries]})
        return
    for entry in entries:
        print(_line(entry))


def _line(entry: Entry) -> str:
    receipt = entry.dictation.receipt
    words = " ".join((entry.dictation.text or entry.dictation.raw or "").split())
    short = words if len(words) <= SHOWN else words[: SHOWN - 1] + "…"
    state = "" if entry.delivered else f"[{receipt.error.what if receipt.error else 'not seen arriving'}]"
    return "  ".join(part for part in (receipt.id, receipt.started_at, receipt.mode, state, short) if part)


def _show(entry: Entry, *, as_object: bool) -> None:
    if as_object:
        _print_object(as_json(entry))
        return
    for name, value in _leaves(as_json(entry)):
        if value is not None:
            print(f"{name}: {value}")


def _leaves(values: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, value in values.items():
        found += _leaves(value, f"{prefix}{name}.") if isinstance(value, dict) else [(prefix + name, value)]
    return found


def _print_object(values: dict[str, Any]) -> None:
    print(json.dumps(values, ensure_ascii=False))


def _export(history: History, kind: Format, file: Path | None) -> None:
    if file is None:
        history.export(kind, sys.stdout)
        return
    try:
        # The words are as private there as in the database.
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            history.export(kind, out)
    except OSError as error:
        raise HistoryError(
            N_("{file} could not be written: {why}."),
            N_("Choose another place with --out."),
            file=file,
            why=error.strerror,
        ) from error
