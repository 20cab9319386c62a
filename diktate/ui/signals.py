"""Leaving in order on Ctrl+C, SIGTERM and SIGHUP.

Python sees a signal only while its own code runs, and Qt's loop is not that; so the signal writes to a socket pair and
Qt is woken by it.
"""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, QSocketNotifier


def on_signals(leave: Callable[[], None], parent: QObject) -> Callable[[], None]:
    """Call `leave` on the GUI thread when the process is asked to end; give back what to call once the loop is over."""
    posix = str(sys.platform) != "win32"
    return _woken_by_signals(leave, parent) if posix else lambda: None


def _woken_by_signals(leave: Callable[[], None], parent: QObject) -> Callable[[], None]:
    reader, writer = socket.socketpair()
    for side in (reader, writer):
        side.setblocking(False)
    signal.set_wakeup_fd(writer.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(reader.fileno(), QSocketNotifier.Type.Read, parent)
    notifier.activated.connect(leave)
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        signal.signal(signal.Signals[name], lambda _number, _frame: None)

    def over() -> None:
        notifier.setEnabled(False)
        signal.set_wakeup_fd(-1)
        reader.close()
        writer.close()

    return over
