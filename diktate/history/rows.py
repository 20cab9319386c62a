"""A dictation as a flat row and back: one column for each leaf of the receipt, named by its path joined with `_`."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from diktate.flow import Dictation, Receipt

RENAMED = {"llm_tokens_per_s": "llm_tokens_per_sec"}
"""Names that older databases know differently."""


@dataclass(frozen=True)
class Column:
    """One leaf of a dictation."""

    name: str
    path: tuple[str, ...]
    kind: type


@cache
def columns() -> tuple[Column, ...]:
    """Give the receipt's leaves in their order, then the words and the recording."""
    words = (Column(item.name, (item.name,), str) for item in dataclasses.fields(Dictation) if item.name != "receipt")
    return (*_leaves(Receipt, ("receipt",)), *words)


def flat(dictation: Dictation) -> tuple[Any, ...]:
    """Give the values in the order of `columns`; what stands in a part that was not reached is None."""
    return tuple(_value(dictation, column.path) for column in columns())


def dictation(values: Sequence[Any]) -> Dictation:
    """Give back what `flat` was given; an optional part of which nothing is known is None."""
    known = {
        column.path: column.kind(value) if value is not None else None
        for column, value in zip(columns(), values, strict=True)
    }
    return typing.cast("Dictation", _built(Dictation, (), known))


def nested(kept: Dictation) -> dict[str, Any]:
    """Give the receipt as scripts know it, and the words beside it."""
    parts = dataclasses.asdict(kept)
    return {**parts.pop("receipt"), **parts}


def _leaves(part: type, path: tuple[str, ...]) -> Iterator[Column]:
    for name, (kind, _optional) in _fields(part).items():
        if dataclasses.is_dataclass(kind):
            yield from _leaves(kind, (*path, name))
        else:
            plain = "_".join((*path[1:], name))
            yield Column(RENAMED.get(plain, plain), (*path, name), kind)


def _value(part: object, path: tuple[str, ...]) -> Any:
    for name in path:
        part = getattr(part, name) if part is not None else None
    return part


def _built(part: type, path: tuple[str, ...], known: Mapping[tuple[str, ...], Any]) -> Any:
    values = {}
    for name, (kind, optional) in _fields(part).items():
        here = (*path, name)
        if not dataclasses.is_dataclass(kind):
            values[name] = known[here]
        elif optional and all(value is None for leaf, value in known.items() if leaf[: len(here)] == here):
            values[name] = None
        else:
            values[name] = _built(kind, here, known)
    return part(**values)


@cache
def _fields(part: type) -> Mapping[str, tuple[type, bool]]:
    """Give name, type without None, and whether None may stand there."""
    hints = typing.get_type_hints(part)
    return {item.name: _without_none(hints[item.name]) for item in dataclasses.fields(part)}


def _without_none(hint: Any) -> tuple[type, bool]:
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        (kind,) = (choice for choice in typing.get_args(hint) if choice is not types.NoneType)
        return kind, True
    return hint, False
