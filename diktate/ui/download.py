"""A model download in a process of its own, so that the app stays small and a download can be ended at any moment."""

from __future__ import annotations

import json
import sys

from PySide6.QtCore import QObject, QProcess, Signal, Slot


class Download(QObject):
    """Runs `diktate models get` and says how it goes."""

    moved = Signal(int, int, str)
    """Bytes done, bytes in all, a sentence."""
    ended = Signal(bool, str)
    """Whether the model is there, and what went wrong if not."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._process = QProcess(self)
        self._process.readyReadStandardOutput.connect(self._on_output)
        self._process.finished.connect(self._on_finished)
        self._cancelled = False

    def begin(self, model: str) -> None:
        """Start fetching the model; what an earlier try left is used."""
        if self._process.state() == QProcess.ProcessState.NotRunning:
            self._cancelled = False
            self._process.start(sys.executable, ["-m", "diktate", "models", "get", model, "--progress", "json"])

    def cancel(self) -> None:
        """Stop; the part that has arrived stays for the next try."""
        self._cancelled = True
        self._process.terminate()

    @Slot()
    def _on_output(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode(errors="replace")
            try:
                news = json.loads(line)
            except ValueError:
                continue
            if "done_bytes" in news:
                self.moved.emit(int(news["done_bytes"]), int(news["total_bytes"]), self.tr("Downloading…"))

    @Slot(int, QProcess.ExitStatus)
    def _on_finished(self, code: int, _status: QProcess.ExitStatus) -> None:
        said = bytes(self._process.readAllStandardError().data()).decode(errors="replace").strip()
        self.ended.emit(code == 0, "" if self._cancelled else said)
