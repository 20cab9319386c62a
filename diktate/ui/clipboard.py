"""QClipboard behind the protocol of insert/: offers words, sees who reads them, puts everything back.

QClipboard belongs to the GUI thread. The worker's orders come in by a queued signal and are carried out at once;
the GUI thread never waits for the worker, a lock or another program, and so never reads a foreign clipboard on X11.
"""

from __future__ import annotations

import ctypes
import queue
import sys
import time
from collections.abc import Callable
from typing import Any, ClassVar

from PySide6.QtCore import QAbstractNativeEventFilter, QByteArray, QCoreApplication, QMimeData, QObject, Slot
from PySide6.QtGui import QClipboard, QGuiApplication

from diktate.errors import InsertError
from diktate.insert.inserter import Formats, Read, Saved
from diktate.ui.gui_thread import ANSWER_LIMIT_S, GuiThread
from diktate.words import N_

_TEXT = ("text/plain", "text/plain;charset=utf-8")
_PSEUDO = ("TARGETS", "SAVE_TARGETS", "MULTIPLE", "TIMESTAMP", "application/x-qt-image")
_SELECTION_REQUEST = 30
_SECRET: Formats = (
    tuple(
        (f'application/x-qt-windows-mime;value="{name}"', bytes(4))
        for name in (
            "ExcludeClipboardContentFromMonitorProcessing",
            "CanIncludeInClipboardHistory",
            "CanUploadToCloudClipboard",
        )
    )
    if sys.platform == "win32"
    else (("x-kde-passwordManagerHint", b"secret"),)
)
"""Clipboard managers that know these marks don't keep such text."""


class QtClipboard(QObject):
    """The clipboard of the app; made in the GUI thread, called by the worker."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._gui = GuiThread(self)
        self._requests = _Requests()
        self._out: _Words | None = None
        QGuiApplication.clipboard().changed.connect(self._on_changed)

    def offer(self, text: str, *, also_primary: bool = False, instead_of: Saved | None = None) -> QtOffer:
        """Put words on the clipboard; see insert.inserter.Clipboard. From any thread."""
        words = _Words(text, self._requests, also_primary=also_primary, instead_of=instead_of)
        try:
            self._gui.answer(lambda: self._place(words))
        except TimeoutError:
            # Nothing is lost: the words go there when the GUI is back, only nobody waits for it.
            late = _Words(text, self._requests, also_primary=False, instead_of=None)
            self._gui.order(lambda: self._place(late))
            raise InsertError(
                N_("The clipboard did not answer for {limit_s:g} seconds."),
                N_("The text will be on the clipboard as soon as the app is responsive again."),
                limit_s=ANSWER_LIMIT_S,
            ) from None
        return QtOffer(self._gui, words)

    def read(self, limit_s: float, *, primary: bool) -> Saved:
        """Read through Qt: for systems without X11, where an owner can't hang for long. From any thread."""
        try:
            return self._gui.answer(lambda: Saved(_formats(QClipboard.Mode.Clipboard)), limit_s)
        except TimeoutError:
            return Saved()

    @Slot()
    def settle(self) -> None:
        """Put the user's clipboard back now if words are still out; at quit, in the GUI thread."""
        if self._out is not None:
            self._out.give_back()

    def _place(self, words: _Words) -> None:
        self._out = words
        words.place()

    @Slot(QClipboard.Mode)
    def _on_changed(self, mode: QClipboard.Mode) -> None:
        if self._out is not None:
            self._out.look(mode)


class QtOffer:
    """The worker's side of words on the clipboard; see insert.inserter.Offer."""

    def __init__(self, gui: GuiThread, words: _Words) -> None:
        self._gui, self._words = gui, words

    def next_read(self, timeout_s: float) -> Read | None:
        """Wait for the next read; None after `timeout_s`, or at once when another program took the clipboard."""
        try:
            return self._words.news.get(timeout=max(0.0, timeout_s))
        except queue.Empty:
            return None

    def ours(self) -> bool:
        return self._words.ours

    def restore(self) -> bool:
        """Put back what was there before, where it is still ours; False if it was not or the GUI did not answer."""
        try:
            return self._gui.answer(self._words.give_back)
        except TimeoutError:
            # The order was taken back with the timeout; given again it waits for the GUI alone.
            self._gui.order(self._words.give_back)
            return False

    def keep(self) -> None:
        """Leave the words as ordinary text, if the clipboard is still ours; does not wait."""
        self._gui.order(self._words.leave)


