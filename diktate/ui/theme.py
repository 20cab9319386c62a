"""The colours and sizes of everything we draw: tokens for light and dark, turned into a palette and one style sheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication

from diktate.paths import resources

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

BASE_PX = 13
"""The smallest base size; a desktop whose own font is larger keeps it, and every other size grows with it."""


@dataclass(frozen=True)
class Tokens:
    """The colours of one theme, as `#RRGGBB`."""

    window: str
    card: str
    line: str
    chip: str
    """A quiet fill: chips, the rest of a bar."""
    picked: str
    """Behind the selected row."""
    ink: str
    muted: str
    accent: str
    on_accent: str
    """Text on the accent."""
    recording: str
    working: str
    fine: str
    ollama: str
    others: str
    dark: bool


LIGHT = Tokens(
    window="#F6F7F9",
    card="#FFFFFF",
    line="#E1E4EA",
    chip="#EEF0F4",
    picked="#E6F3F2",
    ink="#15181D",
    muted="#5C6470",
    accent="#0B7A75",
    on_accent="#FFFFFF",
    recording="#D62B38",
    working="#B25E09",
    fine="#1D7F4E",
    ollama="#5B5BD6",
    others="#9AA3AF",
    dark=False,
)
DARK = Tokens(
    window="#15181D",
    card="#1C2027",
    line="#2C323C",
    chip="#262C35",
    picked="#19322F",
    ink="#EEF1F5",
    muted="#9BA4B0",
    accent="#3CC8BE",
    on_accent="#06201E",
    recording="#FF6369",
    working="#F1A10D",
    fine="#4CC38A",
    ollama="#9B9EF0",
    others="#6B7480",
    dark=True,
)


def contrast(one: str, other: str) -> float:
    """Give the contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def ink_on(surface: str) -> str:
    """Give the ink that reads best on a filled area such as a stage of a bar."""
    return max((LIGHT.ink, LIGHT.card), key=lambda ink: contrast(ink, surface))


def tokens_of(widget: QWidget) -> Tokens:
    """Give the theme a widget wears, for what is painted by hand."""
    return DARK if _is_dark(widget.palette()) else LIGHT


def apply(app: QApplication) -> None:
    """Dress the app and follow the desktop when it changes between light and dark. GUI thread."""
    _Follower(app).follow()


def wear(app: QApplication, tokens: Tokens) -> None:
    """Dress the app in these tokens."""
    app.setStyle("Fusion")  # the same controls everywhere; native Windows ones take no palette
    app.setFont(_base_font(app.font()))
    app.setPalette(palette(tokens))
    app.setStyleSheet(style_sheet(tokens, app.font().pixelSize()))


def palette(tokens: Tokens) -> QPalette:
    """Give the palette that makes plain Qt widgets look like ours."""
    roles = {
        QPalette.ColorRole.Window: tokens.window,
        QPalette.ColorRole.WindowText: tokens.ink,
        QPalette.ColorRole.Base: tokens.card,
        QPalette.ColorRole.AlternateBase: tokens.window,
        QPalette.ColorRole.Text: tokens.ink,
        QPalette.ColorRole.Button: tokens.card,
        QPalette.ColorRole.ButtonText: tokens.ink,
        QPalette.ColorRole.ToolTipBase: tokens.card,
        QPalette.ColorRole.ToolTipText: tokens.ink,
        QPalette.ColorRole.PlaceholderText: tokens.muted,
        QPalette.ColorRole.Highlight: tokens.accent,
        QPalette.ColorRole.HighlightedText: tokens.on_accent,
        QPalette.ColorRole.Accent: tokens.accent,
        QPalette.ColorRole.Link: tokens.accent,
        QPalette.ColorRole.LinkVisited: tokens.accent,
        QPalette.ColorRole.Light: tokens.card,
        QPalette.ColorRole.Midlight: tokens.chip,
        QPalette.ColorRole.Mid: tokens.line,
        QPalette.ColorRole.Dark: tokens.others,
        QPalette.ColorRole.BrightText: tokens.recording,
    }
    made = QPalette()
    for role, colour in roles.items():
        made.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.WindowText, QPalette.ColorRole.Text, QPalette.ColorRole.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, role, QColor(tokens.muted))
    return made


