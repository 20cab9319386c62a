from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

import diktate.ui
from diktate.ui import theme
from diktate.ui.theme import DARK, LIGHT, Tokens, contrast, ink_on, palette, style_sheet, tokens_of

BOTH = pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
READ_ON = [
    ("ink", "window"),
    ("ink", "card"),
    ("ink", "chip"),
    ("ink", "picked"),
    ("muted", "window"),
    ("muted", "card"),
    ("muted", "chip"),
    ("accent", "window"),
    ("accent", "card"),
    ("accent", "picked"),
    ("on_accent", "accent"),
    ("fine", "window"),
    ("working", "card"),
    ("recording", "card"),
    ("recording", "window"),
]


@pytest.fixture
def undressed(qapp: QApplication) -> Iterator[QApplication]:
    yield qapp
    theme.wear(qapp, LIGHT)


@BOTH
@pytest.mark.parametrize(("text", "surface"), READ_ON)
def test_every_text_reads_well_on_its_surface(tokens: Tokens, text: str, surface: str) -> None:
    ratio = contrast(getattr(tokens, text), getattr(tokens, surface))

    assert ratio >= 4.5, f"{text} on {surface} has only {ratio:.2f}"


@pytest.mark.parametrize("colour", ["ink", "muted", "recording", "working", "fine"])
def test_words_of_the_overlay_read_well(colour: str) -> None:
    assert contrast(getattr(DARK, colour), DARK.window) >= 4.5


@BOTH
@pytest.mark.parametrize("fill", ["accent", "ollama", "others", "fine", "muted"])
def test_labels_in_a_bar_read_well_on_every_fill(tokens: Tokens, fill: str) -> None:
    surface = getattr(tokens, fill)

    assert contrast(ink_on(surface), surface) >= 4.5


@BOTH
def test_the_palette_has_the_same_contrast_as_the_tokens(tokens: Tokens) -> None:
    made = palette(tokens)
    pairs = [
        (QPalette.ColorRole.WindowText, QPalette.ColorRole.Window),
        (QPalette.ColorRole.Text, QPalette.ColorRole.Base),
        (QPalette.ColorRole.ButtonText, QPalette.ColorRole.Button),
        (QPalette.ColorRole.HighlightedText, QPalette.ColorRole.Highlight),
        (QPalette.ColorRole.PlaceholderText, QPalette.ColorRole.Base),
        (QPalette.ColorRole.Link, QPalette.ColorRole.Base),
        (QPalette.ColorRole.ToolTipText, QPalette.ColorRole.ToolTipBase),
    ]

    for text, surface in pairs:
        assert contrast(made.color(text).name(), made.color(surface).name()) >= 4.5, text


def test_contrast_of_black_and_white_is_the_largest() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#777777") == pytest.approx(1)


@BOTH
def test_the_style_sheet_names_only_pictures_that_are_there(tokens: Tokens) -> None:
    pictures = re.findall(r'url\("([^"]+)"\)', style_sheet(tokens, 13))

    assert pictures
    assert [picture for picture in pictures if not Path(picture).is_file()] == []


@BOTH
def test_widgets_know_the_theme_they_wear(undressed: QApplication, tokens: Tokens) -> None:
    theme.wear(undressed, tokens)

    assert tokens_of(QWidget()) is tokens


def test_a_change_of_the_desktop_changes_the_app(undressed: QApplication) -> None:
    theme.apply(undressed)

    undressed.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
    dark = tokens_of(QWidget())
    undressed.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)

    assert dark is DARK
    assert tokens_of(QWidget()) is LIGHT


def test_colours_stand_in_the_theme_alone() -> None:
    sources = [file for file in Path(diktate.ui.__file__).parent.rglob("*.py") if file.name != "theme.py"]

    assert [file.name for file in sources if re.search(r"#[0-9A-Fa-f]{6}\b", file.read_text(encoding="utf-8"))] == []


def test_texts_for_translation_are_plain_literals() -> None:
    """`lupdate` takes an f-string as it stands, and it never matches."""
    sources = Path(diktate.ui.__file__).parent.rglob("*.py")

    assert [file.name for file in sources if re.search(r"\btr(anslate)?\(\s*f[\"']", file.read_text("utf-8"))] == []
