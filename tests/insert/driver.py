"""The app reduced to inserting, seen from outside, and programs at the desk that only these tests need."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from tests.desktop.desk import Desk
from tests.desktop.programs import ROOT, Process

PROGRAM = (sys.executable, "-m")


class Driver:
    """Takes orders and answers them; it outlives a test, so the desk does not know it."""

    def __init__(self, desk: Desk) -> None:
        self._child = subprocess.Popen(
            [*PROGRAM, "tests.insert.programs.driver"],
            env=desk.env,
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def insert(self, text: str, **order: object) -> dict[str, Any]:
        self.begin(text, **order)
        return self.end()

    def begin(self, text: str, **order: object) -> None:
        self._say({"text": text, **order})

    def end(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        assert line, "the driver died"
        reply: dict[str, Any] = json.loads(line)
        return reply

    def open_own_window(self) -> None:
        self._say({"open": True})
        self.end()

    def quit(self) -> int:
        """Let it end by itself and give its exit status; kill it if it does not."""
        with self._child as child:
            try:
                child.communicate(timeout=20)
            except subprocess.TimeoutExpired:
                child.kill()
        return child.returncode

    def _say(self, order: Mapping[str, object]) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(order) + "\n")
        self._child.stdin.flush()


def own(desk: Desk, formats: Mapping[str, bytes]) -> Process:
    """Have another Qt program hold the clipboard in several formats."""
    words: list[str] = []
    for number, (mime, content) in enumerate(formats.items()):
        file = desk.base / "tmp" / f"own-{number}"
        file.write_bytes(content)
        words += [mime, str(file)]
    owner = desk.spawn([*PROGRAM, "tests.insert.programs.owner", *words], "owner")
    mimes = {mime.encode() for mime in formats}
    desk.wait(lambda: mimes <= set(desk.clipboard("TARGETS").split()), "the clipboard to have its owner")
    return owner


def open_deaf_window(desk: Desk) -> None:
    """Give the focus to a window that ignores all keys."""
    desk.spawn([*PROGRAM, "tests.insert.programs.deaf", "deaf"], "deaf")
    desk.focus(desk.wait(lambda: desk.visible("^deaf$"), "the deaf window")[0])
