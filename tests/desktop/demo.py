"""One real dictation as a show: `python -m tests.desktop.demo [CLIP.wav]`.

A recording goes into a virtual microphone while the hotkey is held; the words arrive in another program's editor.
Leaves text.txt, expected.txt (if the clip's words are known), receipt.json and screen.png in build/demo.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from subprocess import SubprocessError
from typing import Any

from tests.clips import MINI_WHISPER, clips
from tests.desktop.app import App
from tests.desktop.desk import Desk
from tests.desktop.programs import ROOT
from tests.desktop.sound import seconds
from tests.desktop.windows import TargetWindow

OUT = ROOT / "build/demo"
DEFAULT_CLIP = MINI_WHISPER / "samples" / "08_en-us_m3.wav"
HOTKEY = "ctrl+alt+d"
WORDS_S = 60.0
WATCH_S = 0.005
"""How often the editor's file is looked at; the figure printed is at most this too long."""
STAGES = {
    "key down to first sample": "start_gap_ms",
    "loading the speech model": "stt.load_ms",
    "decoding in all": "stt.busy_ms",
    "key up believed": "grace_ms",
    "sound after key up": "capture_ms",
    "decoding after the last sample": "stt.tail_ms",
    "language model after key up": "llm.tail_ms",
    "inserting": "insert.took_ms",
    "key up to inserted, as the app saw it": "after_release_ms",
}


@dataclass(frozen=True)
class Shown:
    """What came of the dictation."""

    text: str
    receipt: Mapping[str, Any]
    wait_ms: float
    """Key up until the words stood in the other program's window."""


def main(arguments: list[str]) -> int:
    clip = Path(arguments[0]).resolve() if arguments else DEFAULT_CLIP
    if not clip.is_file():
        print(f"There is no recording at {clip}. Name a WAV file, or none for the built-in clip.", file=sys.stderr)
        return 1
    expected = spoken_in(clip)
    prepare(OUT, expected)
    shown = show(clip)
    if shown is None:
        return 1
    keep(OUT, shown)
    report(shown, expected)
    return 0


def spoken_in(clip: Path) -> str | None:
    """Give the words of a clip that came with the test model; None for any other recording."""
    return next((known.text for known in clips() if known.path == clip), None)


def show(clip: Path) -> Shown | None:
    """Run the dictation at a desk of its own; None, and the reason printed, if the words did not arrive."""
    print("Setting up a desktop with a tray, an editor and a microphone …")
    with Desk(tray="xfce4", keyring=True) as desk:
        app = App(desk)
        try:
            window = desk.open("qt")
            print("Starting diktate …")
            app.start()
            print(f"Holding {HOTKEY} and playing {clip.name} ({seconds(clip):.1f} s) …")
            return dictate(desk, app, window, clip)
        except (TimeoutError, RuntimeError, SubprocessError) as error:
            print(f"The words did not arrive: {str(error).splitlines()[0]}", file=sys.stderr)
            print("\nThe end of the app's log:", file=sys.stderr)
            print(app.log_text()[-3000:], file=sys.stderr)
            return None


def dictate(desk: Desk, app: App, window: TargetWindow, clip: Path) -> Shown:
    """Hold the key for as long as the clip lasts, then wait for the words in the window."""
    previous = app.last_id()
    window.focus()
    desk.keys.down(HOTKEY)
    try:
        player = desk.say(clip, wait=False)
        app.wait_state("listening")
        desk.screenshot(OUT / "screen.png")
        player.wait(seconds(clip) + 30)
    finally:
        released_at = time.monotonic()
        desk.keys.up(HOTKEY)
    desk.wait(lambda: window.text().strip(), "words in the editor", WORDS_S, WATCH_S)
    wait_ms = (time.monotonic() - released_at) * 1000
    receipt = app.wait_done(previous)
    return Shown(window.text(), receipt, wait_ms)


def prepare(folder: Path, expected: str | None) -> None:
    """Leave nothing of an earlier demo that could be taken for this one's."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("text.txt", "expected.txt", "receipt.json", "screen.png"):
        (folder / name).unlink(missing_ok=True)
    if expected is not None:
        (folder / "expected.txt").write_text(expected + "\n", encoding="utf-8")


def keep(folder: Path, shown: Shown) -> None:
    (folder / "text.txt").write_text(shown.text, encoding="utf-8")
    (folder / "receipt.json").write_text(json.dumps(shown.receipt, indent=2) + "\n", encoding="utf-8")


def report(shown: Shown, expected: str | None) -> None:
    """Print what arrived and what it cost."""
    if expected is not None:
        print(f"\nSpoken:  {expected}")
    print(f"Arrived: {shown.text.strip()}\n")
    for title, ms in stages(shown.receipt):
        print(f"  {title:<40}{ms:>8.0f} ms")
    print(f"\nSee {OUT.relative_to(ROOT)}/: text.txt, receipt.json, screen.png")
    print(f"{shown.wait_ms:.0f} ms from key up to text")


def stages(receipt: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    """Give the stages that were reached, in the order of STAGES."""
    for title, path in STAGES.items():
        value: Any = receipt
        for name in path.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        if value is not None:
            yield title, float(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
