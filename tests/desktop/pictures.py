"""Pictures of the real app at a real desktop, for the README: `python -m tests.desktop.pictures OUT`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.clips import clips
from tests.desktop.app import App
from tests.desktop.demo import HOTKEY
from tests.desktop.desk import Desk

RED = (0xFF, 0x63, 0x69)
"""The tray icon's colour while listening."""
PANEL_PX = 32
CLIP = next(clip for clip in clips("sentence") if clip.text.startswith("david"))
SETTLED_S = 1.0
"""A menu is drawn and an overlay has faded in well before this."""


def main() -> None:
    """Show a dictation into a window, then the tray menu."""
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    with Desk(tray="xfce4", size="960x600x24") as desk, App(desk) as app:
        subprocess.run(["xsetroot", "-solid", "#3b4a5a"], env=desk.env, check=True)
        window = desk.open("qt")
        window.focus()
        with desk.held(HOTKEY):
            desk.say(CLIP.path)
        window.wait_text(lambda text: bool(text.strip()))
        app.wait_state("ready")
        desk.keys.tap(HOTKEY)
        app.wait_state("listening")
        desk.say(CLIP.path)
        shot = desk.screenshot(out / "dictation.png")
        x, y = icon(shot)
        desk.keys.tap("Escape")
        app.wait_state("ready")
        desk.run(["xdotool", "mousemove", str(x), str(y), "click", "3"])
        still(desk, lambda: desk.screenshot(out / "menu.png").read_bytes())
        desk.keys.tap("Escape")


def icon(shot: Path) -> tuple[int, int]:
    """Find the red icon in the panel at the top of a screenshot."""
    size = subprocess.run(["identify", "-format", "%w", str(shot)], capture_output=True, text=True, check=True).stdout
    command = ["convert", str(shot), "-crop", f"{size}x{PANEL_PX}+0+0", "-depth", "8", "rgb:-"]
    pixels = subprocess.run(command, capture_output=True, check=True).stdout
    places = [at // 3 for at in range(0, len(pixels), 3) if tuple(pixels[at : at + 3]) == RED]
    if not places:
        raise RuntimeError("There is no red icon in the panel.")
    middle = places[len(places) // 2]
    return middle % int(size), middle // int(size)


def still(desk: Desk, picture: Callable[[], bytes]) -> None:
    """Take pictures until nothing has changed for SETTLED_S."""
    last, since = picture(), time.monotonic()

    def settled() -> bool:
        nonlocal last, since
        now = picture()
        if now != last:
            last, since = now, time.monotonic()
        return time.monotonic() - since > SETTLED_S

    desk.wait(settled, "the menu to be drawn")


if __name__ == "__main__":
    main()
