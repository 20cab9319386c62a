from __future__ import annotations

import subprocess
import sys

CALLS = """
from PySide6.QtCore import QObject
from diktate.ui.none import keep_none_alive

keep_none_alive()
thing = QObject()
for _ in range(100_000):
    thing.setObjectName("x")
print("alive")
"""


def test_none_survives_a_hundred_thousand_qt_calls() -> None:
    done = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, timeout=120, check=False)

    assert done.stdout == "alive\n", done.stderr
