"""Keeps a text in a file, so that a reader always sees a whole one. Runs under Debian's own Python too."""

from __future__ import annotations

from pathlib import Path


def keep(file: Path, text: str) -> None:
    """Replace the file's text in one step."""
    beside = file.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)
