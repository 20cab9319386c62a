"""The real app, run as a process at a virtual desktop and spoken to by its own commands."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from tests.clips import MODEL
from tests.desktop.desk import Desk
from tests.desktop.programs import Process

DIKTATE = (sys.executable, "-m", "diktate")
READY_S = 90.0
"""The start of Qt, the speech process and the model: some 4 s alone on two cores, many times that under load."""
POLL_S = 0.2
"""Each look at the state is a Python start; more often would take the app's share of two cores."""


class App:
    """One running app. Settings are the contract's keys; they reach it as environment variables."""

    process: Process

    def __init__(
        self,
        desk: Desk,
        settings: Mapping[str, str] | None = None,
        args: Sequence[str] = ("--hidden",),
        *,
        inside: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
    ) -> None:
        """`inside`: a command that runs the app, such as unshare; `env`: what it alone gets besides its settings."""
        self.desk = desk
        self.settings = {"stt.model": str(MODEL), "stt.language": "en", **(settings or {})}
        self.args, self.inside, self.env = args, inside, env or {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.desk.stop(self.process)

    def start(self) -> None:
        """Start it and wait until it is ready with its model loaded; RuntimeError if it ends instead."""
        self.launch()
        self.desk.wait(self._is_ready, "the app to be ready", READY_S, POLL_S)

    def launch(self) -> None:
        """Start it without waiting for anything."""
        env = {**self.environment(), **self.env}
        self.process = self.desk.spawn([*self.inside, *DIKTATE, *self.args], "diktate", env=env)

    def environment(self) -> dict[str, str]:
        """Give the settings as the app and its commands read them."""
        return {variable(key): value for key, value in self.settings.items()}

    def command(self, *args: str, timeout_s: float = 60) -> subprocess.CompletedProcess[str]:
        """Run `diktate ARGS` to its end, as a person at this desk would."""
        return self.desk.call([*DIKTATE, *args], env=self.environment(), timeout_s=timeout_s)

    def status(self) -> dict[str, Any]:
        """Give `diktate status --json`; CalledProcessError if there is no app to ask."""
        answer = self.command("status", "--json")
        answer.check_returncode()
        status: dict[str, Any] = json.loads(answer.stdout)
        return status

    def last_id(self) -> str | None:
        """Name the last dictation; None if there has been none."""
        last = self.status()["last"]
        return last["id"] if last else None

    def wait_state(self, state: str, timeout_s: float = 60) -> dict[str, Any]:
        """Wait for a state and give the status it was seen in. A short state may be missed: wait for what lasts."""

        def reached() -> dict[str, Any] | None:
            status = self._status_alive()
            return status if status["state"] == state else None

        status = self.desk.wait(reached, f"the app to be {state}", timeout_s, POLL_S)
        assert status is not None
        return status

    def wait_done(self, previous_id: str | None, timeout_s: float = 60) -> dict[str, Any]:
        """Wait for the receipt of a dictation after `previous_id` (`last_id()` asked before it) and give it."""

        def receipt() -> dict[str, Any] | None:
            last: dict[str, Any] | None = self._status_alive()["last"]
            return last if last and last["id"] != previous_id else None

        last = self.desk.wait(receipt, "the receipt of a dictation", timeout_s, POLL_S)
        assert last is not None
        return last

    def quit(self, timeout_s: float = 30) -> int:
        """Ask it to quit and give its exit status."""
        self.command("quit").check_returncode()
        return self.process.wait(timeout_s)

    def kill(self) -> None:
        """End the app's own process at once; its speech process has to notice by itself."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def said(self) -> str:
        """Give every sentence it has for the user now, what and what to do: the error and the problems, one a line."""
        status = self._status_alive()
        troubles = [*([status["error"]] if status["error"] else []), *status["problems"]]
        return "\n".join(f"{trouble['what']} {trouble['fix']}" for trouble in troubles)

    def wait_said(self, words: str, timeout_s: float = 60) -> str:
        """Wait until it says something with these words and give all that it says."""
        said = ""

        def heard() -> bool:
            nonlocal said
            said = self.said()
            return words in said

        try:
            self.desk.wait(heard, f"the app to say {words!r}", timeout_s, POLL_S)
        except TimeoutError as error:
            raise TimeoutError(f"The app says {said!r}. {error}") from None
        return said

    def speech_processes(self) -> list[int]:
        """Find the speech processes of this desk by their command line and their environment."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command, environment = (folder / "cmdline").read_bytes(), (folder / "environ").read_bytes()
            except OSError:
                continue
            if b"diktate.speech.child" in command and str(self.desk.base).encode() in environment:
                found.append(int(folder.name))
        return found

    def log_text(self) -> str:
        """What it printed and what stands in its log files."""
        files = sorted((self.desk.base / "state/diktate").rglob("*.log"))
        return "\n".join([self.desk.log("diktate"), *(file.read_text(errors="replace") for file in files)])

    def _is_ready(self) -> bool:
        status = self._status_alive()
        return status["state"] == "ready" and bool(status["stt"]["loaded"])

    def _status_alive(self) -> dict[str, Any]:
        ended = self.process.poll()
        if ended is not None:
            raise RuntimeError(f"The app has ended with status {ended}.\n{self.log_text()[-2000:]}")
        return self.status()


def variable(key: str) -> str:
    """Name the environment variable that overrides a setting."""
    return "DIKTATE_" + key.upper().replace(".", "_")
