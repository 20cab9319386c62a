"""Reads all that lies on an X11 clipboard, within a deadline that no hanging owner can stretch.

Qt would wait 5 s for each format of a stopped owner, in the GUI thread; here only the worker waits, and not for long.
The protocol is chapter 2 of the ICCCM: https://www.x.org/releases/current/doc/xorg-docs/icccm/icccm.html
"""

from __future__ import annotations

import logging
import select
import time
from array import array
from collections.abc import Callable, Sequence

from Xlib import X
from Xlib.display import Display
from Xlib.protocol.rq import Event
from Xlib.xobject.drawable import Window

from diktate.insert.inserter import Formats, Saved
from diktate.insert.x11_connection import Connection

log = logging.getLogger(__name__)

CAP_BYTES = 32 * 1024 * 1024
"""More is not carried around for the sake of a paste."""
_PART_WORDS = 64 * 1024
"""256 kB at a time, as python-xlib puts a packet together by copying what it has so far."""
_PROPERTIES = 16
"""Answers come in properties used in turn, so that a late one to an old question is not taken for the new one."""
_NOT_CONTENT = frozenset(
    ("TARGETS", "MULTIPLE", "TIMESTAMP", "SAVE_TARGETS", "DELETE", "INSERT_PROPERTY", "INSERT_SELECTION")
)
_UTF8 = ("UTF8_STRING", "text/plain;charset=utf-8", "text/plain;charset=UTF-8")
_TEXT = (*_UTF8, "text/plain", "STRING", "TEXT", "COMPOUND_TEXT", "C_STRING")
"""All names of the same text, best first."""
_PICTURES = frozenset({"image/png", "image/gif", "image/svg+xml"})
"""Where there is a PNG the other kinds are only converted when asked: GTK offers 9, KDE 50, seconds for a large one."""


class _NotSaved(Exception):  # noqa: N818 - not an error: the text then simply stays
    """The owner hangs, or it is too much."""


