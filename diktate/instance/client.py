"""A command's end: ask the running app, or follow what it does."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from multiprocessing.connection import Connection, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from diktate.errors import InstanceError
from diktate.instance.line import BROKEN, Line, reach
from diktate.instance.messages import FOLLOW, NOTHING, Reply, Request, packed
from diktate.instance.place import check_owner, key_file
from diktate.words import N_

CONNECT_S = 5.0


class NotRunning(InstanceError):  # noqa: N818 - reads as what it says: no app to talk to, which may be fine
    """There is no app to talk to."""


def ask(folder: Path, command: str, arguments: Mapping[str, Any] = NOTHING, timeout_s: float = 5) -> Reply:
    """Have the running app do something. NotRunning if there is none, InstanceError if it does not answer in time."""
    with _talk(folder, Request(command, arguments), timeout_s) as line:
        reply = json.loads(line.recv_bytes())
        return Reply(ok=reply["ok"], body=reply["body"])


def follow(folder: Path) -> Generator[Mapping[str, Any], None, None]:
    """Yield the app's state now and on every change, until the app ends. A slow reader misses states, never the newest.

    NotRunning if there is no app.
    """
    with _talk(folder, Request(FOLLOW), CONNECT_S) as line:
        while True:
            try:
                message = line.wait_for_bytes()
            except (EOFError, ConnectionError):
                return
            yield json.loads(message)


@contextmanager
def _talk(folder: Path, request: Request, timeout_s: float) -> Iterator[Line]:
    message = packed({"command": request.command, "arguments": dict(request.arguments)})
    try:
        connection, key = _reach(folder, timeout_s)
    except (FileNotFoundError, ConnectionRefusedError) as error:
        raise NotRunning(N_("diktate is not running."), N_("Start it first, with diktate.")) from error
    except OSError as error:
        raise _no_answer() from error
    try:
        with connection:
            line = Line(connection, timeout_s)
            answer_challenge(line.connection, key)
            deliver_challenge(line.connection, key)
            line.send_bytes(message)
            yield line
    except (*BROKEN, KeyError, TypeError) as error:
        raise _no_answer() from error


def _no_answer() -> InstanceError:
    return InstanceError(N_("diktate is running but does not answer."), N_("Try again, or quit it and start it anew."))


def _reach(folder: Path, timeout_s: float) -> tuple[Connection, bytes]:
    """Connect, then read the key: a starting app writes its key before it can be reached."""
    check_owner(folder)
    if sys.platform == "win32":
        key = key_file(folder).read_bytes()
        return reach(folder, key, timeout_s), key
    else:  # noqa: RET505 - mypy reads the branches of a platform only so
        connection = reach(folder, b"", timeout_s)
        return connection, key_file(folder).read_bytes()
