"""Commands for the running app: start, stop, toggle, cancel, mode, show, quit, status."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from diktate import instance, modes
from diktate.errors import InstanceError
from diktate.paths import Paths

ORDERS = {
    "start": "begin to listen",
    "stop": "stop listening and write the words",
    "toggle": "begin to listen, or stop and write the words",
}
WINDOWS = ("panel", "history", "settings", "help")


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of this file."""
    for order, words in ORDERS.items():
        command = commands.add_parser(order, help=words, description=f"Ask the running diktate to {words}.")
        command.add_argument("--mode", metavar="ID", choices=[mode.id for mode in modes.MODES], help="the mode to use")
        command.set_defaults(run=lambda args, order=order: _ask("order", {"order": order, "mode": args.mode}))
    simple = commands.add_parser("cancel", help="take the dictation back; nothing is written")
    simple.set_defaults(run=lambda _args: _ask("cancel", {}))
    mode = commands.add_parser("mode", help="switch the mode of the main key")
    mode.add_argument("id", choices=[each.id for each in modes.MODES])
    mode.set_defaults(run=lambda args: _ask("config", {"key": "mode", "value": args.id}))
    show = commands.add_parser("show", help="bring up a window of the running app")
    show.add_argument("what", choices=WINDOWS)
    show.set_defaults(run=lambda args: _ask("show", {"what": args.what}))
    leave = commands.add_parser("quit", help="end the running app")
    leave.set_defaults(run=lambda _args: _ask("quit", {}))
    _add_status(commands)


def _add_status(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    status = commands.add_parser("status", help="what the running app is doing")
    status.add_argument("--json", action="store_true", help="one JSON object")
    status.add_argument("--follow", action="store_true", help="one JSON object a line on every change")
    status.set_defaults(run=_status)


def _status(args: argparse.Namespace) -> int:
    folder = Paths.of_user().runtime
    if args.follow:
        for state in instance.follow(folder):
            print(json.dumps(state, ensure_ascii=False), flush=True)
        return 0
    reply = _reply("status", {})
    if args.json:
        print(json.dumps(reply, ensure_ascii=False))
    else:
        print(_in_words(reply))
    return 0


def _ask(command: str, arguments: Mapping[str, Any]) -> int:
    _reply(command, arguments)
    return 0


def _reply(command: str, arguments: Mapping[str, Any]) -> Mapping[str, Any]:
    reply = instance.ask(Paths.of_user().runtime, command, arguments)
    if not reply.ok:
        raise InstanceError("{said}", "{advice}", said=reply.body.get("what"), advice=reply.body.get("fix", ""))
    body: Mapping[str, Any] = reply.body
    return body


def _in_words(status: Mapping[str, Any]) -> str:
    lines = [f"{status['state']} · {status['mode']}"]
    if stt := status.get("stt"):
        loaded = "loaded" if stt["loaded"] else "not loaded"
        lines.append(f"speech: {stt['model']} on {stt['device']}, {stt['compute_type']}, {loaded}")
    if error := status.get("error"):
        lines.append(f"{error['what']} {error['fix']}".strip())
    if last := status.get("last"):
        lines.append(
            f"last: {last['audio_s']} s of speech, written {last['after_release_ms']} ms after the key went up"
        )
    return "\n".join(lines)