class _Words:
    """The GUI thread's side; the worker only reads `news` and `ours`."""

    def __init__(self, text: str, requests: _Requests, *, also_primary: bool, instead_of: Saved | None) -> None:
        self._plain: Formats = tuple((name, text.encode()) for name in _TEXT)
        self._requests, self._instead_of = requests, instead_of
        self._modes = [QClipboard.Mode.Clipboard, *([QClipboard.Mode.Selection] if also_primary else [])]
        self._placed: dict[QClipboard.Mode, _Content] = {}
        self.news: queue.SimpleQueue[Read | None] = queue.SimpleQueue()
        """Reads as they come; None when the clipboard is lost."""
        self.ours = False

    def place(self) -> None:
        """Put the words on the clipboard; watch who reads them if they are to be taken back."""
        to_be_taken_back = self._instead_of is not None
        formats = self._plain + (_SECRET if to_be_taken_back else ())
        for mode in self._modes:
            self._placed[mode] = _Content(formats, self._on_content_read if to_be_taken_back else None)
            QGuiApplication.clipboard().setMimeData(self._placed[mode], mode)
        self.ours = True
        if to_be_taken_back:
            self._requests.begin(self._note)

    def give_back(self) -> bool:
        """Put back what was there before, wherever the words still are; False if another program took a place."""
        saved = self._instead_of or Saved()
        ours = self._close()
        for mode in ours:
            before = saved.formats if mode is QClipboard.Mode.Clipboard else saved.primary
            _put(mode, self._plain if before is None else before)
        return len(ours) == len(self._modes)

    def leave(self) -> None:
        """Let the words stay as ordinary text, which clipboard managers may keep."""
        for mode in self._close():
            _put(mode, self._plain)

    def look(self, mode: QClipboard.Mode) -> None:
        """Notice that another program, or another part of this one, has taken the clipboard."""
        if mode in self._placed and mode not in self._still_ours():
            self._lose()

    def _close(self) -> list[QClipboard.Mode]:
        """End it and give the places where the words were until now; none if it was ended before."""
        ours = self._still_ours()
        if self._placed:
            self._placed = {}
            self._requests.end()
            self._lose()
        return ours

    def _lose(self) -> None:
        self.ours = False
        self.news.put(None)

    def _still_ours(self) -> list[QClipboard.Mode]:
        # By identity, as ownsClipboard() is also true for what another part of the app put there.
        board = QGuiApplication.clipboard()
        return [mode for mode, content in self._placed.items() if board.mimeData(mode) is content]

    def _note(self, requestor: int, target: int) -> None:
        self.news.put(Read(requestor, target, time.monotonic()))

    def _on_content_read(self) -> None:
        """Either Qt serves an X request, which was noted already, or this very process pastes."""
        if not self._requests.serving:
            self._note(0, 0)


class _Content(QMimeData):
    """Formats given out byte for byte; QMimeData itself would rewrite text/uri-list."""

    def __init__(self, formats: Formats, on_text_read: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._content, self._on_text_read = dict(formats), on_text_read

    def formats(self) -> list[str]:
        return list(self._content)

    def hasFormat(self, mimetype: str) -> bool:
        return mimetype in self._content

    def retrieveData(self, mimetype: str, preferredType: Any) -> Any:  # noqa: N803 - Qt's own name
        if mimetype in _TEXT and self._on_text_read is not None:
            self._on_text_read()
        content = self._content.get(mimetype)
        return None if content is None else QByteArray(content)


class _Requests(QAbstractNativeEventFilter):
    """Sees who asks for a selection on X11; installed only while words are out."""

    def __init__(self) -> None:
        super().__init__()
        self._on_request: Callable[[int, int], None] | None = None
        self.serving = False
        """True while Qt answers the request seen last; the next event of any kind ends that."""

    def begin(self, on_request: Callable[[int, int], None]) -> None:
        self._on_request = on_request
        if app := QCoreApplication.instance():
            app.installNativeEventFilter(self)

    def end(self) -> None:
        self._on_request, self.serving = None, False
        if app := QCoreApplication.instance():
            app.removeNativeEventFilter(self)

    def nativeEventFilter(  # Qt's own names
        self,
        eventType: QByteArray | bytes | bytearray | memoryview,  # noqa: N803
        message: int,
    ) -> Any:
        if eventType == b"xcb_generic_event_t":
            event = _SelectionRequest.from_address(int(message))
            self.serving = event.type & 0x7F == _SELECTION_REQUEST
            if self.serving and self._on_request is not None:
                self._on_request(event.requestor, event.target)
        return False, 0


class _SelectionRequest(ctypes.Structure):
    """xcb_selection_request_event_t of xcb/xproto.h; other events are looked at for their type only."""

    _fields_: ClassVar = [
        ("type", ctypes.c_uint8),
        ("pad", ctypes.c_uint8),
        ("sequence", ctypes.c_uint16),
        ("time", ctypes.c_uint32),
        ("owner", ctypes.c_uint32),
        ("requestor", ctypes.c_uint32),
        ("selection", ctypes.c_uint32),
        ("target", ctypes.c_uint32),
        ("property", ctypes.c_uint32),
    ]


def _put(mode: QClipboard.Mode, formats: Formats) -> None:
    board = QGuiApplication.clipboard()
    if formats:
        board.setMimeData(_Content(formats), mode)
    else:
        board.clear(mode)


def _formats(mode: QClipboard.Mode) -> Formats:
    content = QGuiApplication.clipboard().mimeData(mode)
    if not content:  # some platforms have no object for an empty clipboard
        return ()
    return tuple((name, bytes(content.data(name).data())) for name in content.formats() if name not in _PSEUDO)
