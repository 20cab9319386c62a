"""Puts words into the window that has the focus: a clipboard transaction that ends with a receipt.

The user's clipboard is saved, the words take its place, the paste keys are sent, and only when the focused program
itself was seen reading the words (see receipt.py) does the user's clipboard come back. The failure is always the same
and harmless: the words stay on the clipboard as ordinary text, and the Insertion says that nobody confirmed them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from diktate.errors import Cancelled, InsertError
from diktate.flow import Flag, Insertion
from diktate.insert.receipt import Consumed, Seen, Wait, evaluate

log = logging.getLogger(__name__)

HELD_LIMIT_S = 2.0
"""How long the user may still hold keys down before the paste; with Alt or Shift down no program pastes."""
SAVE_LIMIT_S = 0.7
"""The owner of the old clipboard may hang; a stopped one would block Qt 5 s for each format."""
POLL_S = 0.005

Formats: TypeAlias = tuple[tuple[str, bytes], ...]
"""MIME type and content, in the order in which the owner offered them."""
Then: TypeAlias = Literal["none", "enter", "tab"]


@dataclass(frozen=True)
class Saved:
    """What the user had on the clipboard; `()` is an empty one, None one that was not or could not be read."""

    formats: Formats | None = field(default=None, repr=False)
    primary: Formats | None = field(default=None, repr=False)
    """The X11 selection that terminals paste."""


@dataclass(frozen=True)
class Read:
    """Somebody asked for our text."""

    requestor: int
    """The X window that asked; 0 if it was this process, or on systems where askers have no name."""
    target: int
    """The X atom asked for; 0 where there are none."""
    at: float
    """`time.monotonic()`."""


@dataclass(frozen=True)
class Focus:
    """The window that has the focus."""

    window: int
    app: str
    """Its program's class in lower case; never the title."""
    terminal: bool
    """Terminals paste the PRIMARY selection on Shift+Insert."""
    reads: Callable[[Read], bool]
    """Whether a read is this window's program taking the text."""


class Offer(Protocol):
    """Words that lie on the clipboard until they are taken back or kept; called from the worker."""

    def next_read(self, timeout_s: float) -> Read | None:
        """Wait for the next read; None after `timeout_s`, or at once when another program took the clipboard."""
        ...

    def ours(self) -> bool:
        """Whether nobody else has taken the clipboard (or PRIMARY, where that was offered too)."""
        ...

    def restore(self) -> bool:
        """Put back what was there before, where it is still ours; False if it was not or the GUI did not answer.

        What could not be saved is not cleared: our text then stays there as ordinary text.
        """
        ...

    def keep(self) -> None:
        """Leave the words on the clipboard as ordinary text, if it is still ours."""
        ...


class SavedReader(Protocol):
    """Reads what the user has on the clipboard."""

    def read(self, limit_s: float, *, primary: bool) -> Saved:
        """Read all formats within `limit_s` in all; a part whose owner hangs or that is too large is None."""
        ...


class Clipboard(SavedReader, Protocol):
    """The clipboard as the worker sees it; the GUI thread carries the orders out and never waits."""

    def offer(self, text: str, *, also_primary: bool = False, instead_of: Saved | None = None) -> Offer:
        """Put words on the clipboard; raises InsertError if the GUI does not answer within 2 s.

        With `instead_of` they are to be taken back again and are marked as secret for clipboard managers; it is handed
        over at once, so that the GUI can put it back at quit without the worker. Without it they are ordinary text.
        """
        ...


class Keys(Protocol):
    """The keyboard and the focus of this system; every method may raise InsertError. Used by one thread."""

    def focused(self) -> Focus | None:
        """Give the window that has the focus; None if no window has it."""
        ...

    def held(self) -> bool:
        """Whether any key is down."""
        ...

    def release_modifiers(self) -> bool:
        """Let go of Shift, Alt and the like that are still down; False if the user really holds one."""
        ...

    def paste(self) -> None:
        """Send the paste keys."""
        ...

    def tap(self, key: Literal["enter", "tab"]) -> None:
        """Press one key and let it go."""
        ...


