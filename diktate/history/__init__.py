"""Past dictations: one row each, with as many of the words as the user wants kept.

| privacy level | row | words | sound |
|---|---|---|---|
| 0 | none | | |
| 1 | the receipt | none | none |
| 2 | yes | as inserted; as heard for a day | yes |
| 3 | yes | both | yes |

From level 1 on, a dictation that failed or that nobody was seen reading keeps everything until `settle`.
"""

from __future__ import annotations

import csv
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TextIO, TypeAlias

from diktate.errors import HistoryError
from diktate.flow import Dictation
from diktate.history.database import Database
from diktate.history.migrations import MIGRATIONS
from diktate.history.rows import columns, dictation, flat, nested
from diktate.words import N_

Format: TypeAlias = Literal["csv", "json"]

RAW_WORDS_KEPT = timedelta(hours=24)
WORDS_LEVEL, RAW_LEVEL = 2, 3
"""The levels from which on the words, and for good the words as heard, are kept."""
EXPORT_ROWS = 500
"""Rows read at once for an export, so that the whole never stands in memory."""

_NAMES = ", ".join(column.name for column in columns())
_SELECT = f"SELECT {_NAMES}, delivered FROM dictations"  # noqa: S608 - names of our own fields
NEWEST = f"{_SELECT} ORDER BY started_at DESC, id DESC LIMIT ? OFFSET ?"


@dataclass(frozen=True)
class Entry:
    """One row."""

    dictation: Dictation
    delivered: bool
    """False while it waits for the user: it failed, or nobody was seen reading its words."""


