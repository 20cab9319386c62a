"""What is kept, how long, and what happens to a bad file."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from diktate.errors import HistoryError
from diktate.flow import Dictation
from diktate.history import EXPORT_ROWS, NEWEST, Entry, History
from diktate.history.migrations import MIGRATIONS
from diktate.history.rows import columns

from .samples import RAW, SOUND, WORDS, failed, spoken

NOON = datetime(2026, 1, 10, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "history.sqlite"


@pytest.fixture
def history(file: Path) -> Iterator[History]:
    history = History(file)
    yield history
    history.close()


def words(dictation: Dictation) -> tuple[str | None, str | None, str | None]:
    return dictation.raw, dictation.text, dictation.sound


def only(history: History) -> Dictation:
    (entry,) = history.newest(10)
    return entry.dictation


def without_words(dictation: Dictation) -> Dictation:
    return replace(dictation, raw=None, text=None, sound=None)


def everything_on_disk(file: Path) -> bytes:
    return b"".join(part.read_bytes() for part in file.parent.iterdir() if not part.name.endswith("-shm"))


def test_nothing_is_opened_before_it_is_needed(file: Path, history: History) -> None:
    assert not file.parent.exists()


def test_at_level_0_no_row_is_kept_even_of_a_failure(file: Path, history: History) -> None:
    history.add(spoken(), level=0)
    history.add(failed("d2"), level=0)

    assert not file.exists()
    assert history.newest(10) == ()


def test_at_level_1_the_receipt_is_kept_without_words(file: Path, history: History) -> None:
    history.add(spoken(), level=1)

    assert history.newest(10) == (Entry(without_words(spoken()), delivered=True),)
    history.close()
    assert b"zebra" not in everything_on_disk(file)


@pytest.mark.parametrize("level", [2, 3])
def test_from_level_2_on_words_and_recording_are_kept(history: History, level: int) -> None:
    history.add(spoken(), level=level)

    assert history.newest(10) == (Entry(spoken(), delivered=True),)


@pytest.mark.parametrize("level", [1, 2, 3])
@pytest.mark.parametrize("undelivered", [failed(), spoken(confirmed=False)], ids=["failed", "unconfirmed"])
def test_what_was_not_seen_arriving_keeps_everything(history: History, undelivered: Dictation, level: int) -> None:
    history.add(undelivered, level=level)
    history.prune(NOON + 1000 * DAY, keep_days=1, level=level)

    assert history.newest(10) == (Entry(undelivered, delivered=False),)
    assert history.sounds_to_delete(NOON + 1000 * DAY, 0) == ()


def test_once_dealt_with_it_is_kept_as_any_other(history: History) -> None:
    history.add(failed(), level=2)

    assert history.settle("d1", level=2) is None

    assert history.newest(10) == (Entry(failed(), delivered=True),)
    assert history.sounds_to_delete(NOON + 2 * DAY, 1) == (SOUND,)


def test_once_dealt_with_at_level_1_the_words_go_and_the_recording_is_handed_out(file: Path, history: History) -> None:
    history.add(failed(), level=1)

    assert history.settle("d1", level=1) == SOUND

    assert words(only(history)) == (None, None, None)


def test_a_second_try_replaces_the_first(history: History) -> None:
    history.add(failed(), level=2)
    history.add(spoken(), level=2)

    assert history.newest(10) == (Entry(spoken(), delivered=True),)


def test_the_newest_come_first_and_page_by_page(history: History) -> None:
    for hour in (3, 1, 4, 0, 2):
        history.add(spoken(f"d{hour}", f"2026-01-10T0{hour}:00:00Z"), level=2)

    assert [entry.dictation.receipt.id for entry in history.newest(2)] == ["d4", "d3"]
    assert [entry.dictation.receipt.id for entry in history.newest(2, 2)] == ["d2", "d1"]
    assert [entry.dictation.receipt.id for entry in history.newest(2, 4)] == ["d0"]


def test_one_is_shown_and_an_unknown_one_is_said(history: History) -> None:
    history.add(spoken("d7"), level=2)

    assert history.show("d7").dictation == spoken("d7")
    with pytest.raises(HistoryError, match="no dictation d8"):
        history.show("d8")


def test_rows_are_forgotten_after_their_days_and_name_their_recordings(history: History) -> None:
    history.add(spoken("old"), level=3)
    history.add(spoken("new", "2026-01-10T12:00:02Z"), level=3)

    gone = history.prune(NOON + 90 * DAY + timedelta(seconds=1), keep_days=90, level=3)

    assert gone == (SOUND,)
    assert only(history).receipt.id == "new"


def test_words_as_heard_go_after_a_day_at_level_2(file: Path, history: History) -> None:
    history.add(spoken(), level=2)

    history.prune(NOON + 23 * HOUR, keep_days=90, level=2)
    assert only(history).raw == RAW
    history.prune(NOON + 25 * HOUR, keep_days=90, level=2)
    assert words(only(history)) == (None, WORDS, SOUND)


def test_words_as_heard_stay_at_level_3(history: History) -> None:
    history.add(spoken(), level=3)
    history.prune(NOON + 25 * HOUR, keep_days=90, level=3)

    assert only(history).raw == RAW


def test_forgotten_words_are_nowhere_in_the_file(file: Path, history: History) -> None:
    history.add(spoken(), level=2)
    assert b"zebra" in everything_on_disk(file)

    history.prune(NOON + 91 * DAY, keep_days=90, level=2)

    assert b"zebra" not in everything_on_disk(file)


def test_recordings_are_handed_out_until_they_are_deleted(history: History) -> None:
    history.add(spoken(), level=2)

    assert history.sounds_to_delete(NOON + 23 * HOUR, 1) == ()
    assert history.sounds_to_delete(NOON + 25 * HOUR, 1) == (SOUND,)
    history.forget_sounds([SOUND])
    assert history.sounds_to_delete(NOON + 25 * HOUR, 1) == ()
    assert words(only(history)) == (RAW, WORDS, None)


def test_an_export_as_csv_has_all_columns_and_rows(history: History) -> None:
    history.add(spoken("d2", "2026-01-10T12:00:01Z"), level=3)
    history.add(failed("d1"), level=3)
    out = io.StringIO()

    history.export("csv", out)

    first, second = csv.DictReader(io.StringIO(out.getvalue()))
    assert list(first) == [*(column.name for column in columns()), "delivered"]
    assert (first["id"], first["error_kind"], first["delivered"]) == ("d1", "insert", "0")
    assert (second["id"], second["text"], second["insert_confirmed"]) == ("d2", WORDS, "True")


def test_an_export_as_json_is_one_object_with_the_receipts(history: History) -> None:
    history.add(spoken(), level=3)
    out = io.StringIO()

    history.export("json", out)

    (row,) = json.loads(out.getvalue())["dictations"]
    assert row["stt"]["engine"] == "faster-whisper"
    assert row["llm"] is None
    assert (row["text"], row["delivered"]) == (WORDS, True)


def test_a_long_export_has_every_row_once(history: History) -> None:
    count = EXPORT_ROWS * 2 + 3
    for number in range(count):
        history.add(spoken(f"d{number:05}", f"2026-01-10T12:{number // 600:02}:00Z"), level=1)
    out = io.StringIO()

    history.export("json", out)

    assert [row["id"] for row in json.loads(out.getvalue())["dictations"]] == [f"d{n:05}" for n in range(count)]


def test_an_empty_export_is_still_whole(history: History) -> None:
    as_json, as_csv = io.StringIO(), io.StringIO()

    history.export("json", as_json)
    history.export("csv", as_csv)

    assert json.loads(as_json.getvalue()) == {"dictations": []}
    assert len(as_csv.getvalue().splitlines()) == 1


def test_the_file_is_for_its_owner_only(file: Path, history: History) -> None:
    history.add(spoken(), level=2)

    assert {stat.S_IMODE(part.stat().st_mode) for part in file.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


def test_many_threads_and_another_process_write_at_once(file: Path, history: History) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom diktate.history import History\n"
        "from tests.history.samples import spoken\n"
        "history = History(Path(sys.argv[1]))\n"
        "for n in range(50): history.add(spoken(f'other{n}'), level=2)\nhistory.close()\n"
    )
    other = subprocess.Popen([sys.executable, "-c", script, str(file)])

    def write(part: int) -> None:
        for number in range(25):
            history.add(spoken(f"{part}-{number}"), level=2)

    threads = [threading.Thread(target=write, args=(part,)) for part in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert other.wait(60) == 0
    assert len(history.newest(1000)) == 150


def test_the_newest_are_found_by_the_index(file: Path, history: History) -> None:
    history.add(spoken(), level=2)
    connection = sqlite3.connect(file)
    plan = " ".join(str(row[3]) for row in connection.execute("EXPLAIN QUERY PLAN " + NEWEST, (100, 0)))
    connection.close()

    assert "USING INDEX dictations_by_time" in plan
    assert "TEMP B-TREE" not in plan


def at_version(file: Path, version: int) -> None:
    file.parent.mkdir()
    connection = sqlite3.connect(file)
    for script in MIGRATIONS[:version]:
        connection.executescript(script)
    connection.execute(f"PRAGMA user_version = {version}")
    connection.close()


def shape(file: Path) -> list[tuple[str, ...]]:
    connection = sqlite3.connect(file)
    rows = connection.execute("SELECT type, name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    connection.close()
    assert version == len(MIGRATIONS)
    return rows


@pytest.mark.parametrize("version", range(len(MIGRATIONS) + 1))
def test_a_file_of_any_version_becomes_todays(file: Path, tmp_path: Path, history: History, version: int) -> None:
    fresh = tmp_path / "fresh" / "history.sqlite"
    new = History(fresh)
    new.newest(1)
    new.close()
    at_version(file, version)

    history.add(spoken(), level=2)

    assert only(history) == spoken()
    assert shape(file) == shape(fresh)


def test_a_version_to_come_keeps_the_rows(file: Path, history: History) -> None:
    history.add(spoken(), level=2)
    history.close()
    later = History(
        file, (*MIGRATIONS, "ALTER TABLE dictations ADD COLUMN tag TEXT; CREATE INDEX by_tag ON dictations (tag)")
    )

    assert only(later) == spoken()
    later.close()


def test_a_migration_that_fails_leaves_the_file_as_it_was(file: Path, history: History) -> None:
    history.add(spoken(), level=2)
    history.close()
    later = History(file, (*MIGRATIONS, "ALTER TABLE dictations ADD COLUMN tag TEXT; NONSENSE"))
    with pytest.raises(HistoryError):
        later.newest(1)
    later.close()

    assert only(history) == spoken()


def test_two_processes_may_migrate_at_once(file: Path) -> None:
    histories = [History(file) for _ in range(8)]
    failures: list[HistoryError] = []

    def open_it(history: History) -> None:
        try:
            history.newest(1)
        except HistoryError as error:
            failures.append(error)

    threads = [threading.Thread(target=open_it, args=(history,)) for history in histories]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    for history in histories:
        history.close()

    assert failures == []


def test_a_newer_file_is_refused_and_left_alone(file: Path, history: History) -> None:
    at_version(file, len(MIGRATIONS))
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = file.read_bytes()

    for _ in range(2):
        with pytest.raises(HistoryError, match="newer diktate"):
            history.add(spoken(), level=2)

    assert file.read_bytes() == before
    assert [part.name for part in file.parent.iterdir()] == [file.name]


def test_a_file_that_is_no_database_is_set_aside_and_said_once(file: Path, history: History) -> None:
    file.parent.mkdir()
    file.write_bytes(b"not a database at all" * 100)

    with pytest.raises(HistoryError, match="was broken and a new one was started") as told:
        history.add(spoken("first"), level=2)
    history.add(spoken("second"), level=2)

    (aside,) = file.parent.glob("*.broken-*")
    assert str(aside) in told.value.fix
    assert aside.read_bytes().startswith(b"not a database")
    assert {entry.dictation.receipt.id for entry in history.newest(10)} == {"first", "second"}


def test_a_file_damaged_in_the_middle_is_set_aside(file: Path, history: History) -> None:
    for number in range(200):
        history.add(spoken(f"d{number}"), level=3)
    history.close()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)

    with pytest.raises(HistoryError, match="was broken"):
        history.newest(100)

    assert history.newest(100) == ()


def test_two_that_meet_a_broken_file_keep_the_new_one(file: Path, history: History) -> None:
    for number in range(200):
        history.add(spoken(f"d{number}"), level=3)
    history._database.fold()
    content = bytearray(file.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    file.write_bytes(content)
    other = History(file)
    with pytest.raises(HistoryError):
        other.show("d1")
    other.add(spoken("new"), level=2)

    history.add(spoken("newer"), level=2)

    assert len(list(file.parent.glob("*.sqlite.broken-*Z"))) == 1
    assert len(history.newest(10)) == 2
    other.close()


def test_a_full_disk_is_said_and_loses_nothing_older(file: Path, history: History) -> None:
    history.add(spoken(), level=2)
    pages = history._database._opened()
    (count,) = pages.execute("PRAGMA page_count").fetchone()
    pages.execute(f"PRAGMA max_page_count = {count}")  # SQLite's own way to be on a full disk

    with pytest.raises(HistoryError, match="disk is full"):
        history.add(replace(spoken("big"), text="x" * 100_000), level=2)

    assert only(history) == spoken()


def test_a_file_that_cant_be_opened_is_said(file: Path, history: History) -> None:
    file.mkdir(parents=True)

    with pytest.raises(HistoryError, match="can't be opened"):
        history.newest(1)
