"""Pictures of every window and every state of the overlay: `python -m tests.screenshots OUT`.

Light and dark, at scale 1 and 2, and once with texts 40 % longer. Each look is its own process, since Qt reads its
scale at the start.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from diktate.events import Phase
from diktate.flow import Dictation, InsertReceipt, LlmReceipt, Receipt, SttReceipt, Trouble
from diktate.settings.schema import Settings
from diktate.ui.state import Engine, State

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

LOOKS = (("light", 1, False), ("dark", 1, False), ("light", 2, False), ("dark", 2, False), ("light", 1, True))
"""(theme, scale, texts 40 % longer)"""

RECEIPT = Receipt(
    id="1",
    session_id="s",
    mode="dictate",
    started_at="2026-11-20T14:02:00Z",
    audio_s=34.2,
    start_gap_ms=12.0,
    stt=SttReceipt("faster-whisper", "whisper-base", "cpu", "int8", tail_ms=110.0),
    llm=LlmReceipt(tail_ms=96.0),
    insert=InsertReceipt("paste", "firefox", 28.0, confirmed=True),
    grace_ms=50.0,
    capture_ms=12.0,
    after_release_ms=310.0,
)
READY = State(
    phase=Phase.READY,
    engine=Engine("faster-whisper", "mini-whisper", "cpu", "int8", loaded=True),
    last=RECEIPT,
    last_text="We meet on Tuesday at nine, and Anna brings the report.",
    hotkeys=(("dictate", "ctrl+alt+d"), ("verbatim", "f9"), ("cancel", "escape")),
)
PROBLEM = Trouble("hotkey", "Another program has the key Ctrl+Alt+D.", "Choose another in Settings › Modes & keys.")
LOST = Trouble("insert", "Nobody read the text.", "It is on your clipboard: press the paste keys of that program.")


def main() -> None:
    """Take every picture, or with `--look` those of one look."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("out", type=Path)
    words.add_argument("--look", nargs=3, metavar=("THEME", "SCALE", "LONG"))
    given = words.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    if given.look:
        theme, scale, long = given.look
        _take(given.out, theme, f"{theme}-{scale}x{'-long' if long == 'True' else ''}", long=long == "True")
        return
    for theme, scale, long in LOOKS:
        look = [theme, str(scale), str(long)]
        subprocess.run(
            [sys.executable, "-m", "tests.screenshots", str(given.out), "--look", *look],
            check=True,
            env=os.environ
            | {"QT_SCALE_FACTOR": str(scale), "QT_QPA_PLATFORM": "offscreen"}
            # The offscreen platform says of every window what it can't do with it.
            | {"QT_LOGGING_RULES": "default.warning=false"},
        )


def _take(out: Path, theme: str, name: str, *, long: bool) -> None:
    from PySide6.QtWidgets import QApplication

    from diktate.ui.theme import DARK, LIGHT, wear

    app = QApplication([])
    if long:
        _lengthen(app)
    wear(app, DARK if theme == "dark" else LIGHT)
    for part, widget in _windows():
        widget.show()
        app.processEvents()
        widget.grab().save(str(out / f"{part}-{name}.png"))
        widget.close()
    _take_overlay(app, out / f"overlay-{name}.png")
    _take_icons(out / f"icons-{name}.png")
    _take_menu(app, out / f"menu-{name}.png")


def _windows() -> list[tuple[str, QWidget]]:
    from diktate.ui.help import HelpWindow
    from diktate.ui.history.window import HistoryWindow
    from diktate.ui.panel.window import Panel

    panel = Panel()
    panel.show_state(READY)
    panel.last.reveal.click()
    panel.show_problems([PROBLEM, LOST])
    first = Panel()
    first.show_state(State(phase=Phase.READY))
    first.offer_models([("base", "Base · 145 MB · suits this computer"), ("small", "Small · 484 MB · hears better")])
    fetching = Panel()
    fetching.offer_models([("base", "Base · 145 MB · suits this computer")])
    fetching.show_download(61_000_000, 145_000_000, "61 of 145 MB, about 20 s left")
    history = HistoryWindow()
    history.show_rows(_rows())
    history.table.selectRow(1)
    helps = []
    for topic in ("getting-started", "keys", "troubleshooting"):
        window = HelpWindow()
        window.open_topic(topic)
        helps.append((f"help-{topic}", window))
    windows: list[tuple[str, QWidget]] = [
        ("panel", panel),
        ("panel-first", first),
        ("panel-fetching", fetching),
        ("history", history),
        ("history-empty", HistoryWindow()),
        *helps,
    ]
    return windows + _settings_windows()


def _settings_windows() -> list[tuple[str, QWidget]]:
    from diktate.ui.settings.window import SettingsWindow

    shown: list[tuple[str, QWidget]] = []
    changed = Settings().with_value("stt.unload_after_min", 30).with_value("stt.language", "de")
    for place in range(6):
        window = SettingsWindow()
        window.offer("microphones", [("", "The system's own"), ("yeti", "Blue Yeti Nano Analog Stereo USB Microphone")])
        window.offer("models", [("", "Chosen for me"), ("base", "Whisper base")])
        window.offer("modes", [("dictate", "Dictate"), ("verbatim", "Verbatim")])
        window.show_settings(changed)
        window.pages.setCurrentRow(place)
        window.show_use("stt.device", "In use: CPU int8, loaded in 2.1 s")
        window.refuse("hotkeys.dictate", "Another program has Ctrl+Alt+D. Choose another combination.")
        shown.append((f"settings-{place}", window))
    search = SettingsWindow()
    search.show_settings(changed)
    search.search.setText("keep")
    nothing = SettingsWindow()
    nothing.search.setText("zebra")
    return [*shown, ("settings-search", search), ("settings-nothing", nothing)]