def plan(targets: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Say what to ask an owner for, and under which MIME types each answer is to be offered again.

    Text is asked for once and offered as text/plain, from which Qt makes UTF8_STRING, STRING and TEXT. Pictures come as
    image/png alone where that is offered.
    """
    offered = [target for target in dict.fromkeys(targets) if target not in _NOT_CONTENT]
    text = next((name for name in _TEXT if name in offered), None)
    png = "image/png" in offered
    wanted: list[tuple[str, tuple[str, ...]]] = []
    for target in offered:
        if target == text:
            aliases = [name for name in offered if name in _UTF8[1:] and text in _UTF8]
            wanted.append((target, ("text/plain", *aliases)))
        elif target not in _TEXT and not (png and target.startswith("image/") and target not in _PICTURES):
            wanted.append((target, (target,)))
    return wanted


class X11SavedReader:
    """Reads CLIPBOARD and PRIMARY of the X server in $DISPLAY; for one thread."""

    def __init__(self, cap_bytes: int = CAP_BYTES, clock: Callable[[], float] = time.monotonic) -> None:
        self._connection, self._cap_bytes, self._clock = Connection(), cap_bytes, clock
        self._asked = 0
        self._window: tuple[Display, Window] | None = None
        self._names: dict[int, str] = {}

    def read(self, limit_s: float, *, primary: bool) -> Saved:
        """Read all formats within `limit_s` in all; a part whose owner hangs or that is too large is None."""
        until = self._clock() + limit_s
        with self._connection.use() as display:
            formats = self._selection(display, "CLIPBOARD", until)
            return Saved(formats, self._selection(display, "PRIMARY", until) if primary else None)

    def close(self) -> None:
        """Close the connection; the next call would open a new one."""
        self._connection.close()

    def _selection(self, display: Display, name: str, until: float) -> Formats | None:
        selection = display.get_atom(name)
        if display.get_selection_owner(selection) == X.NONE:
            return ()
        transfer = _Transfer(display, self._own_window(display), selection, until, self._clock)
        try:
            return tuple(self._formats(display, transfer))
        except _NotSaved as why:
            log.info("%s was not saved: %s", name, why)
            return None

    def _formats(self, display: Display, transfer: _Transfer) -> list[tuple[str, bytes]]:
        found: list[tuple[str, bytes]] = []
        left = self._cap_bytes
        for target, names in plan(self._targets(display, transfer)):
            content = transfer.ask(display.get_atom(target), self._property(display), left)
            if content is None:
                continue
            value, kind = content
            left -= len(value)
            text = _utf8(value, self._name(display, kind)) if target in ("STRING", "TEXT", "C_STRING") else value
            found += [(name, text) for name in names]
        return found

    def _targets(self, display: Display, transfer: _Transfer) -> list[str]:
        content = transfer.ask(display.get_atom("TARGETS"), self._property(display), self._cap_bytes)
        if content is None:
            return ["UTF8_STRING"]
        atoms = array("I", content[0][: len(content[0]) // 4 * 4])
        return [self._name(display, atom) for atom in atoms if atom]

    def _name(self, display: Display, atom: int) -> str:
        if atom and atom not in self._names:
            self._names[atom] = display.get_atom_name(atom)
        return self._names.get(atom, "")

    def _property(self, display: Display) -> int:
        self._asked = (self._asked + 1) % _PROPERTIES
        return display.get_atom(f"DIKTATE_{self._asked}")

    def _own_window(self, display: Display) -> Window:
        """Give the window answers go to. It stays, as an owner that wakes up late would meet an X error without it."""
        if self._window is None or self._window[0] is not display:
            self._names.clear()
            window = display.screen().root.create_window(0, 0, 1, 1, 0, 0, X.InputOnly, event_mask=X.PropertyChangeMask)
            self._window = (display, window)
        return self._window[1]


class _Transfer:
    """Questions to the owner of one selection, under one deadline."""

    def __init__(
        self, display: Display, window: Window, selection: int, until: float, clock: Callable[[], float]
    ) -> None:
        self._display, self._window, self._selection = display, window, selection
        self._until, self._clock = until, clock

    def ask(self, target: int, answer: int, cap_bytes: int) -> tuple[bytes, int] | None:
        """Give content and type of one target; None if the owner refuses it."""
        self._window.delete_property(answer)
        self._window.convert_selection(self._selection, target, answer, X.CurrentTime)
        reply = self._next(
            lambda event: (
                event.type == X.SelectionNotify
                and (event.selection, event.target, event.property)
                in ((self._selection, target, p) for p in (answer, 0))
            )
        )
        if reply.property == X.NONE:
            return None
        value, kind = self._take(answer, cap_bytes)
        if kind == self._display.get_atom("INCR"):
            return self._take_in_parts(answer, cap_bytes)
        return value, kind

    def _take_in_parts(self, answer: int, cap_bytes: int) -> tuple[bytes, int]:
        """Read what comes by INCR: each part is announced by the property, an empty one ends it."""
        parts: list[bytes] = []
        while True:
            self._next(
                lambda event: (
                    event.type == X.PropertyNotify and event.atom == answer and event.state == X.PropertyNewValue
                )
            )
            part, kind = self._take(answer, cap_bytes)
            if not part:
                return b"".join(parts), kind
            parts.append(part)
            cap_bytes -= len(part)

    def _take(self, answer: int, cap_bytes: int) -> tuple[bytes, int]:
        """Read a property and delete it, which tells the owner to go on."""
        value = bytearray()
        while True:
            part = self._window.get_property(answer, X.AnyPropertyType, len(value) // 4, _PART_WORDS, delete=True)
            if part is None:
                return bytes(value), X.NONE
            value += part.value.tobytes() if isinstance(part.value, array) else bytes(part.value)
            if len(value) + part.bytes_after > cap_bytes:
                raise _NotSaved("too large")
            if not part.bytes_after:
                return bytes(value), part.property_type

    def _next(self, wanted: Callable[[Event], bool]) -> Event:
        """Wait for an event, or raise _NotSaved when the time is over."""
        while True:
            while self._display.pending_events():
                if wanted(event := self._display.next_event()):
                    return event
            left_s = self._until - self._clock()
            if left_s <= 0 or not select.select([self._display], [], [], left_s)[0]:
                raise _NotSaved("its owner does not answer")


def _utf8(value: bytes, kind: str) -> bytes:
    """Turn old X11 text, Latin-1 unless its type says UTF-8, into UTF-8."""
    return value if kind in ("UTF8_STRING", "COMPOUND_TEXT") else value.decode("latin-1").encode()
