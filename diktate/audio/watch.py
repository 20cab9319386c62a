"""Looks at the microphone from outside while it records: no stream tells that its source is gone or muted."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from diktate.audio.devices import Sight

log = logging.getLogger(__name__)

EVERY_S = 1.0
Look = Callable[[str], Sight | None]


class Watch:
    """Looks once a second on a thread of its own, since looking can hang with the sound server.

    PulseAudio moves the stream of a source that goes away to another one, even to what the loudspeaker plays, and
    its blocks keep coming.
    """

    def __init__(self, device: str, look: Look) -> None:
        self._device, self._look = device, look
        self.gone = threading.Event()
        """It was there and is no more."""
        self.muted = False
        """As last seen."""
        self.name = device
        self._enough = threading.Event()

    def start(self) -> None:
        threading.Thread(target=self._run, name="microphone watch", daemon=True).start()

    def stop(self) -> None:
        self._enough.set()

    def _run(self) -> None:
        seen_once = False
        while not self._enough.is_set():
            try:
                sight = self._look(self.name)
            except LookupError:
                if seen_once:
                    self.gone.set()
                    return
                sight = None
            if sight:
                seen_once, self.name, self.muted = True, sight.name, sight.muted
            self._enough.wait(EVERY_S)
