"""`diktate config`: the settings. A running app takes a change at once; without one the file is written."""

from __future__ import annotations

import argparse
import json
import sys
from typing import Any

from diktate.errors import DiktateError, SettingsError
from diktate.instance import NotRunning, ask
from diktate.paths import Paths
from diktate.settings.schema import Settings, Value, row, rows
from diktate.settings.store import Store


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Put `config` among the commands."""
    parser = subparsers.add_parser("config", help="the settings")
    parser.set_defaults(run=run)
    orders = parser.add_subparsers(dest="order", required=True, metavar="ORDER")
    orders.add_parser("path", help="where they are kept")
    listing = orders.add_parser("list", help="all of them")
    listing.add_argument("--json", action="store_true", help="print one JSON object")
    get = orders.add_parser("get", help="one of them")
    get.add_argument("key", metavar="KEY")
    get.add_argument("--json", action="store_true", help="print one JSON object")
    change = orders.add_parser("set", help="change one")
    change.add_argument("key", metavar="KEY")
    change.add_argument("value", metavar="VALUE")
    reset = orders.add_parser("reset", help="back to the default")
    reset.add_argument("key", metavar="KEY")


def run(args: argparse.Namespace, paths: Paths | None = None) -> int:
    """Carry it out and give the exit status: 2 for an unknown key or a bad value."""
    paths = paths or Paths.of_user()
    try:
        checked = _checked(args)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    try:
        match args.order:
            case "path":
                print(paths.settings_file)
            case "list":
                _list(_settings(paths), as_object=args.json)
            case "get":
                _get(args.key, _settings(paths).get(args.key), as_object=args.json)
            case _:
                return _change(paths, args.key, checked)
    except DiktateError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _checked(args: argparse.Namespace) -> Value:
    """Give the value that is to stand for the key; SettingsError if there is no such key or it can't be that."""
    match args.order:
        case "set":
            from diktate.toolbox import checked

            return checked(args.key, row(args.key).parse(args.value))
        case "reset" | "get":
            return row(args.key).default
        case _:
            return ""


def _settings(paths: Paths) -> Settings:
    loaded = Store(paths.settings_file).load()
    for problem in loaded.problems:
        print(problem, file=sys.stderr)
    return loaded.settings


def _list(settings: Settings, *, as_object: bool) -> None:
    values = {key: settings.get(key) for key in rows()}
    if as_object:
        _print_object(values)
        return
    for key, value in values.items():
        print(f"{key} = {_written(value)}")


def _get(key: str, value: Value, *, as_object: bool) -> None:
    if as_object:
        _print_object({"key": key, "value": value})
    else:
        print(_written(value))


def _change(paths: Paths, key: str, value: Value) -> int:
    try:
        reply = ask(paths.runtime, "config", {"key": key, "value": value})
    except NotRunning:
        Store(paths.settings_file).set(key, value)
        return 0
    if reply.ok:
        return 0
    print(reply.body.get("what", ""), reply.body.get("fix", ""), file=sys.stderr)
    return 1


def _written(value: Value) -> str:
    """Write a value as `set` reads it."""
    match value:
        case bool():
            return "on" if value else "off"
        case tuple():
            return ",".join(value)
        case _:
            return str(value)


def _print_object(values: dict[str, Any]) -> None:
    print(json.dumps(values, ensure_ascii=False))