class History:
    """The history of one user. Any thread may use it; every method may raise HistoryError. Nothing is opened before."""

    def __init__(self, file: Path, migrations: Sequence[str] = MIGRATIONS) -> None:
        self._database = Database(file, migrations)

    def add(self, spoken: Dictation, *, level: int) -> None:
        """Keep of it what the privacy level allows; one of the same id, tried before, is replaced."""
        if level <= 0:
            return
        delivered = _delivered(spoken)
        kept = _stripped(spoken, level) if delivered else spoken
        marks = ", ".join("?" * (len(columns()) + 1))
        insert = f"INSERT OR REPLACE INTO dictations ({_NAMES}, delivered) VALUES ({marks})"  # noqa: S608 - as above
        self._database.write(lambda connection: connection.execute(insert, (*flat(kept), delivered)))

    def newest(self, limit: int, offset: int = 0) -> tuple[Entry, ...]:
        return self._read(NEWEST, limit, offset)

    def knows(self, dictation_id: str) -> bool:
        """Say whether there is one of that id."""
        return bool(self._read(f"{_SELECT} WHERE id = ?", dictation_id))

    def show(self, dictation_id: str) -> Entry:
        """Give one; HistoryError if there is none of that id."""
        for entry in self._read(f"{_SELECT} WHERE id = ?", dictation_id):
            return entry
        raise HistoryError(N_("There is no dictation {id}."), N_("See diktate history list."), id=dictation_id)

    def settle(self, dictation_id: str, *, level: int) -> str | None:
        """Note that the user has dealt with it: from now on it is kept as any other.

        Gives the recording if that is no longer kept, to be deleted by the caller.
        """
        entry = self.show(dictation_id)
        kept = _stripped(entry.dictation, level)
        self._change(
            "UPDATE dictations SET delivered = 1, raw = ?, text = ?, sound = ? WHERE id = ?",
            [(kept.raw, kept.text, kept.sound, dictation_id)],
        )
        return entry.dictation.sound if kept.sound is None else None

    def prune(self, now: datetime, keep_days: int, level: int) -> tuple[str, ...]:
        """Forget rows older than that, and below level 3 words as heard older than a day; those unsettled stay.

        Gives the recordings of the rows that went, to be deleted by the caller.
        """
        gone = "delivered = 1 AND started_at < ?"
        limit, raw_limit = _stamp(now - timedelta(days=keep_days)), _stamp(now - RAW_WORDS_KEPT)

        def forget(connection: sqlite3.Connection) -> tuple[str, ...]:
            sounds = connection.execute(f"SELECT sound FROM dictations WHERE {gone} AND sound IS NOT NULL", (limit,))  # noqa: S608 - as above
            paths = tuple(path for (path,) in sounds)
            connection.execute(f"DELETE FROM dictations WHERE {gone}", (limit,))  # noqa: S608 - as above
            if level < RAW_LEVEL:
                connection.execute(f"UPDATE dictations SET raw = NULL WHERE {gone} AND raw IS NOT NULL", (raw_limit,))  # noqa: S608 - as above
            return paths

        paths = self._database.write(forget)
        self._database.fold()
        return paths

    def sounds_to_delete(self, now: datetime, audio_keep_days: int) -> tuple[str, ...]:
        """Give the recordings whose time is up; once they are deleted, say so with `forget_sounds`."""
        query = "SELECT sound FROM dictations WHERE sound IS NOT NULL AND delivered = 1 AND started_at < ?"
        limit = _stamp(now - timedelta(days=audio_keep_days))
        return tuple(path for (path,) in self._database.read(lambda it: it.execute(query, (limit,)).fetchall()))

    def forget_sounds(self, paths: Iterable[str]) -> None:
        """Note that these recordings are gone."""
        self._change("UPDATE dictations SET sound = NULL WHERE sound = ?", [(path,) for path in paths])

    def export(self, kind: Format, out: TextIO) -> None:
        """Write all rows, the oldest first: CSV with a line of names, or one JSON object."""
        _WRITERS[kind](self._oldest_first(), out)

    def close(self) -> None:
        """Let go of the file; the next use opens it again."""
        self._database.close()

    def _oldest_first(self) -> Iterator[Entry]:
        query = f"{_SELECT} WHERE (started_at, id) > (?, ?) ORDER BY started_at, id LIMIT ?"
        after = ("", "")
        while entries := self._read(query, *after, EXPORT_ROWS):
            yield from entries
            last = entries[-1].dictation.receipt
            after = (last.started_at, last.id)

    def _read(self, query: str, *values: object) -> tuple[Entry, ...]:
        rows = self._database.read(lambda connection: connection.execute(query, values).fetchall())
        return tuple(Entry(dictation(row[:-1]), bool(row[-1])) for row in rows)

    def _change(self, statement: str, rows: Sequence[tuple[object, ...]]) -> None:
        self._database.write(lambda connection: connection.executemany(statement, rows))


def as_json(entry: Entry) -> dict[str, Any]:
    """Give a row as scripts see it: the receipt, the words, and whether they arrived."""
    return {**nested(entry.dictation), "delivered": entry.delivered}


def _delivered(spoken: Dictation) -> bool:
    receipt = spoken.receipt
    return receipt.error is None and receipt.insert is not None and receipt.insert.confirmed is True


def _stripped(spoken: Dictation, level: int) -> Dictation:
    return spoken if level >= WORDS_LEVEL else replace(spoken, raw=None, text=None, sound=None)


def _stamp(moment: datetime) -> str:
    """Write it as in a receipt, so that the two compare as text."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _as_csv(entries: Iterator[Entry], out: TextIO) -> None:
    lines = csv.writer(out)
    lines.writerow([*(column.name for column in columns()), "delivered"])
    lines.writerows((*flat(entry.dictation), int(entry.delivered)) for entry in entries)


def _as_json(entries: Iterator[Entry], out: TextIO) -> None:
    out.write('{"dictations": [')
    for number, entry in enumerate(entries):
        out.write(",\n" if number else "\n")
        json.dump(as_json(entry), out, ensure_ascii=False)
    out.write("\n]}\n")


_WRITERS: dict[Format, Callable[[Iterator[Entry], TextIO], None]] = {"csv": _as_csv, "json": _as_json}