def style_sheet(tokens: Tokens, base_px: int) -> str:
    """Give the one style sheet. Widgets say what they are by the property `role`, never by a colour."""
    icons = (resources() / "icons").as_posix()
    return _SHEET.format(
        **vars(tokens),
        theme="dark" if tokens.dark else "light",
        icons=icons,
        title_px=round(base_px * 20 / BASE_PX),
        note_px=max(12, round(base_px * 12 / BASE_PX)),
    )


class _Follower(QObject):
    """Wears the theme again when the desktop changes its own; lives as long as the app."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        # Asked before our own palette covers the desktop's: some desktops give colours but no colour scheme.
        self._dark_by_palette = _is_dark(app.palette())

    def follow(self) -> None:
        hints = self._app.styleHints()
        hints.colorSchemeChanged.connect(self._changed)
        self._changed(hints.colorScheme())

    def _changed(self, scheme: Qt.ColorScheme) -> None:
        unknown = scheme == Qt.ColorScheme.Unknown
        dark = self._dark_by_palette if unknown else scheme == Qt.ColorScheme.Dark
        wear(self._app, DARK if dark else LIGHT)


def _base_font(font: QFont) -> QFont:
    sized = QFont(font)
    sized.setPixelSize(max(BASE_PX, QFontInfo(font).pixelSize()))
    sized.setFeature(QFont.Tag("tnum"), 1)  # figures of one width, so that a running clock doesn't dance
    return sized


def _is_dark(colours: QPalette) -> bool:
    return colours.color(QPalette.ColorRole.Window).lightness() < 128  # noqa: PLR2004 - the middle of 0..255


def _luminance(colour: str) -> float:
    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB

    rgb = QColor(colour)
    return 0.2126 * linear(rgb.redF()) + 0.7152 * linear(rgb.greenF()) + 0.0722 * linear(rgb.blueF())


_SHEET = """
QLabel[role="title"] {{ font-size: {title_px}px; font-weight: 600; }}
QLabel[role="heading"] {{ font-weight: 600; }}
QLabel[role="note"] {{ font-size: {note_px}px; color: {muted}; }}
QLabel[role="error"] {{ font-size: {note_px}px; color: {recording}; }}
QLabel[role="warning"] {{ color: {working}; }}
QLabel[role="keys"], QLabel[role="chip"] {{
    font-size: {note_px}px; color: {muted}; background: {chip}; border-radius: 6px; padding: 2px 8px; }}
QLabel[role="chip"][good="true"] {{ color: {fine}; background: {window}; }}
QFrame[role="card"] {{ background: {card}; border: 1px solid {line}; border-radius: 8px; }}
QScrollArea, QScrollArea > QWidget > QWidget[role="page"] {{ background: transparent; border: 0; }}
QPushButton {{
    background: {card}; border: 1px solid {line}; border-radius: 6px; padding: 4px 12px; min-height: 22px; }}
QPushButton:hover {{ background: {chip}; }}
QPushButton:focus {{ border-color: {accent}; }}
QPushButton:disabled {{ color: {muted}; background: {window}; }}
QPushButton[role="primary"], QPushButton[role="big"] {{
    background: {accent}; border-color: {accent}; color: {on_accent}; font-weight: 600; }}
QPushButton[role="big"] {{ padding: 8px 24px; }}
QPushButton[role="primary"]:focus, QPushButton[role="big"]:focus {{ border-color: {ink}; }}
QPushButton[role="primary"]:disabled, QPushButton[role="big"]:disabled {{
    background: {chip}; border-color: {line}; color: {muted}; }}
QPushButton[role="link"] {{ background: transparent; border: 1px solid transparent; color: {accent};
    padding: 4px 8px; font-size: {note_px}px; }}
