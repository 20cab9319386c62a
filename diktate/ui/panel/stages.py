"""Where the time went between key up and text: the stages of a receipt, and a bar that shows them to scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QCoreApplication, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from diktate.flow import Receipt
from diktate.ui.theme import Tokens, ink_on, tokens_of

BAR_PX, LINE_PX, PAD_PX, DOT_PX = 24, 24, 8, 8

Token = Literal["others", "accent", "ollama", "fine", "muted"]


@dataclass(frozen=True)
class Stage:
    """One part of the wait."""

    words: str
    took_ms: float
    token: Token
    """The colour it has in the bar."""

    @property
    def label(self) -> str:
        return QCoreApplication.translate("stages", "{stage} {ms} ms").format(stage=self.words, ms=round(self.took_ms))


def stages(receipt: Receipt) -> tuple[Stage, ...]:
    """Give the stages in order; what was not reached is not there, and what nobody claims is the last one."""
    if receipt.after_release_ms is None:
        return ()
    parts: tuple[tuple[str, float | None, Token], ...] = (
        (QCoreApplication.translate("stages", "key"), receipt.grace_ms, "others"),
        (QCoreApplication.translate("stages", "last sound"), receipt.capture_ms, "muted"),
        (QCoreApplication.translate("stages", "tail heard"), receipt.stt.tail_ms, "accent"),
        (QCoreApplication.translate("stages", "clean-up"), receipt.llm.tail_ms if receipt.llm else None, "ollama"),
        (QCoreApplication.translate("stages", "paste"), receipt.insert.took_ms if receipt.insert else None, "fine"),
    )
    known = tuple(Stage(words, took_ms, token) for words, took_ms, token in parts if took_ms is not None)
    rest_ms = receipt.after_release_ms - sum(stage.took_ms for stage in known)
    if rest_ms < 1:
        return known
    return (*known, Stage(QCoreApplication.translate("stages", "other"), rest_ms, "others"))


class StageBar(QWidget):
    """The stages side by side, to scale; those too narrow for their label are written underneath."""

    def __init__(self) -> None:
        super().__init__()
        self._stages: tuple[Stage, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Time from key up to text"))

    def show_stages(self, shown: tuple[Stage, ...]) -> None:
        self._stages = shown
        self.setAccessibleDescription(", ".join(stage.label for stage in shown))
        self.setVisible(bool(shown))
        self.updateGeometry()
        self.update()

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return BAR_PX + LINE_PX * self._lines(width)

    def sizeHint(self) -> QSize:
        width = max(320, self.width())
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self.heightForWidth(max(160, self.width())))

    def paintEvent(self, event: QPaintEvent) -> None:
        tokens = tokens_of(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.save()
        clip = QPainterPath()
        clip.addRoundedRect(QRectF(0, 0, self.width(), BAR_PX), 6, 6)
        painter.setClipPath(clip)
        for stage, left, wide in self._places(self.width()):
            self._paint_stage(painter, tokens, stage, QRectF(left, 0, wide, BAR_PX))
        painter.restore()
        for stage, left, line in self._under(self.width()):
            self._paint_under(painter, tokens, stage, left, BAR_PX + LINE_PX * line)

    def _paint_stage(self, painter: QPainter, tokens: Tokens, stage: Stage, place: QRectF) -> None:
        fill = getattr(tokens, stage.token)
        painter.fillRect(place, QColor(fill))
        if self._fits(stage, place.width()):
            painter.setPen(QColor(ink_on(fill)))
            painter.drawText(place.adjusted(PAD_PX, 0, 0, 0), Qt.AlignmentFlag.AlignVCenter, stage.label)

    def _paint_under(self, painter: QPainter, tokens: Tokens, stage: Stage, left: float, top: float) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(getattr(tokens, stage.token)))
        painter.drawEllipse(QRectF(left, top + (LINE_PX - DOT_PX) / 2 + 2, DOT_PX, DOT_PX))
        painter.setPen(QColor(tokens.muted))
        place = QRectF(left + DOT_PX + 6, top + 2, self._label_px(stage) + 2, LINE_PX)
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, stage.label)

    def _places(self, width: float) -> list[tuple[Stage, float, float]]:
        total_ms = sum(stage.took_ms for stage in self._stages) or 1.0
        places, left = [], 0.0
        for stage in self._stages:
            wide = width * stage.took_ms / total_ms
            places.append((stage, left, wide))
            left += wide
        return places

    def _under(self, width: float) -> list[tuple[Stage, float, int]]:
        """Give the labels that found no room in the bar, each with its left edge and its line."""
        places: list[tuple[Stage, float, int]] = []
        left, line = 0.0, 0
        for stage, _left, wide in self._places(width):
            if self._fits(stage, wide):
                continue
            needed = DOT_PX + 6 + self._label_px(stage)
            if left and left + needed > width:
                left, line = 0.0, line + 1
            places.append((stage, left, line))
            left += needed + 2 * PAD_PX
        return places

    def _lines(self, width: float) -> int:
        return max((line + 1 for _stage, _left, line in self._under(width)), default=0)

    def _fits(self, stage: Stage, wide: float) -> bool:
        return self._label_px(stage) + 2 * PAD_PX <= wide

    def _label_px(self, stage: Stage) -> int:
        return self.fontMetrics().horizontalAdvance(stage.label)
