"""A dictation as a row, and back."""

from __future__ import annotations

import dataclasses
import sqlite3
from typing import Any

from hypothesis import given

from diktate.flow import Dictation
from diktate.history.migrations import MIGRATIONS
from diktate.history.rows import columns, dictation, flat, nested

from .samples import dictations, failed, spoken


def leaves(value: Any, path: str = "") -> set[str]:
    """Name the leaves of nested dicts as the contract does."""
    if not isinstance(value, dict):
        return {path}
    return {leaf for name, part in value.items() for leaf in leaves(part, f"{path}_{name}".lstrip("_"))}


@given(dictations)
def test_a_row_gives_back_the_dictation(kept: Dictation) -> None:
    assert dictation(flat(kept)) == kept


@given(dictations)
def test_the_database_gives_back_the_dictation(kept: Dictation) -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(";".join(MIGRATIONS))
    names = ", ".join(column.name for column in columns())
    marks = ", ".join("?" * len(columns()))
    connection.execute(f"INSERT INTO dictations ({names}) VALUES ({marks})", flat(kept))  # noqa: S608 - our own names

    row = connection.execute(f"SELECT {names} FROM dictations").fetchone()  # noqa: S608 - our own names
    connection.close()

    assert dictation(row) == kept


def test_every_leaf_has_a_column_of_its_type() -> None:
    connection = sqlite3.connect(":memory:")
    connection.executescript(";".join(MIGRATIONS))
    there = {name: kind for _number, name, kind, *_rest in connection.execute("PRAGMA table_info(dictations)")}
    connection.close()
    kinds = {str: "TEXT", float: "REAL", int: "INTEGER", bool: "INTEGER"}

    assert {column.name: kinds[column.kind] for column in columns()} == {
        name: kind for name, kind in there.items() if name != "delivered"
    }


def test_columns_are_named_by_the_path_of_the_leaf() -> None:
    from diktate.flow import LlmReceipt, Trouble

    whole = spoken(error=Trouble("a", "b", "c"))
    whole = dataclasses.replace(whole, receipt=dataclasses.replace(whole.receipt, llm=LlmReceipt(tokens=1)))
    names = {"llm_tokens_per_sec" if leaf == "llm_tokens_per_s" else leaf for leaf in leaves(nested(whole))}

    assert {column.name for column in columns()} == names


def test_what_was_not_reached_is_none() -> None:
    row = dict(zip((column.name for column in columns()), flat(failed()), strict=True))

    assert row["insert_confirmed"] is None
    assert row["llm_tokens"] is None
    assert row["error_kind"] == "insert"
