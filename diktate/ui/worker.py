"""The one worker QThread: dictations, one after another, in the order they were spoken."""

from __future__ import annotations

import logging
import queue
from collections.abc import Callable

from PySide6.QtCore import QThread, Signal

from diktate import pipeline
from diktate.errors import Cancelled, DiktateError
from diktate.events import Failed, Finished
from diktate.flow import Job, Sound
from diktate.words import N_

log = logging.getLogger(__name__)


class Worker(QThread):
    """Runs `pipeline.run` for each job it is given; connect its signal to methods of QObjects only."""

    happened = Signal(object)
    """A Reached, Finished or Failed."""
    written = Signal(object)
    """The Dictation of a job that has ended well."""
    discarded = Signal(object, bool)
    """A Job without words, and whether the user took it back."""

    def __init__(self, tools: Callable[[], pipeline.Tools]) -> None:
        super().__init__()
        self._tools = tools
        self._jobs: queue.SimpleQueue[tuple[Job, Sound] | None] = queue.SimpleQueue()

    def take(self, job: Job, sound: Sound) -> None:
        """Queue a job; its sound may still be growing."""
        self._jobs.put((job, sound))

    def leave(self) -> None:
        """End the thread after the jobs it has."""
        self._jobs.put(None)

    def run(self) -> None:
        while (next_ := self._jobs.get()) is not None:
            self._work(*next_)

    def _work(self, job: Job, sound: Sound) -> None:
        try:
            outcome = pipeline.run(job, sound, self._tools(), self.happened.emit)
        except Cancelled:
            self.discarded.emit(job, True)
            self.happened.emit(Finished(job.id, None))
        except DiktateError as error:
            log.info("dictation failed: %s", error.kind)
            self.happened.emit(Failed(job.id, error))
        except Exception:
            log.exception("dictation failed")
            unforeseen = DiktateError(
                N_("Something went wrong inside diktate; the recording is kept."),
                N_("Please report it: the log in Help says where it happened."),
            )
            self.happened.emit(Failed(job.id, unforeseen))
        else:
            self._tell(job, outcome)

    def _tell(self, job: Job, outcome: pipeline.Outcome) -> None:
        if outcome.dictation is None:
            self.discarded.emit(job, False)
            self.happened.emit(Finished(job.id, None, N_("Nothing was said.")))
            return
        self.written.emit(outcome.dictation)
        self.happened.emit(Finished(job.id, outcome.dictation.receipt, _note(outcome), outcome.trouble))


def _note(outcome: pipeline.Outcome) -> str:
    """Say what the user should know although the words are there; "" if all is as it should be."""
    if outcome.trouble:
        return str(outcome.trouble)
    insertion = outcome.insertion
    if insertion is None or insertion.confirmed:
        return ""
    if insertion.method == "clipboard":
        return N_("The words are on your clipboard.")
    if insertion.on_clipboard:
        return N_("Nobody read the words. They are on your clipboard.")
    return N_("Nobody read the words. They are in the history.")
