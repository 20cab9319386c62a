"""A private virtual desktop: X server, D-Bus, window manager, tray, sound with a virtual microphone, keyring.

    with Desk() as desk:
        window = desk.open("qt")
        desk.say(desk.speak("hello"))

Several desks may run side by side, and nothing of the user's own session leaks in or out.
"""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Self

from tests.desktop import windows
from tests.desktop.input import Clipboard, Keys, Selection
from tests.desktop.programs import Process, Programs
from tests.desktop.sound import Sound
from tests.desktop.tray import Host, start_tint2, start_xfce4
from tests.desktop.windows import Kind, TargetWindow, open_target

FOLDERS = {
    "HOME": "home",
    "XDG_RUNTIME_DIR": "run",
    "XDG_CONFIG_HOME": "cfg",
    "XDG_CACHE_HOME": "cache",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "TMPDIR": "tmp",
}
BUS = ("--session", "--nofork", "--nopidfile")
START_S = 30.0
SESSION = {
    "XDG_SESSION_TYPE": "x11",
    "XDG_CURRENT_DESKTOP": "XFCE",
    "NO_AT_BRIDGE": "1",  # no accessibility bus: GTK would wait for one
    "GTK_A11Y": "none",
}


class Desk(Programs):
    """The desktop and all that can be done at it. What is started at it ends with it, last first."""

    def __init__(
        self,
        *,
        dbus: bool = True,
        audio: bool = True,
        tray: Host | None = "xfce4",
        keyring: bool = False,
        dunst: bool = False,
        size: str = "1280x800x24",
    ) -> None:
        super().__init__()
        self._dbus = dbus
        self._audio = audio
        self._tray = tray
        self._keyring = keyring
        self._dunst = dunst
        self._size = size
        self._parts = 0
        self.sound = Sound(self)
        self.keys = Keys(self)
        self._clipboard = Clipboard(self)

    def __enter__(self) -> Self:
        self.base = Path(tempfile.mkdtemp(prefix="desk-", dir="/tmp"))
        try:
            self._furnish()
            self._start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End everything, last first, and remove the folder."""
        with contextlib.ExitStack() as whatever_happens:
            whatever_happens.callback(shutil.rmtree, self.base, ignore_errors=True)
            whatever_happens.callback(self.end_strays)
            self.stop_since(0)

    def tidy(self) -> None:
        """Make it as new for the next test; RuntimeError if a part has died and only a new desk will do."""
        self.thaw_all()
        self.stop_since(self._parts)
        broken = [name for name in self.dead(self._parts) if name != "pulseaudio"]
        if broken:
            raise RuntimeError(f"These parts of the desk have died: {', '.join(broken)}.")
        if self._audio:
            self.sound.revive()
            self._parts = self.started()
        self.keys.release_all()
        self._clipboard.clear("clipboard")
        self._clipboard.clear("primary")
        for folder in FOLDERS.values():
            shutil.rmtree(self.base / folder / "diktate", ignore_errors=True)

    # Windows

    def open(self, kind: Kind) -> TargetWindow:
        """Open another program's window to paste into; it has the focus when this returns."""
        return open_target(self, kind)

    def visible(self, title: str) -> list[int]:
        """Windows on the screen whose title matches the regular expression."""
        return windows.visible(self, title)

    def focus(self, window: int) -> None:
        windows.focus(self, window)

    def screenshot(self, file: Path) -> Path:
        file.parent.mkdir(parents=True, exist_ok=True)
        self.run(["import", "-window", "root", file])
        return file

    # Sound

    def say(self, wav: Path, *, wait: bool = True) -> Process:
        """Play a file into the microphone; with `wait` until its last sample has been heard."""
        return self.sound.say(wav, wait=wait)

    def speak(self, text: str, voice: str = "en-us", wpm: int = 150) -> Path:
        """Write speech as a 16 kHz mono WAV with 0.3 s of silence around; nothing is played yet."""
        return self.sound.speak(text, voice, wpm)

    def mute_mic(self) -> None:
        self.sound.mute(muted=True)

    def unplug_mic(self, *, others_left: bool = False) -> None:
        """Take the microphone away; streams end. With `others_left` they move silently to the speaker's monitor."""
        self.sound.unplug(others_left=others_left)

    def plug_mic(self) -> None:
        """Bring the microphone back, as the default and unmuted."""
        self.sound.plug()

    def kill_audio(self) -> None:
        """Let the sound server die without a word to anyone."""
        self.sound.kill()

    def revive_audio(self) -> None:
        """Have a sound server with its microphone, whatever has happened to them."""
        self.sound.revive()

    # Keys and clipboard

    @contextlib.contextmanager
    def held(self, combo: str) -> Iterator[None]:
        """Hold a combination down; it goes up whatever happens."""
        self.keys.down(combo)
        try:
            yield
        finally:
            self.keys.up(combo)

    def copy_text(self, text: str, selection: Selection = "clipboard") -> Process:
        """Put text on the clipboard as another program would, and give that program."""
        return self.copy(text.encode(), selection=selection)

    def copy(self, content: bytes, target: str = "UTF8_STRING", selection: Selection = "clipboard") -> Process:
        """Put bytes on the clipboard in one format, such as image/png, and give the program that offers them."""
        file = self.base / "tmp" / f"{selection}.copied"
        file.write_bytes(content)
        return self._clipboard.copy(file, target, selection)

    def clipboard(self, target: str = "UTF8_STRING", selection: Selection = "clipboard") -> bytes:
        """Give what is offered in that format; empty if nothing is. What is offered at all: `TARGETS`.

        What `copy` put there answers to any target with the same bytes, that is xclip's way.
        """
        return self._clipboard.read(target, selection)

    # Parts

    def kill_screen(self) -> None:
        """Let the X server die; the desk is of no use afterwards."""
        self._screen.send_signal(signal.SIGKILL)
        self._screen.wait()

    def owns(self, name: str) -> bool:
        """Whether a program on the session bus has that name now."""
        ask = "--print-reply --dest=org.freedesktop.DBus /org/freedesktop/DBus org.freedesktop.DBus.NameHasOwner"
        return "true" in self.run(["dbus-send", "--session", *ask.split(), f"string:{name}"])

    def _furnish(self) -> None:
        for folder in (*FOLDERS.values(), "log"):
            (self.base / folder).mkdir(mode=0o700)
        self.env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            **{name: str(self.base / folder) for name, folder in FOLDERS.items()},
            **SESSION,
            **self.sound.environment(),
            # libdbus would otherwise start a bus of its own, which nobody ends
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={self.base}/run/bus" if self._dbus else "disabled:",
        }

    def _start(self) -> None:
        self._start_screen()
        if self._dbus:
            self.spawn(["dbus-daemon", *BUS, f"--address=unix:path={self.base}/run/bus"], "dbus")
            self.wait(lambda: self.owns("org.freedesktop.DBus"), "the session bus")
        if self._audio:
            self.sound.start()
        self.spawn(["openbox", "--sm-disable"], "openbox")
        self.wait(
            lambda: "window id #" in self.run(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"]), "the window manager"
        )
        self._start_services()
        self._start_tray()
        self._parts = self.started()

    def _start_screen(self) -> None:
        reading, writing = os.pipe()
        try:
            words = ["-screen", "0", self._size, "-nolisten", "tcp", "-noreset", "-ac", "-dpi", "96"]
            self._screen = self.spawn(["Xvfb", "-displayfd", str(writing), *words], "xvfb", pass_fds=[writing])
        finally:
            os.close(writing)
        with os.fdopen(reading) as pipe:
            readable, _, _ = select.select([pipe], [], [], START_S)
            number = pipe.readline().strip() if readable else ""
        if not number:
            raise RuntimeError(f"Xvfb did not start: {self.log('xvfb')[-600:]}")
        self.env["DISPLAY"] = f":{number}"

    def _start_services(self) -> None:
        if self._keyring:
            words = ["gnome-keyring-daemon", "--unlock", "--components=secrets", "--foreground"]
            self.spawn(words, "keyring", stdin=b"desk")
            self.wait(lambda: self.owns("org.freedesktop.secrets"), "the keyring")
        if self._dunst:
            self.spawn(["dunst"], "dunst")
            self.wait(lambda: self.owns("org.freedesktop.Notifications"), "dunst")

    def _start_tray(self) -> None:
        match self._tray:
            case "xfce4":
                start_xfce4(self)
                self.wait(lambda: self.owns("org.kde.StatusNotifierWatcher"), "the tray of the Xfce panel")
            case "tint2":
                start_tint2(self)
            case None:
                pass
