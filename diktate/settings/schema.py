"""The table of settings: type, default, words and limits, one line each.

To add a setting, add a line. Reading, checking, saving, `diktate config` and the settings window follow from it.
"""

from __future__ import annotations

import dataclasses
import typing
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, TypeAlias, get_origin, get_type_hints

from diktate.errors import SettingsError
from diktate.words import N_

Value: TypeAlias = bool | int | float | str | tuple[str, ...]
Kind: TypeAlias = Literal["switch", "number", "text", "choice", "list"]


@dataclass(frozen=True)
class Row:
    """One setting as a person meets it."""

    key: str
    """`section.name`, as in the file and on the command line."""
    kind: Kind
    default: Value
    title: str
    note: str
    unit: str
    low: float | None
    high: float | None
    choices: tuple[tuple[str, str], ...]
    """(value, words); for a text with a `source`, what the window offers comes from there."""
    source: str
    """Names a list the UI fills in: microphones, models, modes, keys."""
    page: str

    def check(self, value: object) -> Value:
        """Give the value in this row's type, or raise SettingsError saying what is allowed."""
        match self.kind, value:
            case "switch", bool():
                return value
            case "number", int() | float() if not isinstance(value, bool) and self._within(value):
                return self._number(value)
            case "choice", str() if value in dict(self.choices):
                return value
            case "text", str():
                return value
            case "list", list() | tuple() if all(isinstance(item, str) for item in value):
                return tuple(value)
            case _:
                return self._refuse(value)

    def parse(self, text: str) -> Value:
        """Give the value written as one word on a command line or in an environment variable."""
        if self.kind == "switch" and text.lower() in {"on", "true", "yes", "1", "off", "false", "no", "0"}:
            return text.lower() in {"on", "true", "yes", "1"}
        if self.kind == "number":
            try:
                return self.check(float(text))
            except ValueError:
                self._refuse(text)
        if self.kind == "list":
            return self.check([item.strip() for item in text.split(",") if item.strip()])
        return self.check(text)

    @property
    def allowed(self) -> str:
        """What may be set, in words."""
        match self.kind:
            case "switch":
                return "on, off"
            case "number":
                return f"{self.low} … {self.high} {self.unit}".strip()
            case "choice":
                return ", ".join(value for value, _words in self.choices)
            case "list":
                return "a list, separated by commas"
            case "text":
                return "any text"

    def _number(self, value: float) -> int | float:
        """Give whole numbers for a whole default: 12.0 is fine for 12, 12.5 is not."""
        if isinstance(self.default, float):
            return float(value)
        return int(value) if value == int(value) else self._refuse(value)

    def _within(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def _refuse(self, value: object) -> typing.NoReturn:
        shown = f"{value:g}" if isinstance(value, (int, float)) and not isinstance(value, bool) else "that"
        raise SettingsError(
            N_("{key} can't be {value}."), N_("Allowed: {allowed}."), key=self.key, value=shown, allowed=self.allowed
        )


def setting(
    default: Value,
    title: str,
    note: str = "",
    *,
    page: str = "",
    unit: str = "",
    low: float | None = None,
    high: float | None = None,
    choices: tuple[tuple[str, str], ...] = (),
    source: str = "",
) -> Any:
    """Declare one setting; `page` is the page of the window it stands on, by default that of the line before."""
    words = {"title": title, "note": note, "unit": unit, "low": low, "high": high, "choices": choices}
    return field(default=default, metadata=words | {"source": source, "page": page})


# A page's words are marked where the first of its rows stands; rows keep the order of this file.
GENERAL, SPEECH, SOUND = N_("General"), N_("Speech"), N_("Sound")
KEYS, INSERTION, PRIVACY = N_("Modes & keys"), N_("Insertion"), N_("Privacy")


@dataclass(frozen=True)
class Stt:
    """What turns sound into words."""

    model: str = setting("", N_("Model"), N_("Empty: the best one that is installed."), page=SPEECH, source="models")
    device: str = setting(
        "auto",
        N_("Runs on"),
        N_("A limit on the choice; what is really in use is shown beside it."),
        choices=(("auto", N_("Chosen for me")), ("cuda", N_("Graphics card")), ("cpu", N_("Processor"))),
    )
    compute_type: str = setting(
        "auto",
        N_("Precision"),
        N_("Lower precision needs less memory; the processor knows int8 and float32."),
        choices=(
            ("auto", N_("Chosen for me")),
            ("float16", "float16"),
            ("int8_float16", "int8_float16"),
            ("int8", "int8"),
            ("float32", "float32"),
        ),
    )
    language: str = setting("en", N_("Language"), N_("A code such as en or de, or auto to detect it each time."))
    unload_after_min: int = setting(
        10, N_("Release memory after"), N_("0 keeps the model loaded."), unit="min", low=0, high=1440
    )


@dataclass(frozen=True)
class Audio:
    """The microphone and the recording."""

    device: str = setting("", N_("Microphone"), N_("Empty: the one the system uses."), page=SOUND, source="microphones")
    longest_s: int = setting(
        1800, N_("Longest dictation"), N_("Then it stops by itself and is written."), unit="s", low=5, high=7200
    )
    keep_days: int = setting(
        1, N_("Keep recordings"), N_("0 deletes a recording once its words are written."), unit="days", low=0, high=365
    )


@dataclass(frozen=True)
class Hotkeys:
    """Keys that work in every window, one list for each mode."""

    dictate: tuple[str, ...] = setting(("ctrl+alt+d",), N_("Dictate"), page=KEYS, source="keys")
    verbatim: tuple[str, ...] = setting((), N_("Verbatim"), source="keys")
    tidy: tuple[str, ...] = setting((), N_("Tidy"), source="keys")
    cancel: tuple[str, ...] = setting(("escape",), N_("Cancel"), N_("Only while listening."), source="keys")
    style: str = setting(
        "auto",
        N_("Press or hold"),
        N_("Automatic: a short press starts and the next one stops; a long press talks while it is held."),
        choices=(("auto", N_("Automatic")), ("toggle", N_("Press to start and stop")), ("hold", N_("Hold to talk"))),
    )


@dataclass(frozen=True)
class Insert:
    """How the words reach the window."""

    method: str = setting(
        "auto",
        N_("Write by"),
        N_("Pasting gives your clipboard back afterwards."),
        page=INSERTION,
        choices=(("auto", N_("Chosen for me")), ("paste", N_("Paste")), ("clipboard", N_("Clipboard only"))),
    )
    trailing_space: bool = setting(True, N_("Space after the words"))
    then: str = setting(
        "none",
        N_("Then press"),
        choices=(("none", N_("Nothing")), ("enter", N_("Enter")), ("tab", N_("Tab"))),
    )


@dataclass(frozen=True)
class Privacy:
    """What is kept."""

    level: int = setting(
        2,
        N_("What is kept"),
        N_("0 nothing; 1 numbers without words; 2 words, what was heard for a day; 3 everything."),
        page=PRIVACY,
        low=0,
        high=3,
    )


@dataclass(frozen=True)
class History:
    """Past dictations."""

    keep_days: int = setting(90, N_("Keep history"), page=PRIVACY, unit="days", low=1, high=3650)


@dataclass(frozen=True)
class Ui:
    """What is shown."""

    overlay: bool = setting(
        True, N_("Show the overlay"), N_("A small line at the lower edge while you speak."), page=GENERAL
    )


@dataclass(frozen=True)
class Settings:
    """All settings: a frozen snapshot. A change makes a new one, and sections compare by value."""

    mode: str = setting("dictate", N_("Mode"), N_("What a press of the main key does."), page=GENERAL, source="modes")
    ui: Ui = Ui()
    stt: Stt = Stt()
    audio: Audio = Audio()
    hotkeys: Hotkeys = Hotkeys()
    insert: Insert = Insert()
    privacy: Privacy = Privacy()
    history: History = History()

    def get(self, key: str) -> Value:
        """Give the value of a key such as `audio.device`; SettingsError if there is none."""
        row(key)
        section, _, name = key.rpartition(".")
        return typing.cast("Value", getattr(getattr(self, section) if section else self, name))

    def with_value(self, key: str, value: object) -> Settings:
        """Give a copy with that value, checked; SettingsError with the limits otherwise."""
        checked = row(key).check(value)
        section, _, name = key.rpartition(".")
        if not section:
            return dataclasses.replace(self, **{name: checked})  # type: ignore[arg-type] # the row has checked it
        changed = dataclasses.replace(getattr(self, section), **{name: checked})
        return dataclasses.replace(self, **{section: changed})


@cache
def rows() -> dict[str, Row]:
    """Give every row by its key, in the order of this file."""
    return {row.key: row for row in _rows_of(Settings, "", "")}


def row(key: str) -> Row:
    """Give the row of that key, or raise SettingsError naming the nearest one."""
    if key in rows():
        return rows()[key]
    import difflib

    near = difflib.get_close_matches(key, rows(), n=1, cutoff=0.0)[0]
    raise SettingsError(N_("There is no setting {key}."), N_("Did you mean {near}?"), key=key, near=near)


def _rows_of(section: type, prefix: str, page: str) -> typing.Iterator[Row]:
    hints = get_type_hints(section)
    for item in dataclasses.fields(section):
        hint = hints[item.name]
        if dataclasses.is_dataclass(hint):
            yield from _rows_of(typing.cast("type", hint), f"{item.name}.", page)
            continue
        words = item.metadata
        page = words["page"] or page
        given = {name: words[name] for name in ("title", "note", "unit", "low", "high", "choices", "source")}
        yield Row(
            key=prefix + item.name,
            kind=_kind(hint, chosen=bool(words["choices"])),
            default=typing.cast("Value", item.default),
            page=page,
            **given,
        )


def _kind(hint: object, *, chosen: bool) -> Kind:
    if chosen:
        return "choice"
    if hint is bool:
        return "switch"
    if hint in (int, float):
        return "number"
    if get_origin(hint) is tuple:
        return "list"
    return "text"