def _rows() -> list[Dictation]:
    failed = replace(
        RECEIPT,
        id="3",
        error=Trouble("speech", "The speech engine stopped.", "Your recording is kept: try again from here."),
        after_release_ms=None,
        insert=None,
    )
    return [
        Dictation(RECEIPT, text="We meet on Tuesday at nine, and Anna brings the report."),
        Dictation(replace(RECEIPT, id="2", audio_s=4.1), text="Please send the message to Thomas. " * 8),
        Dictation(replace(RECEIPT, id="5", audio_s=1.1)),
        Dictation(failed),
        Dictation(replace(failed, id="4"), raw="so the list for sunday is milk bread and apples"),
    ]


def _take_overlay(app: QApplication, file: Path) -> None:
    from PySide6.QtCore import QPoint, QSize, Qt
    from PySide6.QtGui import QPainter, QPixmap

    from diktate.ui.overlay import Overlay

    loud = iter([0.1, 0.5, 0.9, 0.3, 0.7, 1.0, 0.2, 0.4] * 40)
    overlay = Overlay(level=lambda: next(loud), clock=lambda: 107.0)
    writing = replace(READY, phase=Phase.TRANSCRIBING, last=None)
    steps: tuple[tuple[State, ...], ...] = (
        (replace(READY, phase=Phase.OPENING),),
        (replace(READY, phase=Phase.LISTENING, listening_since=100.0),),
        (writing,),
        (writing, READY),
        (writing, replace(READY, note="Nobody read the text. It is on your clipboard.")),
        (writing, replace(READY, phase=Phase.ERROR, trouble=PROBLEM)),
        (replace(READY, phase=Phase.ERROR, trouble=LOST),),
    )
    picture = QPixmap(QSize(520, 60 + 72 * len(steps)) * app.devicePixelRatio())
    picture.setDevicePixelRatio(app.devicePixelRatio())
    picture.fill(Qt.GlobalColor.white)
    painter = QPainter(picture)
    painter.fillRect(260, 0, 260, 2000, Qt.GlobalColor.darkGray)
    for place, states in enumerate(steps):
        overlay.show_state(State())
        for state in states:
            overlay.show_state(state)
        for _frame in range(20 if overlay.frames.isActive() else 0):
            overlay.frames.timeout.emit()
        app.processEvents()
        painter.drawPixmap(QPoint(16, 16 + 72 * place), overlay.grab())
        overlay.show_state(replace(READY, phase=Phase.OPENING))
        overlay.show_state(READY)
    painter.end()
    picture.save(str(file))
    overlay.close()


def _take_icons(file: Path) -> None:
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QColor, QPainter, QPixmap

    from diktate.ui.icons import app_icon, icon

    picture = QPixmap(880, 560)
    picture.fill(QColor("#F6F7F9"))
    painter = QPainter(picture)
    painter.fillRect(440, 0, 440, 560, QColor("#202328"))
    for row, phase in enumerate((Phase.STARTING, Phase.READY, Phase.LISTENING, Phase.TRANSCRIBING, Phase.ERROR)):
        for half in (0, 1):
            left = 16 + 440 * half
            for px in (16, 22, 24, 32, 48, 64):
                painter.drawPixmap(left, 16 + 80 * row, icon(phase, dark=bool(half)).pixmap(QSize(px, px)))
                left += px + 16
            painter.drawPixmap(left, 16 + 80 * row, icon(phase, dark=not half).pixmap(QSize(22, 22)))
    painter.drawPixmap(16, 424, app_icon().pixmap(QSize(128, 128)))
    painter.drawPixmap(160, 424, app_icon().pixmap(QSize(32, 32)))
    painter.end()
    picture.save(str(file))


def _take_menu(app: QApplication, file: Path) -> None:
    from diktate.ui.tray import Tray

    tray = Tray()
    tray.show_state(READY)
    tray.menu.ensurePolished()
    tray.menu.adjustSize()
    app.processEvents()
    tray.menu.grab().save(str(file))


def _lengthen(app: QApplication) -> None:
    """Make every text 40 % longer, as German makes them."""
    from PySide6.QtCore import QTranslator

    class Longer(QTranslator):
        def translate(self, _context: str, text: str, _disambiguation: str | None = None, n: int = -1) -> str:
            words = text.replace("%n", str(n))
            extra = "".join(letter for letter in words if letter.isalpha() or letter == " ") or "x"
            return words + " " + (extra * 2)[: max(1, round(len(words) * 0.4))].strip()

        def isEmpty(self) -> bool:  # noqa: N802 - Qt's name
            return False

    longer = Longer(app)
    app.installTranslator(longer)


if __name__ == "__main__":
    main()
