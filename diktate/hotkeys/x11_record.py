"""Sees keys by the RECORD extension, for those that can't be grabbed: a modifier on its own. It swallows nothing."""

from __future__ import annotations

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    from Xlib.display import Display

log = logging.getLogger(__name__)

_EVENT_BYTES = 32

OnStroke: TypeAlias = Callable[[int, bool], None]
"""Takes a key code, and whether the key went down."""


class Record:
    """Two connections, as the extension asks for: one is given over to what is seen, the other says when to end."""

    def __init__(self, display: str, on_stroke: OnStroke, on_failed: Callable[[], None]) -> None:
        self._display, self._on_stroke, self._on_failed = display, on_stroke, on_failed
        self._current: _Recording | None = None

    def wanted(self, wanted: bool) -> None:  # noqa: FBT001 - reads as a sentence
        """Begin or end; called by one thread. `on_stroke` and `on_failed` are called on another."""
        if wanted and self._current is None:
            self._current = _Recording(self._on_stroke, self._on_failed)
            threading.Thread(
                target=self._current.run, args=(self._display,), name="hotkeys-record", daemon=True
            ).start()
        elif not wanted and self._current is not None:
            self._current.end()
            self._current = None


class _Recording:
    """One stretch of watching."""

    def __init__(self, on_stroke: OnStroke, on_failed: Callable[[], None]) -> None:
        self._on_stroke, self._on_failed = on_stroke, on_failed
        self._lock = threading.Lock()
        self._ended = False
        self._control: Display | None = None
        self._context = 0

    def run(self, name: str) -> None:
        try:
            self._watch(name)
        except Exception as error:  # noqa: BLE001 - the thread's edge: Xlib raises whatever the broken socket does
            if not self._ended:
                log.warning("keys can't be observed: %s", type(error).__name__)
                self._on_failed()
        finally:
            with self._lock, contextlib.suppress(Exception):  # the connection may be what broke
                if self._control is not None:
                    self._control.close()
                self._control = None

    def end(self) -> None:
        """Make `run` return; from another thread."""
        with self._lock, contextlib.suppress(Exception):  # a server that is gone has ended it as well
            self._ended = True
            if self._control is not None:
                # Not disable: that would be lost on a recording which is only about to be enabled.
                self._control.record_free_context(self._context)
                self._control.flush()

    def _watch(self, name: str) -> None:
        from Xlib.display import Display

        with contextlib.closing(Display(name)) as data:
            with self._lock:
                if self._ended:
                    return
                self._control = Display(name)
                self._context = _context(self._control)
                self._control.sync()
            data.record_enable_context(self._context, self._take)

    def _take(self, reply: Any) -> None:
        from Xlib import X
        from Xlib.ext import record

        if reply.category != record.FromServer or reply.client_swapped:
            return
        for start in range(0, len(reply.data) - _EVENT_BYTES + 1, _EVENT_BYTES):
            kind, code = reply.data[start] & 0x7F, reply.data[start + 1]
            if kind in {X.KeyPress, X.KeyRelease} and not self._ended:
                self._on_stroke(code, kind == X.KeyPress)


def _context(control: Display) -> int:
    from Xlib import X
    from Xlib.ext import record

    none = (0, 0)
    ranges = {
        "core_requests": none,
        "core_replies": none,
        "ext_requests": (0, 0, 0, 0),
        "ext_replies": (0, 0, 0, 0),
        "delivered_events": none,
        "device_events": (X.KeyPress, X.KeyRelease),
        "errors": none,
        "client_started": False,
        "client_died": False,
    }
    return int(control.record_create_context(0, [record.AllClients], [ranges]))
