"""Windows of other programs to paste into; each is a process of its own that keeps what it holds in a file."""

from __future__ import annotations

import itertools
import shlex
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeAlias

from tests.desktop.programs import Process, Programs

Kind: TypeAlias = Literal["qt", "gtk3", "gtk4", "xterm"]

SYSTEM_PYTHON = "/usr/bin/python3"  # python3-gi is Debian's and not to be had as a wheel
GTK4_WITHOUT_GL = {"GSK_RENDERER": "cairo", "GDK_BACKEND": "x11"}
FOCUS_AGAIN_S = 2.0

_numbers = itertools.count(1)


@dataclass(frozen=True)
class TargetWindow:
    """One window of another program and the text in it."""

    desk: Programs
    kind: Kind
    window: int
    process: Process
    file: Path

    def focus(self) -> None:
        focus(self.desk, self.window)

    def text(self) -> str:
        return self.file.read_text(encoding="utf-8", errors="replace")

    def wait_text(self, expected: str | Callable[[str], bool], timeout_s: float = 20) -> str:
        """Wait until the text is the expected one, or the predicate likes it, and give it."""
        wanted = (lambda text: text == expected) if isinstance(expected, str) else expected
        try:
            self.desk.wait(lambda: wanted(self.text()), f"the text in the {self.kind} window", timeout_s)
        except TimeoutError as error:
            raise TimeoutError(f"The {self.kind} window holds {self.text()!r}. {error}") from None
        return self.text()

    def hang(self, seconds: float) -> None:
        """Freeze the program now and thaw it after that time, from another thread."""
        self.desk.freeze(self.process)
        thaw = threading.Timer(seconds, self.desk.thaw, [self.process])
        thaw.daemon = True
        thaw.start()


def open_target(desk: Programs, kind: Kind) -> TargetWindow:
    """Start a target and wait until it holds the focus and has written its (empty) text."""
    number = next(_numbers)
    title, file = f"target-{kind}-{number}", desk.base / "tmp" / f"target-{number}.txt"
    process = desk.spawn(_command(kind, title, file), f"target-{kind}", env=GTK4_WITHOUT_GL if kind == "gtk4" else {})
    shown = desk.wait(lambda: visible(desk, f"^{title}$"), f"the {kind} window")
    desk.wait(file.exists, f"the {kind} window to write its text")
    target = TargetWindow(desk, kind, shown[0], process, file)
    target.focus()
    return target


def visible(desk: Programs, title: str) -> list[int]:
    """Windows on the screen whose title matches the regular expression."""
    # Without --onlyvisible windows that can't take the focus yet are found too.
    found = desk.run(["xdotool", "search", "--onlyvisible", "--name", title], check=False)
    return [int(line) for line in found.split()]


def focused(desk: Programs) -> int:
    """Give the window that keys go to, as the window manager and the X server both see it; 0 if they differ."""
    active, keys = (desk.run(["xdotool", ask]).strip() for ask in ("getactivewindow", "getwindowfocus"))
    return int(active) if active == keys else 0


def focus(desk: Programs, window: int) -> None:
    """Give a window the keyboard, asking again while the window manager has not managed it yet."""
    asked_at = -FOCUS_AGAIN_S

    def has_it() -> bool:
        nonlocal asked_at
        if time.monotonic() - asked_at > FOCUS_AGAIN_S:
            asked_at = time.monotonic()
            desk.run(["xdotool", "windowactivate", str(window)])
        return focused(desk) == window

    desk.wait(has_it, "a window to get the focus")


def _command(kind: Kind, title: str, file: Path) -> list[str]:
    match kind:
        case "qt":
            return [sys.executable, "-m", "tests.desktop.targets.qt", title, str(file)]
        case "gtk3" | "gtk4":
            return [SYSTEM_PYTHON, "-m", f"tests.desktop.targets.{kind}", title, str(file)]
        case "xterm":
            # raw: every byte as it comes, a pasted newline is a carriage return
            keep = f"stty raw -echo; exec cat > {shlex.quote(str(file))}"
            return ["xterm", "-u8", "-T", title, "-e", "sh", "-c", keep]
