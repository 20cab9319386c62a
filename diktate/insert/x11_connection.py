"""A connection to the X server, opened when first needed and again after it broke."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from Xlib import error
from Xlib.display import Display

from diktate.errors import InsertError
from diktate.words import N_

log = logging.getLogger(__name__)


class Connection:
    """One X client of its own, beside Qt's; for one thread.

    It stays open: opening takes 4-17 ms here, a question to the open one 0.1 ms.
    """

    def __init__(self) -> None:
        self._display: Display | None = None

    @contextmanager
    def use(self) -> Iterator[Display]:
        """Lend the display; what goes wrong with it becomes an InsertError, and the next use opens a new one."""
        try:
            if self._display is None:
                self._display = _open()
            yield self._display
        except (error.DisplayError, error.ConnectionClosedError, error.XError, OSError) as trouble:
            self.close()
            raise InsertError(
                N_("The X server can't be reached or refused ({reason})."),
                N_("The text is on the clipboard: paste it with Ctrl+V."),
                reason=type(trouble).__name__,
            ) from trouble

    def close(self) -> None:
        """Close what is open; safe at any time."""
        display, self._display = self._display, None
        if display is not None:
            with suppress(error.ConnectionClosedError, OSError):
                display.close()


def _open() -> Display:
    display = Display()
    # The default prints on standard error; a window that is closed while it is looked at is no news.
    display.set_error_handler(lambda trouble, _request: log.debug("X error: %s", type(trouble).__name__))
    return display
