"""The app's end: lets commands in, has them answered, and tells followers what changed."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener, answer_challenge, deliver_challenge
from pathlib import Path
from typing import Any

from diktate.errors import DiktateError, InstanceError
from diktate.instance.follower import Follower
from diktate.instance.line import BROKEN, CONNECTIONS, Line, cut, offer, patience, reach, same_user
from diktate.instance.messages import FOLLOW, Reply, Request, packed, unpacked
from diktate.instance.place import hold, key_file, make, new_key
from diktate.words import N_

log = logging.getLogger(__name__)

WAIT_S = 5.0
"""How long a connection may stay silent before its request; an honest client needs a millisecond."""
LAST_WORDS_S = 1.0
"""How long `stop` waits for replies on their way, such as the one to `quit`."""


class Server:
    """The app's end.

    `answer` is called on a connection's own thread and may take its time; a DiktateError from it is a refusal.
    """

    def __init__(self, folder: Path, answer: Callable[[Request], Reply]) -> None:
        self._folder, self._answer = folder, answer
        self._held: int | None = None
        self._key = b""
        self._listener: Listener | None = None
        self._door: threading.Thread | None = None
        self._guard = threading.Lock()
        self._open: dict[threading.Thread, Connection] = {}
        self._followers: set[Follower] = set()
        self._newest: bytes | None = None
        self._stopping = False

    def claim(self) -> bool:
        """Become the one running app of this user; False if there is one. Ends with `stop`, or with the process."""
        make(self._folder)
        try:
            self._held = hold(self._folder)
        except OSError as error:
            raise self._no_connection(error) from error
        return self._held is not None

    def start(self) -> None:
        """Open the connection; `claim` came before. What a killed app left behind is replaced."""
        try:
            self._key = new_key(self._folder)
            self._listener = offer(self._folder, self._key)
        except OSError as error:
            raise self._no_connection(error) from error
        self._door = threading.Thread(target=self._let_in, name="commands", daemon=True)
        self._door.start()

    def stop(self) -> None:
        """Let replies on their way out, then close everything and give the claim back. May be called from `answer`."""
        with self._guard:
            self._stopping = True
            followers = tuple(self._followers)
        for follower in followers:
            follower.end()
        self._close_door()
        self._say_goodbye(time.monotonic() + LAST_WORDS_S)
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def publish(self, state: Mapping[str, Any]) -> None:
        """Hand a state to every follower, now and to come. Never waits."""
        try:
            message = packed(state)
        except InstanceError as error:
            log.warning("commands: a state was not published: %s", error.what)
            return
        with self._guard:
            self._newest = message
            for follower in self._followers:
                follower.offer(message)

    def _let_in(self) -> None:
        listener = self._listener
        while listener is not None and not self._stopping:
            try:
                connection: Any = listener.accept()  # a Connection, on Windows a PipeConnection
            except OSError as error:
                if not self._stopping:
                    log.warning("commands: a connection failed: %s", error)
                    time.sleep(0.1)  # such as no file descriptor left: no busy loop until there is one
                continue
            self._receive(connection)

    def _receive(self, connection: Connection) -> None:
        thread = threading.Thread(target=self._serve, args=(connection,), name="command", daemon=True)
        with self._guard:
            welcome = not self._stopping and len(self._open) < CONNECTIONS
            if welcome:
                self._open[thread] = connection
        if welcome:
            thread.start()
        else:
            connection.close()

    def _serve(self, connection: Connection) -> None:
        try:
            with connection:
                if not same_user(connection):
                    raise AuthenticationError  # ends like a wrong key
                line = Line(connection, WAIT_S)
                deliver_challenge(line.connection, self._key)
                answer_challenge(line.connection, self._key)
                request = unpacked(line.recv_bytes())
                if request.command == FOLLOW:
                    self._feed(connection)
                else:
                    line.send_bytes(self._reply(request))
        except BROKEN as error:
            log.info("commands: a connection was refused or broke: %s", type(error).__name__)
        finally:
            with self._guard:
                self._open.pop(threading.current_thread(), None)

    def _reply(self, request: Request) -> bytes:
        try:
            reply = self._answer(request)
            return packed({"ok": reply.ok, "body": reply.body})
        except DiktateError as error:
            reply = Reply.refusal(error)
        except Exception as error:  # noqa: BLE001 - the edge of a thread: one bad command must not end the app
            log.warning("commands: %s failed: %s", request.command, type(error).__name__)
            reply = Reply.refusal(InstanceError(N_("The app failed at this."), N_("Its log says more.")))
        return packed({"ok": reply.ok, "body": reply.body})

    def _feed(self, connection: Connection) -> None:
        patience(connection, 0)  # it may read as slowly as it likes: this thread alone waits
        with Follower(connection) as follower:
            with self._guard:
                if self._newest is not None:
                    follower.offer(self._newest)
                if self._stopping:
                    return
                self._followers.add(follower)
            try:
                for message in follower.messages():
                    connection.send_bytes(message)
            finally:
                with self._guard:
                    self._followers.discard(follower)

    def _close_door(self) -> None:
        if self._listener is None or self._door is None:
            return
        with suppress(OSError, InstanceError):  # accept() does not wake by itself
            reach(self._folder, self._key, WAIT_S).close()
        self._door.join(WAIT_S)
        self._listener.close()
        key_file(self._folder).unlink(missing_ok=True)
        self._listener = None

    def _say_goodbye(self, until: float) -> None:
        with self._guard:
            leaving = dict(self._open)
        leaving.pop(threading.current_thread(), None)
        for thread in leaving:
            thread.join(max(0.0, until - time.monotonic()))
        with self._guard:
            left = [connection for thread, connection in self._open.items() if thread in leaving]
            for connection in left:
                cut(connection)

    def _no_connection(self, error: OSError) -> InstanceError:
        return InstanceError(
            N_("The connection for commands can't be opened: {why}."),
            N_("Check the rights of {folder}."),
            why=error.strerror or str(error),
            folder=self._folder,
        )
