"""The tray and the overlay in a process of their own, for tests on a real X server: `python -m tests.ui.desk_app`."""

from __future__ import annotations

import sys

from PySide6.QtWidgets import QApplication

from diktate.events import Phase
from diktate.ui import theme
from diktate.ui.overlay import Overlay
from diktate.ui.state import State
from diktate.ui.tray import HostWatch, Tray


def main() -> None:
    """Show both until killed; say each step on standard output."""
    app = QApplication([])
    app.setQuitOnLastWindowClosed(False)
    theme.apply(app)
    tray = Tray()
    tray.show()
    watch = HostWatch(tray)
    watch.appeared.connect(tray.rebuild)
    watch.appeared.connect(lambda: _say("appeared"))
    watch.start()
    overlay = Overlay(level=lambda: 0.5)
    overlay.show_state(State(phase=Phase.LISTENING))
    tray.show_state(State(phase=Phase.READY))
    app.processEvents()
    _say("ready")
    app.exec()


def _say(step: str) -> None:
    sys.stdout.write(f"{step}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
