"""The app reduced to inserting: a QApplication, a worker thread that takes orders as JSON lines and answers likewise.

Each answer also says for how long the GUI thread's event loop stood still at most meanwhile.
"""

import json
import sys
import threading
import time
from typing import Any

from PySide6.QtCore import QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QPlainTextEdit

from diktate.errors import Cancelled, InsertError
from diktate.flow import Flag
from diktate.insert import inserter
from diktate.insert.inserter import Inserter
from diktate.ui.clipboard import QtClipboard


class Heartbeat(QTimer):
    """Beats every 5 ms; `gap_ms` is the longest time between two beats."""

    def __init__(self) -> None:
        super().__init__(interval=5, timerType=Qt.TimerType.PreciseTimer)
        self.gap_ms, self._last = 0.0, time.monotonic()
        self.timeout.connect(self.on_beat)

    def on_beat(self) -> None:
        now = time.monotonic()
        self.gap_ms, self._last = max(self.gap_ms, (now - self._last) * 1000), now


class Conversation(QObject):
    """What the worker tells the GUI thread."""

    settle, window, over = Signal(), Signal(), Signal()


def answer(order: dict[str, Any], tool: Inserter, heart: Heartbeat, say: Conversation) -> dict[str, object]:
    cancel, slow = Flag(), Flag()
    if order.get("cancel"):
        cancel.set()
    if after_s := order.get("cancel_after_s"):
        threading.Timer(after_s, cancel.set).start()
    if after_s := order.get("settle_after_s"):
        threading.Timer(after_s, say.settle.emit).start()
    heart.gap_ms, began = 0.0, time.monotonic()
    try:
        done = tool.insert(
            order["text"],
            method=order.get("method", "auto"),
            then=order.get("then", "none"),
            cancel=cancel,
            on_slow=slow.set,
        )
    except Cancelled:
        return {"cancelled": True}
    except InsertError as error:
        return {"what": error.what, "fix": error.fix}
    return {
        "method": done.method,
        "app": done.app,
        "took_ms": done.took_ms,
        "confirmed": done.confirmed,
        "read_ms": done.read_ms,
        "gap_ms": heart.gap_ms,
        "slow_ms": None if slow.at is None else (slow.at - began) * 1000,
        "all_ms": (time.monotonic() - began) * 1000,
    }


def work(tool: Inserter, heart: Heartbeat, say: Conversation) -> None:
    for line in sys.stdin:
        order = json.loads(line)
        if order.get("open"):
            say.window.emit()
            reply: dict[str, object] = {}
        else:
            reply = answer(order, tool, heart, say)
        print(json.dumps(reply), flush=True)  # noqa: T201 - the answer
    say.over.emit()


def main() -> None:
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    clipboard, heart, say = QtClipboard(), Heartbeat(), Conversation()
    own = QPlainTextEdit()
    own.setWindowTitle("driver's own window")
    say.settle.connect(clipboard.settle)
    say.window.connect(own.show)
    say.over.connect(app.quit)
    heart.start()
    threading.Thread(target=work, args=(inserter(clipboard), heart, say), daemon=True).start()
    app.exec()


main()
