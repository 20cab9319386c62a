"""The tray's icons, drawn: one speech bubble whose form says the state, for panels that show no colour too."""

from __future__ import annotations

import sys
from enum import Enum

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPainterPath, QPen, QPixmap, QPolygonF

from diktate.events import Phase
from diktate.paths import resources
from diktate.ui.theme import DARK, LIGHT, Tokens

SIZES_PX = (16, 22, 24, 32, 44, 48, 64, 96, 128)
"""What panels ask for, and its double."""


class Form(Enum):
    """What the icon looks like."""

    OUTLINE = "outline"
    DOT = "dot"
    DOTS = "dots"
    TRIANGLE = "triangle"


def form(phase: Phase) -> Form:
    """Give the form of a phase."""
    match phase:
        case Phase.STARTING | Phase.READY:
            return Form.OUTLINE
        case Phase.OPENING | Phase.LISTENING:
            return Form.DOT
        case Phase.TRANSCRIBING | Phase.REWRITING | Phase.INSERTING:
            return Form.DOTS
        case Phase.ERROR:
            return Form.TRIANGLE


def icon(phase: Phase, dark: bool) -> QIcon:  # noqa: FBT001 - reads well at both callers
    """Draw the tray icon of a phase; `dark` says that the panel is. GUI thread, about 3 ms."""
    tokens = DARK if dark else LIGHT
    drawn = QIcon()
    for size in SIZES_PX:
        drawn.addPixmap(_pixmap(form(phase), _colour(phase, tokens), size))
    return drawn


def app_icon() -> QIcon:
    """Give the icon of windows and launchers."""
    return QIcon(str(resources() / "icons" / "diktate.svg"))


def _colour(phase: Phase, tokens: Tokens) -> QColor:
    match form(phase):
        case Form.OUTLINE:
            colour = QColor(tokens.ink)
            colour.setAlphaF(0.75 if phase == Phase.STARTING else 1.0)
            return colour
        case Form.DOT | Form.TRIANGLE:
            return QColor(tokens.recording)
        case Form.DOTS:
            return QColor(tokens.working)


def _pixmap(shape: Form, colour: QColor, size: int) -> QPixmap:
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if shape == Form.TRIANGLE:
        _draw_triangle(painter, colour, size)
    else:
        if shape == Form.OUTLINE:
            _draw_bubble(painter, _halo(colour, _stroke(size)), size)
        _draw_bubble(painter, _pen(colour, _stroke(size)), size)
        _draw_inside(painter, shape, colour, size)
    painter.end()
    return pixmap


def _stroke(size: int) -> int:
    return max(2, round(size / 12))  # whole pixels: a line of 1.3 is a grey smear, one of 1 is lost in a panel


def _edge(size: int) -> float:
    """Give where the middle of the line runs: one clear pixel at the rim, none where there are so few."""
    return _stroke(size) / 2 + (size >= 22)  # noqa: PLR2004 - above 16, as in SIZES_PX


def _pen(colour: QColor, width: float) -> QPen:
    pen = QPen(colour, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def _halo(colour: QColor, line: int) -> QPen:
    """Give the faint contour that keeps a light line legible on a light panel, and a dark one on a dark one.

    No desktop says what colour its panel has. On macOS the alpha alone is used, and would swell.
    """
    contour = QColor(LIGHT.ink if colour.lightness() >= 128 else DARK.ink)  # noqa: PLR2004 - the middle of 0..255
    contour.setAlphaF(0.0 if sys.platform == "darwin" else 0.75 * colour.alphaF())
    return _pen(contour, line + 2 * max(1.0, line / 2))


def _draw_bubble(painter: QPainter, pen: QPen, size: int) -> None:
    edge = _edge(size)
    box = QRectF(edge, edge, size - 2 * edge, round(size * 0.8) - edge)
    bubble = QPainterPath()
    bubble.addRoundedRect(box, box.height() / 2, box.height() / 2)
    tail = QPainterPath()
    tail.addPolygon(
        QPolygonF(
            [
                QPointF(size * 0.25, box.center().y()),
                QPointF(size * 0.25, size - edge),
                QPointF(size * 0.56, box.center().y()),
            ]
        )
    )
    tail.closeSubpath()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen)
    painter.drawPath(bubble.united(tail))


def _draw_inside(painter: QPainter, shape: Form, colour: QColor, size: int) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    middle = QPointF(size / 2, (_edge(size) + round(size * 0.8)) / 2)
    if shape == Form.DOT:
        radius = size * 0.22
        painter.drawEllipse(middle, radius, radius)
    elif shape == Form.DOTS:
        wide = max(2, round(size / 8))
        step = wide + max(1, round(size / 16))
        top = round(middle.y() - wide / 2)
        for place in (-1, 0, 1):
            left = round(size / 2 - wide / 2) + place * step
            painter.drawEllipse(QRectF(left, top, wide, wide))


def _draw_triangle(painter: QPainter, colour: QColor, size: int) -> None:
    line = _stroke(size)
    edge = line / 2 + size / 16
    corners = QPolygonF(
        [QPointF(size / 2, edge), QPointF(size - edge, size - edge - line / 2), QPointF(edge, size - edge - line / 2)]
    )
    painter.setPen(_pen(colour, line))
    painter.setBrush(colour)
    painter.drawPolygon(corners)
    # The mark is cut out, so that it shows on any panel.
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.setPen(Qt.PenStyle.NoPen)
    wide = max(2, 2 * round(size / 16))
    left = size / 2 - wide / 2
    painter.drawRect(QRectF(left, round(size * 0.4), wide, round(size * 0.25)))
    painter.drawRect(QRectF(left, round(size * 0.72), wide, max(1, round(size * 0.1))))
