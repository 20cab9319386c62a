"""`python -m tests.desktop.bench start [ARGUMENTS]`: `diktate bench` inside a virtual desktop, with the test model."""

from __future__ import annotations

import subprocess
import sys

from tests.desktop.app import App
from tests.desktop.desk import Desk
from tests.desktop.programs import ROOT


def main(arguments: list[str]) -> int:
    with Desk(tray="xfce4", keyring=True) as desk:
        environment = {**desk.env, **App(desk).environment()}
        words = [sys.executable, "-m", "diktate", "bench", *arguments]
        return subprocess.run(words, env=environment, cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
