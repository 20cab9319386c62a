"""A microphone held by a thread of its own, because opening, stopping and closing it can each hang for ever."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass

from diktate.audio.devices import refusal
from diktate.audio.stream import OURS, Format, OpenStream, Stream, open_in_any_format
from diktate.errors import MicrophoneError

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Block:
    """A stretch of sound as the device delivered it."""

    at: float
    """`time.monotonic()` of its arrival."""
    sound: bytes


class HeldMicrophone:
    """Opens at `start`, queues what it hears, closes after `let_go`; nobody who uses it ever waits for the device."""

    def __init__(self, device: str, open_stream: OpenStream) -> None:
        self._device, self._open_stream = device, open_stream
        self.blocks: deque[Block] = deque()
        """What has been heard and not yet been taken."""
        self.opened = threading.Event()
        """It is open, or `refused` says why not."""
        self.ended = threading.Event()
        """The stream has ended; before `let_go` this means that the device is gone."""
        self.form: Format = OURS
        self.latency_s = 0.0
        self.refused: MicrophoneError | None = None
        self._enough = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._hold, name="microphone", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def let_go(self, limit_s: float) -> bool:
        """Stop and close, waiting at most so long until it has stopped; later it ends by itself, or hangs alone."""
        self._enough.set()
        return self._stopped.wait(limit_s)

    def _hold(self) -> None:
        try:
            stream = self._open()
        except MicrophoneError as error:
            self.refused = error
        except Exception as error:  # a thread's edge; whatever a sound driver raises is an answer for the user
            log.exception("opening the microphone")
            self.refused = refusal(self._device, (), "other", type(error).__name__)
        else:
            self.latency_s = stream.latency_s
            self.opened.set()
            self._enough.wait()
            self._close(stream)
        self.opened.set()
        self._stopped.set()

    def _open(self) -> Stream:
        """Open it; if that fails, once more with a fresh list of devices: it may have been plugged in since."""
        started = time.monotonic()
        try:
            stream, self.form = open_in_any_format(
                self._open_stream, self._device, self._heard, self.ended.set, fresh=False
            )
        except MicrophoneError:
            if self._enough.is_set():
                raise
            log.info("opening the microphone again with a fresh list of devices")
            self.blocks.clear()
            self.ended.clear()
            stream, self.form = open_in_any_format(
                self._open_stream, self._device, self._heard, self.ended.set, fresh=True
            )
        log.debug("microphone open after %.0f ms", 1000 * (time.monotonic() - started))
        return stream

    def _heard(self, sound: bytes) -> None:
        """Queue; called on the sound system's thread, where every microsecond counts."""
        self.blocks.append(Block(time.monotonic(), sound))

    def _close(self, stream: Stream) -> None:
        started = time.monotonic()
        try:
            stream.stop()
            self._stopped.set()
            stream.close()
        except Exception:
            log.warning("closing the microphone failed", exc_info=True)
        log.debug("microphone closed after %.0f ms", 1000 * (time.monotonic() - started))
