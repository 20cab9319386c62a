"""The speech process as a child of the app: started, written to, read from, buried."""

from __future__ import annotations

import contextlib
import logging
import subprocess
import sys
import threading
from collections.abc import Callable

from diktate.speech import wire
from diktate.speech.hearing import Hearing

log = logging.getLogger(__name__)


class Process:
    """One running child and the threads that serve its pipes."""

    def __init__(self) -> None:
        self._child = subprocess.Popen(
            [sys.executable, "-m", "diktate.speech.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # Ctrl+C in a terminal is for the app, which then ends this process itself
        )
        self._write_lock = threading.Lock()

    @property
    def pid(self) -> int:
        return self._child.pid

    def listen(self, heard: Callable[[Process, wire.Message], None], died: Callable[[Process], None]) -> None:
        """Begin to read: each message to `heard`, the end to `died`; both are called on a thread of this process."""
        _thread(self._read, heard, died)
        _thread(self._keep_stderr)

    def send(self, message: wire.Message) -> bool:
        """Write one message; False if the child is gone. Waits while the pipe is full."""
        assert self._child.stdin is not None  # noqa: S101 - opened as a pipe
        try:
            with self._write_lock:
                wire.write(self._child.stdin, message)  # type: ignore[arg-type] # Popen gives a BufferedWriter
        except (OSError, ValueError):
            return False
        return True

    def feed(self, hearing: Hearing, languages: tuple[str, ...]) -> None:
        """Send one dictation from its first sample, on a thread of its own, until it ends or this process does."""
        _thread(self._pump, hearing, languages)

    def kill(self) -> None:
        """End it at once: nothing in it needs an orderly end, and a decode can't be asked to stop."""
        self._child.kill()

    def bury(self) -> int:
        """Wait for the end of a child that is dead or dying, close our side of its input, and give its exit status."""
        code = self._child.wait()
        assert self._child.stdin is not None  # noqa: S101 - opened as a pipe
        with self._write_lock, contextlib.suppress(OSError):
            self._child.stdin.close()
        return code

    def _pump(self, hearing: Hearing, languages: tuple[str, ...]) -> None:
        job = hearing.job
        if not self.send(wire.Begin(job.id, languages)):
            return
        for pcm in hearing.sound.blocks():
            if job.cancel.is_set() or not self.send(wire.Sound(job.id, pcm)):
                break
        self.send(wire.End(job.id, wanted=not job.cancel.is_set()))

    def _read(self, heard: Callable[[Process, wire.Message], None], died: Callable[[Process], None]) -> None:
        assert self._child.stdout is not None  # noqa: S101 - opened as a pipe
        try:
            with self._child.stdout as line:
                while (message := wire.read(line)) is not None:  # type: ignore[arg-type] # Popen gives a BufferedReader
                    heard(self, message)
        finally:  # also after a message that can't be read: such a process is of no use
            self._child.kill()
            died(self)

    def _keep_stderr(self) -> None:
        assert self._child.stderr is not None  # noqa: S101 - opened as a pipe
        with self._child.stderr as lines:
            for line in lines:
                log.info("speech process: %s", line.decode(errors="replace").rstrip()[:300])


def _thread(target: Callable[..., object], *args: object) -> None:
    threading.Thread(target=target, args=args, daemon=True).start()
