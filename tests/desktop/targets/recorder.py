"""Records the default microphone as an app would (PortAudio, 16 kHz mono int16) until SIGTERM: `recorder FILE`.

`FILE.ready` appears with the first samples; FILE holds all of them, raw, once the process has ended.
"""

from __future__ import annotations

import signal
import sys
import threading
from pathlib import Path

import sounddevice


def main(file: Path) -> None:
    stop, first = threading.Event(), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    heard: list[bytes] = []

    def on_block(block: bytes, _frames: int, _time: object, _flags: object) -> None:
        heard.append(bytes(block))
        first.set()

    with sounddevice.RawInputStream(samplerate=16000, channels=1, dtype="int16", callback=on_block):
        first.wait()
        file.with_suffix(".ready").touch()
        stop.wait()
    file.write_bytes(b"".join(heard))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
