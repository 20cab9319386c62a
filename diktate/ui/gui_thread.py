"""Has things done in the GUI thread for another thread, which may wait for them; the GUI thread never waits."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from PySide6.QtCore import QObject, Signal, Slot

ANSWER_LIMIT_S = 2.0
_T = TypeVar("_T")


class GuiThread(QObject):
    """Carries out orders in the thread it was made in."""

    _ordered = Signal(object, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ordered.connect(self._on_ordered)

    def order(self, deed: Callable[[], _T]) -> Future[_T]:
        """Have something done soon; at once if this is the thread."""
        done: Future[_T] = Future()
        self._ordered.emit(deed, done)
        return done

    def answer(self, deed: Callable[[], _T], limit_s: float = ANSWER_LIMIT_S) -> _T:
        """Have something done and wait for it; TimeoutError if it was not begun in time, and then it never will be."""
        done = self.order(deed)
        try:
            return done.result(limit_s)
        except TimeoutError:
            if done.cancel():
                raise
            return done.result(limit_s)

    @Slot(object, object)
    def _on_ordered(self, deed: Callable[[], object], done: Future[object]) -> None:
        if not done.set_running_or_notify_cancel():
            return
        try:
            done.set_result(deed())
        except Exception as trouble:  # noqa: BLE001 - the edge between threads: it is raised again where it is waited for
            done.set_exception(trouble)
