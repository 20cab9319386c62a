"""Which microphones there are, whether one is muted, and why one can't be opened.

On Linux PortAudio lists sound servers, not microphones: `pulse` and `default`. PulseAudio (or PipeWire in its place)
is therefore asked itself, and `portaudio` pins the one chosen. A microphone is known by its name, never by a number:
numbers change with every plug. Everything that looks at the system blocks (8 ms usually, up to LIMIT_S when the sound
server hangs): never on the GUI thread.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from diktate.errors import MicrophoneError
from diktate.words import N_

log = logging.getLogger(__name__)

LIMIT_S = 2.0
PULSE = "PulseAudio"
HAS_PULSE: bool = sys.platform not in {"win32", "darwin"}


@dataclass(frozen=True)
class Microphone:
    """One microphone as it can be chosen."""

    name: str
    """What is stored; on Linux the name of a PulseAudio source."""
    host_api: str
    default: bool
    """The one the system uses now."""
    channels: int
    title: str = ""
    """What people call it."""


@dataclass(frozen=True)
class Sight:
    """What can be seen of a microphone from outside while it records."""

    name: str
    """Its own name, also for the system's choice."""
    muted: bool


Why = Literal["none", "missing", "busy", "format", "silent server", "other"]


def microphones() -> tuple[Microphone, ...]:
    """Give all microphones, the system's choice among them; empty if there is none. Blocks."""
    sources = _pulse_sources()
    if sources is None:
        from diktate.audio import portaudio

        return portaudio.microphones()
    return from_pulse(sources, _pulse_default())


def muted(name: str = "") -> bool | None:
    """Say whether the microphone ("" is the system's choice) is muted; None if that can't be known. Blocks."""
    seen = look(name)
    return seen.muted if seen else None


def look(name: str = "") -> Sight | None:
    """See the microphone ("" is the system's choice) from outside; None where that can't be done. Blocks.

    Raises LookupError if it isn't there (any more): PulseAudio moves its stream to another source without a word.
    """
    sources = _pulse_sources()
    if sources is None:
        return None
    wanted = name or _pulse_default()
    for source in sources:
        if source.get("name") == wanted:
            return Sight(wanted, bool(source.get("mute")))
    raise LookupError(wanted)


def from_pulse(sources: Iterable[Mapping[str, Any]], default: str) -> tuple[Microphone, ...]:
    """Make microphones of PulseAudio's sources. What a loudspeaker plays (a monitor) is none, unless it was chosen."""
    return tuple(
        Microphone(
            name=str(source["name"]),
            host_api=PULSE,
            default=source["name"] == default,
            channels=len(str(source.get("channel_map", "mono")).split(",")),
            title=str(source.get("description") or source["name"]),
        )
        for source in sources
        if "name" in source and (not source.get("monitor_source") or source["name"] == default)
    )


def refusal(device: str, present: Iterable[Microphone], why: Why, detail: str = "") -> MicrophoneError:
    """Say why a microphone ("" is the system's choice) can't be opened, and what to do."""
    there = ", ".join(microphone.title or microphone.name for microphone in present)
    what, fix = {
        "none": (
            N_("There is no microphone."),
            N_("Plug one in, or switch it on in the sound settings of the system."),
        ),
        "missing": (
            N_("The microphone {device} is not there."),
            N_("Plug it in, or choose another one in the settings: {there}."),
        ),
        "busy": (
            N_("The microphone {device} is in use by another program."),
            N_("Close that program, or choose another microphone in the settings."),
        ),
        "format": (
            N_("The microphone {device} delivers sound in no format that can be read."),
            N_("Choose another microphone in the settings."),
        ),
        "silent server": (
            N_("The sound system of this computer does not answer."),
            N_("Restart PulseAudio or PipeWire and this program, or log out and in again."),
        ),
        "other": (
            N_("The microphone {device} can't be opened ({detail})."),
            N_("Unplug it and plug it in again, or choose another one in the settings."),
        ),
    }[why]
    return MicrophoneError(what, fix, device=shown_name(device), there=there or "-", detail=detail)


def shown_name(device: str) -> str:
    """Give what to call a microphone in a sentence."""
    return device or N_("of the system")


def _pulse_sources() -> list[dict[str, Any]] | None:
    """Ask PulseAudio for its sources; None if it isn't there or doesn't answer."""
    said = _pactl("-f", "json", "list", "sources")
    if said is None:
        return None
    try:
        sources = json.loads(said)
    except ValueError:  # pactl before 16 knows no JSON
        return _sources_from_lines(_pactl("list", "short", "sources") or "")
    return [source for source in sources if isinstance(source, dict)]


def _sources_from_lines(lines: str) -> list[dict[str, Any]]:
    names = [line.split("\t")[1] for line in lines.splitlines() if "\t" in line]
    return [{"name": name, "monitor_source": name if name.endswith(".monitor") else ""} for name in names]


def _pulse_default() -> str:
    return (_pactl("get-default-source") or "").strip()


def _pactl(*arguments: str) -> str | None:
    """Give what pactl prints; None if it is missing, fails or takes too long."""
    if not HAS_PULSE or not shutil.which("pactl"):
        return None
    env = {**os.environ, "LC_ALL": "C"}  # in other languages its JSON has commas in numbers
    try:
        done = subprocess.run(
            ["pactl", *arguments], capture_output=True, timeout=LIMIT_S, check=False, env=env, stdin=subprocess.DEVNULL
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        log.debug("pactl: %s", type(error).__name__)
        return None
    return done.stdout.decode(errors="replace") if done.returncode == 0 else None
