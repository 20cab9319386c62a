"""The states on their way to one follower, which may be slow."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator
from multiprocessing.connection import Connection, Pipe, wait
from typing import Self

STATES_WAITING = 64
"""States a slow follower may fall behind; then it misses the oldest."""


class Follower:
    """States on their way to one follower: offered by any thread, taken by its own."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._states: deque[bytes] = deque(maxlen=STATES_WAITING)
        self._guard = threading.Lock()
        self._ended = False
        self._bell, self._ring = Pipe(duplex=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        with self._guard:
            self._ended = True
            self._bell.close()
            self._ring.close()

    def offer(self, message: bytes) -> None:
        with self._guard:
            if not self._ended:
                # At most one ring is unheard, so ringing never waits.
                if not self._states:
                    self._ring.send_bytes(b"!")
                self._states.append(message)

    def end(self) -> None:
        with self._guard:
            if not self._ended:
                self._ended = True
                if not self._states:
                    self._ring.send_bytes(b"!")

    def messages(self) -> Iterator[bytes]:
        """Yield states as they come, until the app or the follower ends."""
        while self._connection not in wait([self._connection, self._bell]):  # it never speaks: this is its end
            self._bell.recv_bytes()
            yield from self._taken()
            if self._ended:
                return

    def _taken(self) -> tuple[bytes, ...]:
        with self._guard:
            taken = tuple(self._states)
            self._states.clear()
            return taken
