"""The database file: opened when first needed, brought up to date, replaced when broken; any thread, one at a time."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn, TypeVar

from diktate.errors import HistoryError
from diktate.paths import private
from diktate.words import N_

BUSY_S = 5.0
"""How long to wait for another process that is writing."""

_BROKEN = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_COMPANIONS = ("", "-wal", "-shm")
"""What belongs to a database file besides itself, by the ends of the names."""

Result = TypeVar("Result")


class Database:
    """One connection and a lock. Other processes may have the same file open: it is in WAL mode."""

    def __init__(self, file: Path, migrations: Sequence[str]) -> None:
        self._file, self._migrations = file, migrations
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._inode = 0

    def read(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do it on one state of the file, without waiting for writers; errors as with `write`."""
        return self._do("BEGIN", work)

    def write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Do it in one transaction. HistoryError if the disk is full, the file can't be opened or is a newer version's.

        A broken file is set aside, the work done in a new one, and then HistoryError raised, once, to say so.
        """
        return self._do("BEGIN IMMEDIATE", work)

    def fold(self) -> None:
        """Write everything into the file itself, so that no deleted word is left in the -wal; skipped while in use."""
        with self._lock, suppress(sqlite3.Error):
            self._opened().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        with self._lock:
            self._close()

    def _do(self, begin: str, work: Callable[[sqlite3.Connection], Result]) -> Result:
        with self._lock:
            try:
                return self._try(begin, work)
            except sqlite3.Error as error:
                if _primary(error) not in _BROKEN:
                    self._refuse(error)
                aside = self._set_aside()
            try:
                self._try(begin, work)
            except sqlite3.Error as error:
                self._refuse(error)
            raise HistoryError(
                N_("The history was broken and a new one was started."),
                N_("What is left of the old one is kept as {file}."),
                file=aside,
            )

    def _try(self, begin: str, work: Callable[[sqlite3.Connection], Result]) -> Result:
        connection = self._opened()
        connection.execute(begin)
        try:
            result = work(connection)
        except BaseException:
            with suppress(sqlite3.Error):  # a full disk has already rolled back
                connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
        return result

    def _opened(self) -> sqlite3.Connection:
        if not self._still_there():  # set aside by another process, or deleted by the user
            self._close()
        if self._connection is None:
            try:
                self._connection = self._open()
            except OSError as error:
                raise HistoryError(
                    N_("The history can't be opened: {why}."),
                    N_("Check the disk and the rights of {file}."),
                    why=error.strerror,
                    file=self._file,
                ) from error
        return self._connection

    def _open(self) -> sqlite3.Connection:
        private(self._file.parent)
        # SQLite gives its -wal and -shm the rights of the file.
        os.close(os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600))
        self._file.chmod(0o600)
        self._inode = self._file.stat().st_ino
        connection = sqlite3.connect(self._file, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            self._check_version(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA secure_delete = ON")  # words that are deleted are overwritten
            self._migrate(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _check_version(self, connection: sqlite3.Connection) -> None:
        if _version(connection) > len(self._migrations):
            raise HistoryError(
                N_("The history was written by a newer diktate and is left alone."),
                N_("Install the newer version again, or move {file} away to start afresh."),
                file=self._file,
            )

    def _migrate(self, connection: sqlite3.Connection) -> None:
        if _version(connection) == len(self._migrations):
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            # Read again: another process may have been faster.
            for number in range(_version(connection), len(self._migrations)):
                for statement in self._migrations[number].split(";"):
                    connection.execute(statement)
                connection.execute(f"PRAGMA user_version = {number + 1}")
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")

    def _set_aside(self) -> Path:
        """Rename the broken file, unless another process has already put a new one in its place."""
        self._close()
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
        aside = self._file.with_name(f"{self._file.name}.broken-{stamp}")
        try:
            if self._still_there():
                for end in _COMPANIONS:
                    with suppress(FileNotFoundError):
                        self._file.with_name(self._file.name + end).rename(aside.with_name(aside.name + end))
        except OSError as error:
            raise HistoryError(
                N_("The history is broken and can't be moved away: {why}."),
                N_("Move {file} away yourself."),
                why=error.strerror,
                file=self._file,
            ) from error
        return aside

    def _still_there(self) -> bool:
        try:
            return self._file.stat().st_ino == self._inode
        except FileNotFoundError:
            return False

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _refuse(self, error: sqlite3.Error) -> NoReturn:
        if _primary(error) == sqlite3.SQLITE_FULL:
            raise HistoryError(
                N_("The disk is full; the history could not be written."), N_("Make room on it.")
            ) from error
        raise HistoryError(
            N_("The history failed: {why}."),
            N_("Check the disk and the rights of {file}."),
            why=getattr(error, "sqlite_errorname", type(error).__name__),
            file=self._file,
        ) from error


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _primary(error: sqlite3.Error) -> int:
    """SQLite's result code without its extension; -1 for an error of Python's own side."""
    return getattr(error, "sqlite_errorcode", -1) & 0xFF
