"""settings.json: read, check, migrate, write. A bad value costs only itself, and a copy of the file is kept.

The file is one flat object: `{"version": 1, "audio.device": "…"}`, holding what differs from the defaults.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

from diktate.errors import SettingsError
from diktate.paths import private
from diktate.settings.schema import Settings, Value, row, rows
from diktate.words import N_

log = logging.getLogger(__name__)

VERSION = 1
MIGRATIONS: tuple[Callable[[dict[str, Any]], dict[str, Any]], ...] = ()
"""`MIGRATIONS[n]` turns the values of version n+1 into those of n+2."""

Values: TypeAlias = dict[str, Value]


@dataclass(frozen=True)
class Loaded:
    """What a settings file came to."""

    settings: Settings
    values: dict[str, Any]
    """What stands in the file and is good, with keys of a newer version left as they are."""
    problems: tuple[SettingsError, ...] = ()
    """What was wrong with it, in words; empty if nothing was."""
    refusal: SettingsError | None = None
    """Why it must not be written over: a newer version's, or unreadable and no copy of it could be made."""


class Store:
    """The settings file of one user. Not locked: the running app is its only writer, the command line asks the app."""

    def __init__(self, file: Path, environ: Mapping[str, str] | None = None) -> None:
        self.file = file
        self._environ = os.environ if environ is None else environ

    def load(self) -> Loaded:
        """Read the file; never raises for what stands in it. Environment variables override for this run."""
        values, problems, refusal = self._read()
        good: dict[str, Any] = {}
        for key, value in values.items():
            try:
                good[key] = row(key).check(value) if key in rows() else value
            except SettingsError as error:
                problems.append(error)
        if problems:
            self._keep_copy("bad")
        settings = _applied(Settings(), {key: value for key, value in good.items() if key in rows()})
        for key, text in self._overrides():
            try:
                settings = settings.with_value(key, row(key).parse(text))
            except SettingsError as error:
                problems.append(error)
        for problem in problems:
            log.info("settings: %s", problem.what)
        return Loaded(settings, good, tuple(problems), refusal)

    def set(self, key: str, value: object) -> Loaded:
        """Check and write one value; SettingsError with the limits if it is bad or the file is a newer version's."""
        checked = row(key).check(value)
        loaded = self.load()
        if loaded.refusal:
            raise loaded.refusal
        kept = {name: old for name, old in loaded.values.items() if name != key}
        self._write(kept if checked == row(key).default else kept | {key: checked})
        return self.load()

    def reset(self, key: str) -> Loaded:
        """Go back to the default of one setting."""
        return self.set(key, row(key).default)

    def _read(self) -> tuple[dict[str, Any], list[SettingsError], SettingsError | None]:
        """Give the values, what is wrong with them, and why the file must be left alone."""
        try:
            text = self.file.read_text(encoding="utf-8")
            values = json.loads(text)
            if not isinstance(values, dict):
                raise ValueError  # noqa: TRY301, TRY004 - as broken as a half-written file
        except FileNotFoundError:
            return {}, [], None
        except (OSError, ValueError, RecursionError) as error:
            return self._unread(error)
        version = values.pop("version", 1)
        if not isinstance(version, int):
            version = 1
        for migrate in MIGRATIONS[version - 1 :] if version <= VERSION else ():
            values = migrate(values)
        if version > VERSION:
            newer = SettingsError(
                N_("The settings were written by a newer diktate and are left alone; what is known here is used."),
                N_("Install the newer version again, or remove {file} to start afresh."),
                file=self.file,
            )
            return values, [newer], newer
        return values, [], None

    def _unread(self, error: Exception) -> tuple[dict[str, Any], list[SettingsError], SettingsError | None]:
        if self._keep_copy("broken"):
            broken = SettingsError(
                N_("The settings file could not be read; the defaults are in use."),
                N_("A copy of it is kept beside {file}."),
                file=self.file,
            )
            return {}, [broken], None
        shut = SettingsError(
            N_("The settings file can't be read ({why}); the defaults are in use and changes are not kept."),
            N_("Check the rights of {file}, or move it away."),
            why=getattr(error, "strerror", None) or type(error).__name__,
            file=self.file,
        )
        return {}, [shut], shut

    def _overrides(self) -> list[tuple[str, str]]:
        names = {"DIKTATE_" + key.upper().replace(".", "_"): key for key in rows()}
        return [(names[name], text) for name, text in self._environ.items() if name in names]

    def _keep_copy(self, why: str) -> bool:
        """Say whether a copy lies beside it now."""
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
        copy = self.file.with_name(f"{self.file.name}.{why}-{stamp}")
        try:
            if not _is_kept(self.file):
                shutil.copy2(self.file, copy)
        except OSError as error:
            log.info("settings: no copy kept: %s", error.strerror)
            return False
        return True

    def _write(self, values: Mapping[str, object]) -> None:
        private(self.file.parent)
        partial = self.file.with_name(self.file.name + ".new")
        try:
            with os.fdopen(
                os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8"
            ) as out:
                json.dump({"version": VERSION, **values}, out, ensure_ascii=False, indent=1)
                out.flush()
                os.fsync(out.fileno())
            partial.replace(self.file)
        except OSError as error:
            raise SettingsError(
                N_("The settings could not be written: {why}."),
                N_("Check the disk and the rights of {file}."),
                why=error.strerror,
                file=self.file,
            ) from error


def _is_kept(file: Path) -> bool:
    """Say whether a copy with the same content lies beside it, so that reading twice makes one copy."""
    content = file.read_bytes()
    return any(copy.read_bytes() == content for copy in file.parent.glob(file.name + ".b*-*"))


def _applied(settings: Settings, values: Mapping[str, object]) -> Settings:
    for key, value in values.items():
        settings = settings.with_value(key, value)
    return settings
