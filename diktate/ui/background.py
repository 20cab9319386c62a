"""Everything that may wait and is not a dictation: files, keyring, history, devices. One pool, results by signal."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from diktate.errors import DiktateError

log = logging.getLogger(__name__)

THREADS = 2


class Background(QObject):
    """Runs functions off the GUI thread and hands their results back on it."""

    _done = Signal(object, object)
    failed = Signal(object)
    """A DiktateError that a task raised."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(THREADS)
        self._done.connect(self._hand_over)

    def run(self, task: Callable[[], Any], then: Callable[[Any], None] | None = None) -> None:
        """Run `task` on the pool, then `then(result)` on the GUI thread; a DiktateError goes to `failed`."""
        self._pool.start(_Task(task, then, self))

    def close(self, wait_ms: int = 3000) -> None:
        """Forget what has not begun and wait for the rest."""
        self._pool.clear()
        self._pool.waitForDone(wait_ms)

    @Slot(object, object)
    def _hand_over(self, then: Callable[[Any], None], result: object) -> None:
        then(result)


class _Task(QRunnable):
    def __init__(self, task: Callable[[], Any], then: Callable[[Any], None] | None, owner: Background) -> None:
        super().__init__()
        self._task, self._then, self._owner = task, then, owner

    def run(self) -> None:
        try:
            result = self._task()
        except DiktateError as error:
            self._owner.failed.emit(error)
        except Exception:
            log.exception("background")
        else:
            if self._then:
                self._owner._done.emit(self._then, result)  # noqa: SLF001 - its own owner's signal
