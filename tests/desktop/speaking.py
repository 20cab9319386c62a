"""Speaking at the desk with a key held, and the question whether the app can still do all of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.clips import Clip, clips, wrong_words
from tests.desktop.app import App
from tests.desktop.desk import Desk

KEY = "ctrl+alt+d"


def clip(beginning: str) -> Clip:
    """Give the sample sentence that begins so."""
    return next(each for each in clips("sentence") if each.text.startswith(beginning))


SHORT = clip("write the message")
LONG = clip("can you test")


def hold(desk: Desk, wav: Path, key: str = KEY) -> None:
    """Hold the key for as long as the recording is played."""
    with desk.held(key):
        desk.say(wav)


def heard(text: str, spoken: Clip) -> bool:
    return bool(text.strip()) and wrong_words(spoken.text, text) == 0


def dictate(desk: Desk, app: App, spoken: Clip = SHORT, key: str = KEY) -> dict[str, Any]:
    """Have the words of a dictation arrive in a new window and give its receipt."""
    window = desk.open("qt")
    before = app.last_id()
    hold(desk, spoken.path, key)
    window.wait_text(lambda text: heard(text, spoken), timeout_s=60)
    receipt = app.wait_done(before)
    desk.stop(window.process)
    return receipt


def assert_works(desk: Desk, app: App, key: str = KEY) -> None:
    """Dictate as if nothing had been."""
    receipt = dictate(desk, app, key=key)
    assert receipt["error"] is None
    assert receipt["insert"]["confirmed"]
    assert app.status()["error"] is None


def assert_leaves_in_order(app: App) -> None:
    """Quit within the time a user waits for, without a line that only a programmer reads."""
    status = app.quit()
    assert status == 0, app.log_text()
    assert "Traceback" not in app.log_text()
    assert " ERROR " not in app.log_text()
