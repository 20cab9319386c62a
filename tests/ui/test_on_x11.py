"""What only a real X server, a session bus and a real panel can show."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytestmark = pytest.mark.desktop

PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="systray"/>
  </property>
</channel>
"""


class Desktop:
    """An X server, a session bus and openbox, with nothing of the user's own."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(home),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_CURRENT_DESKTOP": "XFCE",
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={home}/bus",
            "NO_AT_BRIDGE": "1",
            "QT_QPA_PLATFORM": "xcb",
        }
        self._children: list[subprocess.Popen[str]] = []

    def up(self) -> None:
        read, write = os.pipe()
        screen = ["-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset", "-ac"]
        self.start("Xvfb", "-displayfd", str(write), *screen, pass_fds=(write,))
        os.close(write)
        with os.fdopen(read) as told:
            self.env["DISPLAY"] = ":" + told.readline().strip()
        address = self.env["DBUS_SESSION_BUS_ADDRESS"]
        self.start("dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address={address}")
        wait((self.home / "bus").exists, "the session bus")
        self.start("openbox", "--sm-disable")
        wait(lambda: "window id" in self.say("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"), "openbox")

    def down(self) -> None:
        for child in reversed(self._children):
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
            child.wait(20)
            if child.stdout is not None:
                child.stdout.close()

    def start(self, *words: str, pass_fds: tuple[int, ...] = ()) -> subprocess.Popen[str]:
        with (self.home / "log").open("a") as log:
            child = subprocess.Popen(
                words,
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if words[0] == sys.executable else log,
                stderr=log,
                pass_fds=pass_fds,
                start_new_session=True,
                text=True,
            )
        self._children.append(child)
        return child

    def say(self, *words: str) -> str:
        done = subprocess.run(words, env=self.env, capture_output=True, text=True, timeout=20, check=False)
        return done.stdout

    def start_panel(self) -> None:
        folder = self.home / "config/xfce4/xfconf/xfce-perchannel-xml"
        folder.mkdir(parents=True)
        (folder / "xfce4-panel.xml").write_text(PANEL)
        self.start("xfce4-panel", "--disable-wm-check")

    def tray_icons(self) -> str:
        place = ["--dest", "org.kde.StatusNotifierWatcher", "--object-path", "/StatusNotifierWatcher"]
        asked = ["org.kde.StatusNotifierWatcher", "RegisteredStatusNotifierItems"]
        return self.say("gdbus", "call", "--session", *place, "--method", "org.freedesktop.DBus.Properties.Get", *asked)


def wait(true: Callable[[], object], what: str, limit_s: float = 60) -> None:
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.05)


@pytest.fixture
def desktop() -> Iterator[Desktop]:
    home = Path(tempfile.mkdtemp(prefix="dk-"))  # short: a socket's path has 107 bytes
    made = Desktop(home)
    try:
        made.up()
        yield made
    finally:
        made.down()
        shutil.rmtree(home, ignore_errors=True)


def _started_app(desktop: Desktop) -> subprocess.Popen[str]:
    app = desktop.start(sys.executable, "-m", "tests.ui.desk_app")
    assert app.stdout is not None
    assert app.stdout.readline() == "ready\n"
    return app


def test_an_icon_made_before_the_panel_is_shown_once_the_panel_is_there(desktop: Desktop) -> None:
    app = _started_app(desktop)

    desktop.start_panel()

    assert app.stdout is not None
    assert app.stdout.readline() == "appeared\n"
    wait(lambda: "StatusNotifierItem" in desktop.tray_icons(), "the icon in the panel")


def test_the_overlay_leaves_the_focus_where_it_was(desktop: Desktop) -> None:
    typed = desktop.home / "typed"
    desktop.start("xterm", "-T", "target", "-e", "sh", "-c", f"cat > {typed}")
    wait(lambda: desktop.say("xdotool", "search", "--onlyvisible", "--name", "target"), "the terminal")
    wait(typed.exists, "the shell in it")
    window = desktop.say("xdotool", "search", "--onlyvisible", "--name", "target").split()[0]
    desktop.say("xdotool", "windowfocus", "--sync", window)

    _started_app(desktop)
    wait(lambda: desktop.say("xdotool", "search", "--onlyvisible", "--class", "desk_app"), "the overlay")
    desktop.say("xdotool", "type", "--delay", "30", "still here\n")

    wait(lambda: typed.read_text() == "still here\n", "the words in the terminal")
    assert desktop.say("xdotool", "getwindowfocus").strip() == window
