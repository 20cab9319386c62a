"""Programs of one virtual desktop: started in its environment, logged in its folder, ended in reverse order."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, TypeVar

T = TypeVar("T")
Process: TypeAlias = subprocess.Popen[bytes]

ROOT = Path(__file__).parents[2]
"""The checkout; programs run in it, so that `python -m diktate` is this copy."""

POLL_S = 0.03
END_S = 5.0
"""How long a program may take to end when asked; the slowest part needs 0.3 s, on a loaded machine more."""


class Programs:
    """What runs in one environment. Not for several threads at once, `thaw` excepted."""

    base: Path
    """A private, short folder: a unix socket's path may have 107 bytes."""
    env: dict[str, str]

    def __init__(self) -> None:
        self._started: list[tuple[str, Process]] = []
        self._frozen: list[Process] = []

    def spawn(
        self,
        argv: Sequence[str | Path],
        name: str,
        *,
        env: Mapping[str, str] | None = None,
        stdin: bytes = b"",
        pass_fds: Sequence[int] = (),
    ) -> Process:
        """Start a program in a session of its own; what it prints goes to `log(name)`."""
        with self._log_file(name).open("ab") as log, tempfile.TemporaryFile() as standard_input:
            standard_input.write(stdin)
            standard_input.seek(0)
            process = subprocess.Popen(
                [str(word) for word in argv],
                env={**self.env, **(env or {})},
                cwd=ROOT,
                stdin=standard_input,
                stdout=log,
                stderr=log,
                start_new_session=True,
                pass_fds=tuple(pass_fds),
            )
        self._started.append((name, process))
        return process

    def run(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        check: bool = True,
        timeout_s: float = 30,
    ) -> str:
        """Run a program to its end and give what it printed; CalledProcessError if it failed and `check`."""
        return self.call(argv, env=env, check=check, timeout_s=timeout_s).stdout

    def call(
        self,
        argv: Sequence[str | Path],
        *,
        env: Mapping[str, str] | None = None,
        check: bool = False,
        timeout_s: float = 30,
    ) -> subprocess.CompletedProcess[str]:
        """Run a program to its end and give its exit status and both outputs."""
        return subprocess.run(
            [str(word) for word in argv],
            env={**self.env, **(env or {})},
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=check,
        )

    def wait(self, condition: Callable[[], T], what: str, timeout_s: float = 30, step_s: float = POLL_S) -> T:
        """Give the condition's value once it is true; TimeoutError with `what` and the ends of the logs if it never is.

        A condition that raises OSError or a subprocess error is not true yet.
        """
        until = time.monotonic() + timeout_s
        while True:
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                value = condition()
                if value:
                    return value
            if time.monotonic() > until:
                raise TimeoutError(f"Waited {timeout_s:g} s for {what}.\n{self._ends_of_logs()}")
            time.sleep(step_s)

    def log(self, name: str) -> str:
        """What programs of that name have printed so far."""
        file = self._log_file(name)
        return file.read_text(errors="replace") if file.exists() else ""

    def freeze(self, process: Process) -> None:
        """Let a program hang, alone, without its children, until it is thawed or ended."""
        self._frozen.append(process)
        process.send_signal(signal.SIGSTOP)
        self.wait(lambda: _state(process.pid) in "Tt", "a program to freeze")

    def thaw(self, process: Process) -> None:
        """Let it go on; harmless if it was not frozen or has ended. Any thread."""
        with contextlib.suppress(ValueError):
            self._frozen.remove(process)
        process.send_signal(signal.SIGCONT)

    def thaw_all(self) -> None:
        for process in list(self._frozen):
            self.thaw(process)

    def stop(self, process: Process) -> None:
        """End a program and what it started in its group, and wait until it is gone."""
        _signal_group(process, signal.SIGTERM)
        _signal_group(process, signal.SIGCONT)  # a frozen one can't hear the first
        try:
            process.wait(END_S)
        except subprocess.TimeoutExpired:
            _signal_group(process, signal.SIGKILL)
            process.wait(END_S)
        _signal_group(process, signal.SIGKILL)  # children that outlived their parent
        self._started = [(name, other) for name, other in self._started if other is not process]

    def stop_since(self, count: int) -> None:
        """End all but the first `count` programs, last first."""
        for _name, process in reversed(self._started[count:]):
            self.stop(process)

    def started(self) -> int:
        """How many programs have been started and not stopped, ended by themselves or not."""
        return len(self._started)

    def dead(self, count: int) -> list[str]:
        """Names of those among the first `count` programs that have ended by themselves."""
        return [name for name, process in self._started[:count] if process.poll() is not None]

    def strays(self) -> list[int]:
        """Every living process with this folder in its environment: also those that D-Bus or a program started."""
        return [pid for pid in _pids() if pid != os.getpid() and self._is_ours(pid)]

    def end_strays(self) -> None:
        """Give what is left a moment (D-Bus services end with their bus), then kill it."""
        try:
            self.wait(lambda: not self.strays(), "the last programs to end", timeout_s=END_S)
        except TimeoutError:
            for pid in self.strays():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            self.wait(lambda: not self.strays(), "killed programs to vanish", timeout_s=END_S)

    def _is_ours(self, pid: int) -> bool:
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            return False
        return f"HOME={self.base}/".encode() in environment

    def _log_file(self, name: str) -> Path:
        return self.base / "log" / f"{name}.log"

    def _ends_of_logs(self) -> str:
        ends = [f"--- {name} (exit {process.poll()})\n{self.log(name)[-600:]}" for name, process in self._started]
        return "\n".join(ends)


def _pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _state(pid: int) -> str:
    """The kernel's letter for what a process does; the name before it may hold spaces and brackets."""
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def _signal_group(process: Process, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)  # it leads a session of its own, so the group is ours alone