class Inserter:
    """Inserts words; blocks for as long as it takes, so it belongs on the worker thread."""

    def __init__(
        self, clipboard: Clipboard, keys: Keys, saved: SavedReader, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._clipboard, self._keys, self._saved, self._clock = clipboard, keys, saved, clock

    def insert(
        self,
        text: str,
        *,
        method: Literal["auto", "paste", "clipboard"],
        then: Then,
        cancel: Flag,
        on_slow: Callable[[], None] | None = None,
        hold_off: Callable[[], bool] = lambda: False,
    ) -> Insertion:
        """Put `text` into the focused window, or on the clipboard if there is none.

        `hold_off`: whether the next dictation's key is held right now; the words wait for it as long as it takes, since
        a held hotkey swallows the keys that paste. `on_slow` is called once if the program has not read after 1.5 s.
        Raises Cancelled before the keys are sent, with the clipboard as it was, and InsertError if the system refuses;
        the text is then on the clipboard.
        """
        began = self._clock()
        if method == "clipboard":
            return self._leave(text, None, began)
        try:
            focus = self._ready(cancel, hold_off)
            saved = self._saved.read(SAVE_LIMIT_S, primary=focus.terminal) if focus else None
        except InsertError:
            self._leave(text, None, began)
            raise
        if focus is None or saved is None:
            return self._leave(text, None, began)
        return self._paste(text, focus, saved, then=then, cancel=cancel, on_slow=on_slow, began=began)

    def _ready(self, cancel: Flag, hold_off: Callable[[], bool]) -> Focus | None:
        """Wait until the user's hands are off the keys; None if nothing can be pasted to."""
        until = self._clock() + HELD_LIMIT_S
        while (spoken := hold_off()) or (self._keys.held() and self._clock() < until):
            until = self._clock() + HELD_LIMIT_S if spoken else until
            if cancel.wait(POLL_S):
                raise Cancelled
        if cancel.is_set():
            raise Cancelled
        if not self._keys.release_modifiers():
            log.warning("a modifier key is still held; the text is left on the clipboard")
            return None
        return self._keys.focused()

    def _leave(self, text: str, app: str | None, began: float) -> Insertion:
        self._clipboard.offer(text)
        return Insertion("clipboard", app, self._ms_since(began), confirmed=False, on_clipboard=True)

    def _paste(
        self,
        text: str,
        focus: Focus,
        saved: Saved,
        *,
        then: Then,
        cancel: Flag,
        on_slow: Callable[[], None] | None,
        began: float,
    ) -> Insertion:
        offer = self._clipboard.offer(text, also_primary=focus.terminal, instead_of=saved)
        sent_at = self._send(offer, cancel)
        read_at = self._watch(offer, focus, sent_at, on_slow)
        if read_at is None:
            left = offer.ours()
            offer.keep()
            log.info(
                "nobody read the text; %s", "it is left on the clipboard" if left else "the clipboard is another's"
            )
            return Insertion("paste", focus.app, self._ms_since(began), confirmed=False, on_clipboard=left)
        offer.restore()
        self._follow_up(then, focus)
        took_ms, read_ms = (read_at - began) * 1000, (read_at - sent_at) * 1000
        log.info("inserted in %.0f ms, read %.0f ms after the keys", took_ms, read_ms)
        return Insertion("paste", focus.app, took_ms, confirmed=True, read_ms=read_ms, at=read_at)

    def _send(self, offer: Offer, cancel: Flag) -> float:
        """Send the keys and give the moment just before them."""
        if cancel.is_set():
            offer.restore()
            raise Cancelled
        sent_at = self._clock()
        try:
            self._keys.paste()
        except InsertError:
            offer.keep()
            raise
        return sent_at

    def _watch(self, offer: Offer, focus: Focus, sent_at: float, on_slow: Callable[[], None] | None) -> float | None:
        """Give the moment of the first read by the focused program; None if there was none."""
        seen, told = Seen(sent_at), on_slow is None
        while isinstance(verdict := evaluate(seen, self._clock()), Wait):
            if verdict.slow and not told and on_slow is not None:
                told = True
                on_slow()
            read = offer.next_read(verdict.until - self._clock())
            if read is not None and focus.reads(read):
                seen = seen.read(read.at)
            elif read is None and not offer.ours():
                seen = Seen(seen.sent_at, seen.first_read, seen.last_read, ours=False)
        return verdict.at if isinstance(verdict, Consumed) else None

    def _follow_up(self, then: Then, focus: Focus) -> None:
        """Press Enter or Tab, if the same window still has the focus; the words are in either way."""
        if then == "none":
            return
        try:
            now = self._keys.focused()
            if now is not None and now.window == focus.window:
                self._keys.tap(then)
        except InsertError as error:
            log.warning("the words are in, but the key after them could not be sent: %s", error)

    def _ms_since(self, began: float) -> float:
        return (self._clock() - began) * 1000
