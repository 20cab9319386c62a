"""The connection itself on each system: how it is reached and offered, who is there, and no endless waiting."""

from __future__ import annotations

import hashlib
import os
import socket
import struct
import sys
import time
from contextlib import suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client, Connection, Listener
from pathlib import Path
from typing import cast

from diktate.instance.messages import MESSAGE_BYTES

BROKEN = (OSError, EOFError, ValueError, RecursionError, AuthenticationError, AssertionError)
"""What a connection can end with. AssertionError: Python 3.11 meets a wrong first message of the challenge with one;
RecursionError: JSON that is only brackets."""

CONNECTIONS = 16


class Line:
    """A connection on which nobody waits for ever; passes for one in the challenge functions."""

    def __init__(self, connection: Connection, timeout_s: float) -> None:
        self._connection, self._until = connection, time.monotonic() + timeout_s
        patience(connection, timeout_s)

    def recv_bytes(self, maxlength: int = MESSAGE_BYTES) -> bytes:
        if not self._connection.poll(max(0.0, self._until - time.monotonic())):
            raise TimeoutError
        return self._connection.recv_bytes(maxlength)

    def send_bytes(self, message: bytes) -> None:
        self._connection.send_bytes(message)

    def wait_for_bytes(self) -> bytes:
        """Receive without a limit of time."""
        self._connection.poll(None)
        return self._connection.recv_bytes(MESSAGE_BYTES)

    @property
    def connection(self) -> Connection:
        """This line where a connection is asked for: the challenge functions need its two methods and no more."""
        return cast("Connection", self)


def address(folder: Path) -> Path:
    """Where the socket stands; unused on Windows."""
    return folder / "ctl"


def reach(folder: Path, key: bytes, timeout_s: float) -> Connection:
    """Connect to the app; the key is needed on Windows only. OSError if that fails."""
    if sys.platform == "win32":
        return cast("Connection", Client(_pipe_name(key), "AF_PIPE"))
    else:  # noqa: RET505 - mypy reads the branches of a platform only so
        # Not `Client`: it waits for ever where the app is stopped and the queue of its socket full.
        with socket.socket(socket.AF_UNIX) as end:
            end.settimeout(timeout_s)
            end.connect(str(address(folder)))
            end.settimeout(None)
            return Connection(end.detach())


def offer(folder: Path, key: bytes) -> Listener:
    """Open the app's end in place of one left behind; OSError if that fails."""
    if sys.platform == "win32":
        return Listener(_pipe_name(key), "AF_PIPE")
    else:  # noqa: RET505 - as above
        address(folder).unlink(missing_ok=True)
        listener = Listener(str(address(folder)), "AF_UNIX", backlog=CONNECTIONS)
        address(folder).chmod(0o600)
        return listener


def same_user(connection: Connection) -> bool:
    """Ask the kernel who is at the other end; elsewhere the folder's rights and the key have to do."""
    if sys.platform == "linux":
        with socket.fromfd(connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as end:
            _pid, uid, _gid = struct.unpack("3i", end.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
        return bool(uid == os.geteuid())
    else:  # noqa: RET505 - as above
        return True


def patience(connection: Connection, wait_s: float) -> None:
    """Bound every single read and write; 0 is no bound. Windows needs none: a message comes there whole or not."""
    if sys.platform != "win32":
        whole, part = divmod(wait_s, 1)
        timeval = struct.pack("ll", int(whole), int(part * 1e6))
        with socket.fromfd(connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as end:
            end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, timeval)
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, timeval)


def cut(connection: Connection) -> None:
    """Wake the thread that waits on the connection; that thread closes it."""
    if sys.platform != "win32":
        with suppress(OSError), socket.fromfd(connection.fileno(), socket.AF_UNIX, socket.SOCK_STREAM) as end:
            end.shutdown(socket.SHUT_RDWR)


def _pipe_name(key: bytes) -> str:
    """Name the pipe after the key: nobody else can guess it and take it first."""
    return rf"\\.\pipe\diktate-{hashlib.sha256(key).hexdigest()[:32]}"
