"""`diktate doctor`: every part checked, with the fact seen and the remedy."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

MARKS = {"ok": "ok     ", "warning": "warning", "broken": "broken "}


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command of this file."""
    command = commands.add_parser("doctor", help="check every part", description="Check every part.")
    command.add_argument("--json", action="store_true", help="one JSON object")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Check and print; 1 if something is broken."""
    from diktate import doctor
    from diktate.paths import Paths

    found = []
    for check in doctor.checks(Paths.of_user()):
        found.append(check)
        if not args.json:
            print(f"{MARKS[check.verdict]}  {check.title}: {check.fact}")
            if check.fix and check.verdict != "ok":
                print(f"         {check.fix}")
    if args.json:
        print(json.dumps({"checks": [asdict(check) for check in found]}, ensure_ascii=False))
    return 1 if any(check.verdict == "broken" for check in found) else 0
