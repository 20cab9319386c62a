"""One dictation on its way through the speech process: its sound goes in, its pieces come out."""

from __future__ import annotations

import queue
from collections.abc import Iterator

from diktate.errors import DiktateError
from diktate.flow import Heard, Job, Piece, Sound

CHECK_S = 0.1
"""How soon a cancelled dictation is let go of."""


class Hearing:
    """The pieces of one dictation as they come; iterated by the thread that works on it."""

    def __init__(self, job: Job, sound: Sound) -> None:
        self.job, self.sound = job, sound
        self.inbox: queue.SimpleQueue[Piece | Heard | DiktateError] = queue.SimpleQueue()
        self.heard: Heard | None = None
        """Known once the iteration has ended."""
        # the two below belong to the host's thread
        self.crashes = 0
        self.load_ms: float | None = None

    def __iter__(self) -> Iterator[Piece]:
        """Yield the pieces in order; raises SpeechError, or Cancelled within CHECK_S of the cancel flag."""
        done_s = -1.0
        while True:
            self.job.check()
            try:
                item = self.inbox.get(timeout=CHECK_S)
            except queue.Empty:
                continue
            match item:
                case Piece() if item.start_s >= done_s:
                    done_s = item.end_s
                    yield item
                case Piece():
                    pass  # decoded once more after a crash
                case Heard():
                    self.heard = item
                    return
                case DiktateError():
                    raise item
