"""What the local connection asks for, handed to the GUI thread and answered from there."""

from __future__ import annotations

import queue
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from diktate import modes
from diktate.errors import DiktateError
from diktate.instance import Reply, Request
from diktate.words import N_

ANSWER_S = 4.0


class Remote(QObject):
    """Turns requests into calls on the GUI thread; `answer` is called on a connection's own thread and waits there."""

    _asked = Signal(object)

    def __init__(self, status: Callable[[], dict[str, Any]], commands: dict[str, Callable[[Any], None]]) -> None:
        """`commands`: what each command calls with its arguments, on the GUI thread; a DiktateError is the answer."""
        super().__init__()
        self._status, self._commands = status, commands
        self._asked.connect(self._on_asked)

    def answer(self, request: Request) -> Reply:
        """Answer one request; refuses unknown commands and modes in words."""
        if request.command == "status":
            return Reply(ok=True, body=self._status())
        if request.command not in self._commands:
            return _refusal(N_("The running diktate does not know that command."), N_("Quit it and start it again."))
        mode = request.arguments.get("mode")
        if mode and not modes.known(str(mode)):
            return _refusal(N_("There is no such mode."), ", ".join(each.id for each in modes.MODES))
        answered: queue.SimpleQueue[Reply] = queue.SimpleQueue()
        self._asked.emit((request, answered))
        try:
            return answered.get(timeout=ANSWER_S)
        except queue.Empty:
            return _refusal(N_("The app is busy and did not answer."), N_("Try again in a moment."))

    @Slot(object)
    def _on_asked(self, asked: tuple[Request, queue.SimpleQueue[Reply]]) -> None:
        request, answered = asked
        try:
            self._commands[request.command](request.arguments)
        except DiktateError as error:
            answered.put(_refusal(error.what, error.fix))
        else:
            answered.put(Reply(ok=True, body={}))


def _refusal(what: str, fix: str) -> Reply:
    return Reply(ok=False, body={"what": what, "fix": fix})
