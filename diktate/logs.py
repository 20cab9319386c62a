"""Rotating log files without a word of the user's, and a report when the app has crashed.

Records go through a queue to a thread of their own, so that no caller, and least of all the GUI thread, ever waits for
a disk. Keys that slip into a message are masked; words and window titles never get into one in the first place.
"""

from __future__ import annotations

import faulthandler
import json
import logging
import logging.handlers
import os
import platform
import queue
import re
import sys
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from diktate import __version__
from diktate.paths import Paths, private

log = logging.getLogger(__name__)

FILE_BYTES, FILES = 1_000_000, 5
FOLDER = re.compile(r"(?<=File \").*[/\\](?=[^/\\\"]+\")")
"""The folders in faulthandler's lines: they name the user."""
SECRET = re.compile(r"(sk-|AIza|hf_|Bearer )[\w.\-]{6,}|(?<=key=)[^&\s]+")


class Redacted(logging.Formatter):
    """Masks what looks like a key, and writes exceptions as types and places, never with their values."""

    def format(self, record: logging.LogRecord) -> str:
        return SECRET.sub(r"\1***", super().format(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        kind, _value, trace = ei  # type: ignore[misc] # logging hands over sys.exc_info()
        return places(kind, trace)  # type: ignore[has-type]


class Report:
    """The file that a crash leaves, and the mark that says the app is running."""

    def __init__(self, paths: Paths) -> None:
        self._mark = paths.state / "running"
        self._file = paths.state / "crash.json"
        self._faults = paths.state / "fault.log"
        self._faults_open: TextIO | None = None

    def begin(self) -> str:
        """Say how the last run ended, as text to copy ("" if it ended well), and watch over this one."""
        private(self._mark.parent)
        last = self._last()
        for stale in (self._file, self._faults):
            stale.unlink(missing_ok=True)
        self._mark.write_text(_session(), encoding="utf-8")
        self._faults_open = self._faults.open("w", encoding="utf-8")  # kept open: a crashing process can't open files
        faulthandler.enable(self._faults_open)
        sys.excepthook = self._unhandled
        threading.excepthook = lambda args: self._unhandled(args.exc_type, args.exc_value, args.exc_traceback)
        return last

    def end(self) -> None:
        """Say that the app ended as it should."""
        faulthandler.disable()
        if self._faults_open:
            self._faults_open.close()
        for stale in (self._mark, self._file, self._faults):
            stale.unlink(missing_ok=True)

    def _last(self) -> str:
        if not self._mark.exists():
            return ""
        written = any(file.exists() and file.stat().st_size for file in (self._file, self._faults))
        if not written and self._mark.read_text(encoding="utf-8") != _session():
            return ""  # the session ended and took the app along: a logout or a shutdown, not a fault of ours
        parts = [f"diktate {__version__}, Python {platform.python_version()}, {platform.platform()}"]
        left = [file for file in (self._file, self._faults) if file.exists()]
        parts += [file.read_text(encoding="utf-8", errors="replace")[:20_000] for file in left]
        parts = [FOLDER.sub("", part) for part in parts]
        return SECRET.sub(r"\1***", "\n\n".join(parts))

    def _unhandled(self, kind: type[BaseException], _value: BaseException | None, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            return
        where = places(kind, trace)
        log.error("unhandled: %s", where)
        report = {"at": datetime.now(UTC).isoformat(timespec="seconds"), "version": __version__, "where": where}
        self._file.write_text(json.dumps(report, indent=1), encoding="utf-8")


def _session() -> str:
    """Name this login of this start of the machine, as far as the system tells."""
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        boot = ""
    return f"{boot} {os.environ.get('XDG_SESSION_ID', '')}"


def start(paths: Paths, *, debug: bool = False) -> Callable[[], None]:
    """Send all log records to the rotating file (0600); give back what to call at the end, which writes the rest."""
    logging.raiseExceptions = False  # a full disk is told where it costs something; a terminal gets no tracebacks of it
    file = private(paths.logs) / "diktate.log"
    os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600))
    handler = logging.handlers.RotatingFileHandler(file, maxBytes=FILE_BYTES, backupCount=FILES - 1, encoding="utf-8")
    handler.setFormatter(Redacted("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    records: queue.SimpleQueue[logging.LogRecord] = queue.SimpleQueue()
    listener = logging.handlers.QueueListener(records, handler)
    root = logging.getLogger()
    root.setLevel(logging.DEBUG if debug else logging.INFO)
    sender = _ToQueue(records)
    root.addHandler(sender)
    for chatty in ("faster_whisper", "urllib3", "huggingface_hub", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    listener.start()

    def stop() -> None:
        root.removeHandler(sender)
        listener.stop()
        handler.close()

    return stop


class _ToQueue(logging.handlers.QueueHandler):
    """Hands records over unformatted: the exception's place is written, not its value."""

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        if record.exc_info and record.exc_info[0]:
            record.msg = f"{record.getMessage()}\n{places(record.exc_info[0], record.exc_info[2])}"
            record.args = None
            record.exc_info = record.exc_text = None
        return record


def places(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """Give an exception as type and places; its message may hold what the user said, so it is left out."""
    name = f"{kind.__module__}.{kind.__qualname__}" if kind else "?"
    frames = [f"  {Path(f.filename).name}:{f.lineno} {f.name}" for f in traceback.extract_tb(trace)]
    return "\n".join([name, *frames])
