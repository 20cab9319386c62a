"""`diktate models`: list, get, remove and check the speech models of this machine."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from diktate.stt.fetch import Progress

DONE, FAILED = 0, 1
STEP_PERCENT = 5
"""Where nobody watches a terminal, a line each 5 %."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the group; the handler stands in `args.run`."""
    group = subparsers.add_parser("models", help="list, download, remove and check speech models")
    verbs = group.add_subparsers(dest="verb", metavar="list|get|remove|check", required=True)

    _verb(verbs, "list", _list, "what is installed, what can be had, and what fits this machine")
    get = _verb(verbs, "get", _get, "download a model, or install it from files")
    get.add_argument("id", metavar="ID")
    get.add_argument("--from", dest="source", type=Path, metavar="FILE|DIR", help="a folder or archive; no network")
    get.add_argument("--progress", choices=["auto", "json"], default="auto", help=argparse.SUPPRESS)
    remove = _verb(verbs, "remove", _remove, "delete an installed model")
    remove.add_argument("id", metavar="ID")
    check = _verb(verbs, "check", _check, "compare every file with what it must be (SHA-256)")
    check.add_argument("id", metavar="ID|DIR")


def run(args: argparse.Namespace) -> int:
    """Do what was asked; two sentences on standard error if it failed."""
    from diktate.errors import DiktateError

    try:
        result: dict[str, Any] = args.act(args)
    except DiktateError as error:
        print(error, file=sys.stderr)
        if args.json or getattr(args, "progress", "") == "json":
            print(json.dumps({"ok": False, "error": {"kind": error.kind, "what": error.what, "fix": error.fix}}))
        return FAILED
    except KeyboardInterrupt:
        print("\nStopped. Start it again when you like: it goes on from there.", file=sys.stderr)
        return FAILED
    if args.json or getattr(args, "progress", "") == "json":
        print(json.dumps({"ok": True, **result}))
    else:
        print(args.told(result))
    return DONE


def _verb(
    verbs: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    act: Callable[[argparse.Namespace], dict[str, Any]],
    about: str,
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=about, description=about)
    parser.add_argument("--json", action="store_true", help="one JSON object on standard output")
    parser.set_defaults(run=run, act=act, told=_TOLD[name])
    return parser


def _folder() -> Path:
    from diktate.paths import Paths

    return Paths.of_user().models


def _list(_args: argparse.Namespace) -> dict[str, Any]:
    from diktate.stt import places, room
    from diktate.stt.models import MODELS

    folder = _folder()
    there = {one.id: one for one in places.installed(folder)}
    ram, free = room.ram_mb(), room.free_bytes(folder)
    rows = [
        {
            "id": model.id,
            "title": model.title,
            "installed": model.id in there,
            "disk_mb": model.size_mb,
            "ram_mb": model.ram_mb,
            "vram_mb": model.vram_mb,
            "languages": model.languages,
            "licence": model.licence,
            "fits_ram": room.fits_ram(model, ram),
            "fits_disk": model.id in there or room.fits_disk(model, free),
            "folder": str(there[model.id].folder) if model.id in there else None,
        }
        for model in MODELS
    ]
    own = [
        {"id": one.id, "title": one.title, "installed": True, "disk_mb": one.size_bytes // 1_000_000}
        | {"ram_mb": None, "vram_mb": None, "languages": None, "licence": None, "fits_ram": None, "fits_disk": True}
        | {"folder": str(one.folder)}
        for one in there.values()
        if one.model is None
    ]
    return {"folder": str(folder), "machine": {"ram_mb": ram, "free_mb": free // 1_000_000}, "models": rows + own}


def _get(args: argparse.Namespace) -> dict[str, Any]:
    teller = _Teller(args)
    if args.source is not None:
        from diktate.stt.install import install

        folder = install(args.id, args.source, _folder(), teller.tell)
    else:
        from diktate.stt.fetch import fetch
        from diktate.stt.models import find

        folder = fetch(find(args.id), _folder(), teller.tell, lambda: False)
    teller.end()
    return {"id": args.id, "folder": str(folder)}


def _remove(args: argparse.Namespace) -> dict[str, Any]:
    from diktate.stt import places

    return {"id": args.id, "freed_mb": places.remove(args.id, _folder()) // 1_000_000}


def _check(args: argparse.Namespace) -> dict[str, Any]:
    from diktate.stt import places

    return {"id": args.id, "compared": list(places.verify(args.id, _folder()))}


class _Teller:
    """Shows progress: a line that is written over, lines, JSON lines, or nothing."""

    def __init__(self, args: argparse.Namespace) -> None:
        self._json_lines = args.progress == "json"
        self._shown = sys.stderr if args.json else sys.stdout
        self._line = self._shown.isatty()
        self._percent = -1

    def tell(self, progress: Progress) -> None:
        percent = 100 * progress.done_bytes // max(progress.total_bytes, 1)
        step = 1 if self._line or self._json_lines else STEP_PERCENT
        if percent // step == self._percent // step:
            return
        self._percent = percent
        if self._json_lines:
            row = {"done_bytes": progress.done_bytes, "total_bytes": progress.total_bytes, "file": progress.file}
            print(json.dumps(row), flush=True)
            return
        text = f"{percent:3d} %  {progress.done_bytes / 1e6:.0f} of {progress.total_bytes / 1e6:.0f} MB"
        print(f"\r{text}" if self._line else text, end="" if self._line else "\n", file=self._shown, flush=True)

    def end(self) -> None:
        if self._line and self._percent >= 0 and not self._json_lines:
            print(file=self._shown)


def _told_list(result: dict[str, Any]) -> str:
    machine = result["machine"]
    lines = [f"{'':2}{'id':<17}{'disk':>8}{'memory':>9}  languages"]
    for row in result["models"]:
        mark = "*" if row["installed"] else ""
        memory = "" if row["ram_mb"] is None else f"{row['ram_mb']} MB"
        line = f"{mark:2}{row['id']:<17}{row['disk_mb']:>5} MB{memory:>9}  {row['languages'] or '':<10}{_fits(row)}"
        lines.append(line.rstrip())
    ram = f"{machine['ram_mb']} MB of memory, " if machine["ram_mb"] else ""
    return "\n".join([*lines, "", f"* installed. This machine: {ram}{machine['free_mb']} MB free on the disk."])


def _fits(row: dict[str, Any]) -> str:
    short = [name for name, fits in (("memory", row["fits_ram"]), ("disk", row["fits_disk"])) if fits is False]
    return f"too little {' and '.join(short)} here" if short else ""


_TOLD: dict[str, Callable[[dict[str, Any]], str]] = {
    "list": _told_list,
    "get": lambda result: f"{result['id']} is installed in {result['folder']}.",
    "remove": lambda result: f"{result['id']} is removed, {result['freed_mb']} MB are free again.",
    "check": lambda result: (
        f"{result['id']} is complete; {len(result['compared'])} files are as they were installed."
        if result["compared"]
        else f"{result['id']} is complete; it was not installed by diktate, so no hashes are known."
    ),
}
