"""A PulseAudio of our own with two virtual microphones, to be unplugged, muted, frozen and killed."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

# Without norewinds the null sink works in blocks of 2 s and the start of the speech is lost (measured).
SCRIPT = """
load-module module-native-protocol-unix auth-anonymous=1 socket={run}/pulse.sock
load-module module-null-sink sink_name=speaker rate=48000 channels=2 norewinds=1
load-module module-null-sink sink_name=mic_in rate=48000 channels=1 norewinds=1
load-module module-remap-source source_name=mic master=mic_in.monitor source_properties=device.description=Desk
load-module module-null-sink sink_name=mic2_in rate=48000 channels=1 norewinds=1
load-module module-remap-source source_name=mic2 master=mic2_in.monitor source_properties=device.description=Headset
set-default-sink speaker
set-default-source mic
"""
COMMAND = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--disable-shm=yes", "--use-pid-file=no"]
COMMAND += ["--realtime=no", "--high-priority=no", "--log-target=stderr", "-F"]


class SoundServer:
    """Runs while entered; `env` leads programs to it."""

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="pa-", dir="/tmp"))  # a socket's path may have 107 bytes
        run = str(self.folder)
        self.env = {
            "HOME": run,
            "XDG_RUNTIME_DIR": run,
            "PULSE_SERVER": f"unix:{run}/pulse.sock",
            "PULSE_RUNTIME_PATH": run,
            "PULSE_STATE_PATH": run,
            "PULSE_COOKIE": f"{run}/cookie",
        }
        (self.folder / "desk.pa").write_text(SCRIPT.format(run=run))
        self._log = (self.folder / "log").open("wb")
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._log.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self) -> None:
        self._process = subprocess.Popen(
            [*COMMAND, str(self.folder / "desk.pa")],
            env={**os.environ, **self.env},
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        until(lambda: self.pactl("get-default-source").strip() == "mic")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        (self.folder / "pulse.sock").unlink(missing_ok=True)

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def pactl(self, *arguments: str) -> str:
        env = {**os.environ, **self.env, "LC_ALL": "C"}
        return subprocess.run(
            ["pactl", *arguments], env=env, capture_output=True, text=True, timeout=30, check=False
        ).stdout

    def unload(self, word: str) -> None:
        for line in self.pactl("list", "short", "modules").splitlines():
            if word in line:
                self.pactl("unload-module", line.split()[0])

    def say(self, clip: Path, *, into: str = "mic_in") -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            ["paplay", f"--device={into}", str(clip)],
            env={**os.environ, **self.env},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )


def until(true: Callable[[], bool], limit_s: float = 20) -> None:
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