QPushButton[role="link"]:hover {{ background: {chip}; }}
QPushButton[role="link"]:focus {{ border-color: {accent}; }}
QLineEdit, QComboBox, QAbstractSpinBox {{
    background: {card}; border: 1px solid {line}; border-radius: 6px; padding: 4px 8px; min-height: 22px;
    selection-background-color: {accent}; selection-color: {on_accent}; }}
QLineEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border-color: {accent}; }}
QLineEdit[bad="true"], QComboBox[bad="true"], QAbstractSpinBox[bad="true"] {{ border-color: {recording}; }}
QLineEdit {{ padding: 4px 6px; }}
QComboBox QLineEdit {{ border: 0; padding: 0; margin-left: -2px; background: transparent; min-height: 0; }}
QComboBox::drop-down {{ border: 0; width: 24px; }}
QComboBox::down-arrow {{ image: url("{icons}/down-{theme}.svg"); width: 12px; height: 12px; }}
QComboBox QAbstractItemView {{ background: {card}; border: 1px solid {line};
    selection-background-color: {picked}; selection-color: {ink}; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: 0; width: 20px; background: transparent; }}
QAbstractSpinBox::up-arrow {{ image: url("{icons}/up-{theme}.svg"); width: 10px; height: 10px; }}
QAbstractSpinBox::down-arrow {{ image: url("{icons}/down-{theme}.svg"); width: 10px; height: 10px; }}
QListWidget[role="pages"] {{ background: transparent; border: 0; outline: 0; }}
QListWidget[role="pages"]::item {{ padding: 6px 12px; border-radius: 6px; color: {muted}; }}
QListWidget[role="pages"]::item:selected {{ background: {picked}; color: {accent}; font-weight: 600; }}
QListWidget[role="pages"]::item:hover:!selected {{ background: {chip}; }}
QFrame[role="side"] {{ border: 0; border-right: 1px solid {line}; }}
QTableView {{ outline: 0; background: {card}; border: 1px solid {line}; border-radius: 8px;
    selection-background-color: {picked}; selection-color: {ink}; }}
QTableView::item {{ padding: 4px 6px; border-bottom: 1px solid {line}; }}
QTableView::item:selected {{ background: {picked}; color: {ink}; }}
QHeaderView {{ background: transparent; }}
QHeaderView::section {{ background: transparent; color: {muted}; border: 0; border-bottom: 1px solid {line};
    padding: 8px; font-size: {note_px}px; }}
QTextBrowser, QPlainTextEdit {{ background: {card}; border: 1px solid {line}; border-radius: 8px; padding: 8px; }}
QProgressBar {{ background: {chip}; border: 0; border-radius: 4px; min-height: 8px; max-height: 8px; }}
QProgressBar::chunk {{ background: {accent}; border-radius: 4px; }}
QMenu {{ background: {card}; border: 1px solid {line}; padding: 4px; }}
QMenu::item {{ padding: 6px 24px 6px 28px; border-radius: 4px; }}
QMenu::indicator {{ width: 12px; height: 12px; left: 8px; }}
QMenu::indicator:checked {{ image: url("{icons}/check-{theme}.svg"); }}
QMenu::item:selected {{ background: {picked}; }}
QMenu::item:disabled {{ color: {muted}; }}
QMenu::separator {{ height: 1px; background: {line}; margin: 4px 8px; }}
QScrollBar {{ background: transparent; border: 0; }}
QScrollBar:vertical {{ width: 12px; }}
QScrollBar:horizontal {{ height: 12px; }}
QScrollBar::handle {{ background: {others}; border-radius: 2px; }}
QScrollBar::handle:vertical {{ min-height: 32px; margin: 2px 4px; }}
QScrollBar::handle:horizontal {{ min-width: 32px; margin: 4px 2px; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QToolTip {{ background: {card}; color: {ink}; border: 1px solid {line}; padding: 4px 8px; }}
"""
