"""The dark pill at the lower edge of the screen: what the app is doing, never in the way and never with the focus."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, QTimer
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QCursor,
    QFontMetrics,
    QGuiApplication,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QRegion,
)
from PySide6.QtWidgets import QWidget

from diktate.events import Phase
from diktate.ui import phrases
from diktate.ui.picture import Picture, picture
from diktate.ui.state import State
from diktate.ui.theme import DARK

HEIGHT, GAP, LEFT, RIGHT, DOT = 40, 12, 16, 20, 10
TALL_RADIUS = 16
"""Of a pill with two lines, which would be a balloon with round ends."""
LONGEST_LINE = 420
ABOVE_EDGE = 24
BARS, BAR, BAR_GAP, BAR_LOW, BAR_HIGH = 16, 3, 2, 4, 20
FRAME_MS = 33
"""Levels are drawn 30 times a second, and only while listening."""


class Overlay(QWidget):
    """The pill. `level` gives how loud it is now, 0 to 1; it is asked in the GUI thread and may not wait."""

    def __init__(self, level: Callable[[], float], clock: Callable[[], float] = time.monotonic) -> None:
        # ToolTip is override-redirect on X11: no task list, and no window manager that could give it the focus
        # (measured under openbox, and under sway through XWayland).
        super().__init__(
            None,
            Qt.WindowType.ToolTip
            | Qt.WindowType.FramelessWindowHint
            | Qt.WindowType.WindowStaysOnTopHint
            | Qt.WindowType.WindowDoesNotAcceptFocus
            | Qt.WindowType.WindowTransparentForInput
            | Qt.WindowType.BypassWindowManagerHint,
        )
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(self.tr("diktate status"))
        self._level, self._clock = level, clock
        self._state = State()
        self._picture: Picture | None = None
        self._levels = deque([0.0] * BARS, maxlen=BARS)
        self.frames = QTimer(self, interval=FRAME_MS)
        self.frames.timeout.connect(self._next_frame)
        self.leaving = QTimer(self, singleShot=True)
        self.leaving.timeout.connect(self.hide)

    def show_state(self, state: State) -> None:
        """Draw what this state says after the one before; unchanged pictures keep running out undisturbed."""
        wanted = picture(self._state, state)
        before, self._state = self._state, state
        if state.phase == Phase.LISTENING and before.phase != Phase.LISTENING:
            self._levels.extend([0.0] * BARS)
        if wanted.keeps:
            return
        self._picture = wanted
        if not wanted.word:
            self._put_away()
            return
        self._announce(wanted)
        self._place()
        self._run_timers(wanted)
        self.update()
        self.show()

    def paintEvent(self, event: QPaintEvent) -> None:
        shown = self._picture
        if shown is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_pill(painter)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(DARK, shown.dot)))
        painter.drawEllipse(QRectF(LEFT, self.height() / 2 - DOT / 2, DOT, DOT))
        if shown.bars:
            self._paint_listening(painter)
        else:
            self._paint_words(painter, shown)

    def _paint_pill(self, painter: QPainter) -> None:
        painter.setBrush(QColor(DARK.window))
        painter.setPen(QColor(DARK.line))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), self._radius(), self._radius())

    def _paint_listening(self, painter: QPainter) -> None:
        painter.setBrush(QColor(DARK.recording))
        left = float(LEFT + DOT + GAP)
        for level in self._levels:
            high = BAR_LOW + (BAR_HIGH - BAR_LOW) * min(1.0, max(0.0, level))
            painter.drawRoundedRect(QRectF(left, (self.height() - high) / 2, BAR, high), BAR / 2, BAR / 2)
            left += BAR + BAR_GAP
        painter.setPen(QColor(DARK.muted))
        place = QRect(int(left) - BAR_GAP + GAP, 0, self.width(), self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self._clock_words())

    def _paint_words(self, painter: QPainter, shown: Picture) -> None:
        place = self.rect().adjusted(LEFT + DOT + GAP, 0, -RIGHT, 0)
        painter.setPen(QColor(DARK.ink))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap, shown.word)
        painter.setPen(QColor(DARK.muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, shown.detail)

    def _place(self) -> None:
        """Stand at the lower edge of the screen with the pointer, and stay on that screen while shown."""
        screen = self.screen() if self.isVisible() else QGuiApplication.screenAt(QCursor.pos())
        area = (screen or QGuiApplication.primaryScreen()).availableGeometry()
        size = self._wanted_size()
        corner = QPoint(area.center().x() - size.width() // 2, area.bottom() - ABOVE_EDGE - size.height())
        self.setGeometry(QRect(corner, size))
        self._cut_corners()

    def _wanted_size(self) -> QSize:
        shown = self._picture
        metrics = self.fontMetrics()
        left = LEFT + DOT + GAP
        if shown is None:
            return QSize(0, 0)
        if shown.bars:
            clock = metrics.horizontalAdvance("00:00")  # wide enough for the longest, so that the pill stands still
            return QSize(left + BARS * (BAR + BAR_GAP) - BAR_GAP + GAP + clock + RIGHT, HEIGHT)
        words = _wrapped(metrics, shown.word)
        detail = metrics.horizontalAdvance(shown.detail) + GAP if shown.detail else 0
        return QSize(left + words.width() + detail + RIGHT, max(HEIGHT, words.height() + 2 * GAP))

    def _cut_corners(self) -> None:
        """Cut the window to the pill: without a compositor the clear corners would be black (X11, measured)."""
        if QGuiApplication.platformName() != "xcb":
            return
        path = QPainterPath()
        path.addRoundedRect(QRectF(self.rect()), self._radius(), self._radius())
        self.setMask(QRegion(path.toFillPolygon().toPolygon()))

    def _radius(self) -> float:
        return HEIGHT / 2 if self.height() <= HEIGHT else TALL_RADIUS

    def _run_timers(self, shown: Picture) -> None:
        if shown.bars:
            self.frames.start()
        else:
            self.frames.stop()
        if shown.stays_ms is None:
            self.leaving.stop()
        else:
            self.leaving.start(shown.stays_ms)

    def _put_away(self) -> None:
        self.frames.stop()
        self.leaving.stop()
        self.hide()

    def _next_frame(self) -> None:
        self._levels.append(self._level())
        self.update()

    def _clock_words(self) -> str:
        since = self._state.listening_since
        return phrases.clock_words(0 if since is None else self._clock() - since)

    def _announce(self, shown: Picture) -> None:
        spoken = self.tr("Listening") if shown.bars else f"{shown.word} {shown.detail}".strip()
        if QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))


def _wrapped(metrics: QFontMetrics, words: str) -> QSize:
    room = QRect(0, 0, LONGEST_LINE, 10_000)
    return metrics.boundingRect(room, Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft, words).size()
