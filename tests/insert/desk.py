"""A small X desktop for the tests of inserting: Xvfb, openbox, a session bus; windows that write down what they get."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, TypeVar

PROGRAMS = Path(__file__).parent / "programs"
ROOT = Path(__file__).parents[2]
SYSTEM_PYTHON = "/usr/bin/python3"
"""python3-gi is no wheel."""
_T = TypeVar("_T")


def wait_for(what: Callable[[], _T], limit_s: float = 20, why: str = "") -> _T:
    """Wait until something is true."""
    until = time.monotonic() + limit_s
    while not (found := what()):
        if time.monotonic() > until:
            raise TimeoutError(why or "waited in vain")
        time.sleep(0.01)
    return found


class Desk:
    """A private display; everything started here ends with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": str(folder), "NO_AT_BRIDGE": "1"}
        self.env |= {"XDG_RUNTIME_DIR": str(folder), "PYTHONPATH": str(ROOT), "GTK_A11Y": "none"}
        self._children: list[subprocess.Popen[str]] = []
        self._windows = 0

    def __enter__(self) -> Self:
        readable, writable = os.pipe()
        self.spawn(["Xvfb", "-displayfd", str(writable), "-screen", "0", "1280x800x24", "-nolisten", "tcp",
                    "-noreset", "-ac"], pass_fds=[writable])  # fmt: skip
        os.close(writable)
        with os.fdopen(readable) as number:
            self.env["DISPLAY"] = f":{number.readline().strip()}"
        bus = self.folder / "bus"
        self.env["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={bus}"
        self.spawn(["dbus-daemon", "--session", "--nofork", "--nopidfile", f"--address=unix:path={bus}"])
        self.spawn(["openbox", "--sm-disable"])
        wait_for(lambda: "window id #" in self.run(["xprop", "-root", "_NET_SUPPORTING_WM_CHECK"]), why="openbox")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in reversed(self._children):
            self.end(child)

    def spawn(
        self,
        argv: Sequence[str],
        *,
        env: Mapping[str, str] | None = None,
        pass_fds: Sequence[int] = (),
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        stdout: int = subprocess.DEVNULL,
    ) -> subprocess.Popen[str]:
        child = subprocess.Popen(
            argv,
            env={**self.env, **(env or {})},
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.DEVNULL if not os.environ.get("DESK_LOUD") else None,
            start_new_session=True,
            pass_fds=pass_fds,
            text=True,
        )
        self._children.append(child)
        return child

    def end(self, child: subprocess.Popen[str]) -> None:
        """End a child and its group, stopped or not."""
        if child.poll() is None:
            for what in (signal.SIGCONT, signal.SIGTERM):
                os.killpg(child.pid, what)
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
        for stream in (child.stdin, child.stdout):
            if stream:
                stream.close()
        if child in self._children:
            self._children.remove(child)

    def run(self, argv: Sequence[str], limit_s: float = 20) -> str:
        return self.run_raw(argv, limit_s).decode()

    def run_raw(self, argv: Sequence[str], limit_s: float = 20) -> bytes:
        return subprocess.run(argv, env=self.env, timeout=limit_s, check=False, capture_output=True).stdout

    def xdo(self, *words: object) -> str:
        return self.run(["xdotool", *map(str, words)]).strip()

    def clipboard(self, target: str = "UTF8_STRING", selection: str = "clipboard") -> bytes:
        return self.run_raw(["xclip", "-selection", selection, "-o", "-t", target])

    def fill(self, content: bytes, target: str = "UTF8_STRING", selection: str = "clipboard") -> subprocess.Popen[str]:
        """Have another program hold the clipboard."""
        path = self.folder / f"fill-{time.monotonic_ns()}"
        path.write_bytes(content)
        with path.open("rb") as given:
            child = self.spawn(["xclip", "-quiet", "-selection", selection, "-t", target, "-i"], stdin=given)
        wait_for(lambda: self.clipboard(target, selection) == content, why="xclip")
        return child

    def own(self, formats: Mapping[str, bytes]) -> subprocess.Popen[str]:
        """Have another Qt program hold the clipboard in several formats."""
        argv = [sys.executable, str(PROGRAMS / "owner.py")]
        for number, (mime, content) in enumerate(formats.items()):
            path = self.folder / f"own-{number}"
            path.write_bytes(content)
            argv += [mime, str(path)]
        child = self.spawn(argv, stdout=subprocess.PIPE)
        assert child.stdout is not None
        assert child.stdout.readline() == "mine\n"
        return child

    @contextmanager
    def window(self, kind: str) -> Iterator[Window]:
        """Open a window of a kind, focus it, and close it again."""
        self._windows += 1
        title = f"{kind}-{self._windows}"
        path = self.folder / f"{title}.txt"
        child = self.spawn(_argv(kind, title, path), env={"GSK_RENDERER": "cairo", "GDK_BACKEND": "x11"})
        try:
            window = Window(self, title, path, child)
            window.focus()
            yield window
        finally:
            self.end(child)


class Window:
    """Another program's window."""

    def __init__(self, desk: Desk, title: str, path: Path, child: subprocess.Popen[str]) -> None:
        self._desk, self._title, self._path, self.child = desk, title, path, child

    @property
    def text(self) -> str:
        """What it holds; xterm hands line ends on as carriage returns."""
        text = self._path.read_bytes().decode() if self._path.exists() else ""
        return text.replace("\r", "\n")

    def focus(self) -> None:
        name = f"^{self._title}$"
        number = wait_for(
            lambda: self._desk.xdo("search", "--onlyvisible", "--name", name).split(), why=f"no {self._title}"
        )[0]

        def focused() -> bool:
            self._desk.xdo("windowactivate", number)
            return self._desk.xdo("getwindowfocus", "getwindowname") == self._title

        wait_for(focused, why=f"no focus for {self._title}")
        if self._title.startswith("xterm"):
            wait_for(self._path.exists, why="no shell in xterm")

    def holds(self, text: str) -> None:
        """Wait until it holds exactly that."""
        try:
            wait_for(lambda: self.text == text, 10)
        except TimeoutError:
            assert self.text == text

    def stop(self) -> None:
        os.kill(self.child.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self.child.pid, signal.SIGCONT)


class Driver:
    """The app under test, seen from outside."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._child = desk.spawn(
            [sys.executable, str(PROGRAMS / "driver.py")],
            env={"QT_QPA_PLATFORM": "xcb"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )

    def insert(self, text: str, **order: object) -> dict[str, Any]:
        self.begin(text, **order)
        return self.end()

    def begin(self, text: str, **order: object) -> None:
        self._say({"text": text, **order})

    def end(self) -> dict[str, Any]:
        assert self._child.stdout is not None
        line = self._child.stdout.readline()
        assert line, "the driver died"
        reply: dict[str, Any] = json.loads(line)
        return reply

    def open_own_window(self) -> None:
        self._say({"open": True})
        self.end()

    def quit(self) -> int:
        """Let it end by itself and give its exit status."""
        assert self._child.stdin is not None
        self._child.stdin.close()
        return self._child.wait(20)

    def close(self) -> None:
        self._desk.end(self._child)

    def _say(self, order: Mapping[str, object]) -> None:
        assert self._child.stdin is not None
        self._child.stdin.write(json.dumps(order) + "\n")
        self._child.stdin.flush()


def _argv(kind: str, title: str, path: Path) -> list[str]:
    if kind == "xterm":
        command = f"stty raw -echo; cat > '{path}'"
        return ["xterm", "-u8", "-T", title, "-xrm", "XTerm*allowTitleOps: false", "-e", "sh", "-c", command]
    python = SYSTEM_PYTHON if kind.startswith("gtk") else sys.executable
    return [python, str(PROGRAMS / f"{kind}_target.py"), title, str(path)]
