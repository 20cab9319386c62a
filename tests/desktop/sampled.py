"""The app with its GUI thread watched: `python -m tests.desktop.sampled FILE [--fault NAME] [ARGUMENTS OF DIKTATE]`.

A thread writes to FILE where the GUI thread stands, every 10 ms, and a timer in the GUI thread says that its event loop
is alive; the app itself runs unchanged. `waiting.py` reads and judges the file. Faults are planted by name.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import linecache
import os
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from tests.desktop.programs import ROOT

EVERY_S = 0.01
BEAT_MS = 20
FAULT_AFTER_MS = 1500
DEPTH = 10


class Sampler:
    """Writes samples and beats; its thread needs the interpreter lock for some 50 µs each time."""

    def __init__(self, file: Path) -> None:
        self._out = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._thread = threading.get_ident()
        task = f"/proc/self/task/{threading.get_native_id()}"
        self._wchan, self._schedule = (os.open(f"{task}/{name}", os.O_RDONLY) for name in ("wchan", "schedstat"))

    def run(self) -> None:
        while True:
            time.sleep(EVERY_S)
            # The kernel's word first: the lock is free while it is asked, so a thread that wants to run, runs.
            wait = os.pread(self._wchan, 64, 0).decode()
            frame = sys._current_frames().get(self._thread)
            now = time.monotonic()
            if frame is not None:
                row = {"wait": "" if wait == "0" else wait, "spot": spot(frame), "stack": list(stack(frame))}
                self._write({"t": now, **row, "starved_s": self.starved_s()})

    def beat(self) -> None:
        self._write({"t": time.monotonic(), "starved_s": self.starved_s()})

    def starved_s(self) -> float:
        return int(os.pread(self._schedule, 64, 0).split()[1]) / 1e9

    def _write(self, row: dict[str, Any]) -> None:
        os.write(self._out, (json.dumps(row) + "\n").encode())


def spot(frame: FrameType) -> str:
    """Name the exact place: every call on the stack and the instruction it is at."""
    return " ".join(f"{id(each.f_code):x}+{each.f_lasti}" for each in _frames(frame))


def stack(frame: FrameType) -> Iterator[str]:
    """Give the innermost places in words."""
    for each in _frames(frame):
        file = each.f_code.co_filename
        number = each.f_lineno or 0  # a frame that is just being entered has none
        line = linecache.getline(file, number).strip()
        yield f"{file.removeprefix(f'{ROOT}/')}:{number} {each.f_code.co_name}: {line}"


def _frames(frame: FrameType | None) -> Iterator[FrameType]:
    for _ in range(DEPTH):
        if frame is None or frame.f_code is main.__code__:
            return
        yield frame
        frame = frame.f_back


def tell_beats(sampler: Sampler, fault: Callable[[], None] | None) -> None:
    """Set a timer going in the GUI thread as soon as there is a QApplication; on a thread of its own."""
    while (core := sys.modules.get("PySide6.QtWidgets")) is None or getattr(core, "QMenu", None) is None:
        time.sleep(EVERY_S)
    from PySide6.QtCore import QCoreApplication, QMetaObject, QObject, Qt, QTimer, Slot

    class Heart(QObject):
        @Slot()
        def begin(self) -> None:
            self._timer = QTimer(self, interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
            self._timer.timeout.connect(self.beat)
            self._timer.start()
            if fault:
                QTimer.singleShot(FAULT_AFTER_MS, self, fault)

        @Slot()
        def beat(self) -> None:
            sampler.beat()

    while (app := QCoreApplication.instance()) is None:
        time.sleep(EVERY_S)
    heart = Heart()
    heart.moveToThread(app.thread())
    QMetaObject.invokeMethod(heart, "begin", Qt.ConnectionType.QueuedConnection)
    KEPT.append(heart)


KEPT: list[object] = []
"""Python must not collect what lives in the GUI thread."""


def sleep_in_a_slot() -> None:
    time.sleep(0.3)


def wait_for_a_socket() -> None:
    deaf, _other = socket.socketpair()
    deaf.settimeout(0.15)
    with contextlib.suppress(TimeoutError):
        deaf.recv(1)


def work_in_a_slot() -> None:
    until = time.thread_time() + 0.5
    while time.thread_time() < until:
        pass


FAULTS = {"sleep": sleep_in_a_slot, "socket": wait_for_a_socket, "busy": work_in_a_slot}


def main() -> None:
    parser = argparse.ArgumentParser(allow_abbrev=False)
    parser.add_argument("file", type=Path)
    parser.add_argument("--fault", choices=FAULTS)
    args, rest = parser.parse_known_args()
    sampler = Sampler(args.file)
    threading.Thread(target=sampler.run, name="sampler", daemon=True).start()
    beats = threading.Thread(target=tell_beats, args=(sampler, FAULTS.get(args.fault)), name="heart", daemon=True)
    beats.start()
    sys.argv = ["diktate", *rest]
    from diktate.__main__ import main as diktate

    diktate()


if __name__ == "__main__":
    main()
