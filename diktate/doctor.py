"""Every part checked: the fact seen and the remedy. Needs no running app, and asks it if there is one."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from diktate import instance
from diktate.errors import DiktateError
from diktate.paths import Paths
from diktate.settings.schema import Settings
from diktate.settings.store import Store
from diktate.words import N_

Verdict = Literal["ok", "warning", "broken"]

LOW_DISK_MB = 500
"""A dictation needs 2 MB a minute; below this a download or a long recording may fail."""


@dataclass(frozen=True)
class Check:
    """One part, judged."""

    id: str
    title: str
    verdict: Verdict
    fact: str
    """What was seen; never the user's words or window titles."""
    fix: str = ""


@dataclass(frozen=True)
class Place:
    """What the checks look at."""

    paths: Paths
    environ: Mapping[str, str]
    settings: Settings
    status: Mapping[str, Any] | None
    """The running app's status, None if none runs."""


def checks(paths: Paths, environ: Mapping[str, str] | None = None) -> Iterator[Check]:
    """Look at every part in turn; each may take a second. One that breaks while being checked is broken."""
    environ = os.environ if environ is None else environ
    loaded = Store(paths.settings_file, environ).load()
    yield _settings_file(paths, loaded.problems)
    try:
        status = instance.ask(paths.runtime, "status").body
    except DiktateError:
        status = None
    place = Place(paths, environ, loaded.settings, status)
    for check_id, title, look in PARTS:
        try:
            yield look(place)
        except DiktateError as error:
            yield Check(check_id, title, "broken", error.what, error.fix)


def _settings_file(paths: Paths, problems: tuple[DiktateError, ...]) -> Check:
    title = N_("Settings file")
    if problems:
        return Check("settings", title, "warning", problems[0].what, problems[0].fix)
    fact = str(paths.settings_file) if paths.settings_file.exists() else N_("none yet, the defaults are in use")
    return Check("settings", title, "ok", fact)


def _app(place: Place) -> Check:
    if place.status is None:
        return Check("app", N_("Running app"), "warning", N_("not running"), N_("Start it with `diktate`."))
    return Check("app", N_("Running app"), "ok", str(place.status["state"]))


def _microphone(place: Place) -> Check:
    from diktate.audio import devices

    title, wanted = N_("Microphone"), place.settings.audio.device
    found = devices.microphones()
    names = ", ".join(microphone.name for microphone in found)
    if not found:
        return Check("microphone", title, "broken", N_("none found"), N_("Plug one in, or check the sound settings."))
    if wanted and wanted not in [microphone.name for microphone in found]:
        fix = N_("Choose another one in the settings.")
        return Check("microphone", title, "broken", f"{wanted} is not there; there is {names}", fix)
    if devices.muted(wanted):
        return Check(
            "microphone", title, "broken", N_("muted"), N_("Switch it on in the sound settings or on the device.")
        )
    return Check("microphone", title, "ok", names)


def _model(place: Place) -> Check:
    from diktate.stt import check, places

    located = places.locate(place.settings.stt.model, place.paths.models)
    check.check(located.folder)
    return Check("model", N_("Speech model"), "ok", f"{located.title} ({located.folder})")


def _engine(place: Place) -> Check:
    title = N_("Speech engine")
    engine = (place.status or {}).get("stt")
    if not engine:
        return Check(
            "engine", title, "warning", N_("no speech model in use"), N_("Start diktate to see what it runs on.")
        )
    fact = f"{engine['model']} on {engine['device']}, {engine['compute_type']}"
    if place.settings.stt.device == "cuda" and engine["device"] != "cuda":
        fix = N_("Check the NVIDIA driver and its CUDA libraries.")
        return Check("engine", title, "broken", f"{fact}, although the graphics card was asked for", fix)
    return Check("engine", title, "ok", fact if engine["loaded"] else f"{fact}; memory released until it is needed")


def _hotkey(place: Place) -> Check:
    from diktate import hotkeys

    title = N_("Hotkey")
    problems = [each for each in (place.status or {}).get("problems", ()) if each["kind"] == "hotkey"]
    if problems:
        return Check("hotkey", title, "broken", problems[0]["what"], problems[0]["fix"])
    backend = hotkeys.backend(place.environ)
    if backend.name == "none":
        fix = N_("Bind a key to `diktate toggle` in your desktop's keyboard settings.")
        return Check("hotkey", title, "warning", N_("this desktop lets no program watch keys"), fix)
    bound = (place.status or {}).get("hotkeys") or {"dictate": ", ".join(place.settings.hotkeys.dictate)}
    return Check("hotkey", title, "ok", f"{backend.name}: " + ", ".join(f"{mode} {key}" for mode, key in bound.items()))


def _clipboard(place: Place) -> Check:
    title, platform = N_("Pasting"), str(sys.platform)
    if platform != "linux" or (place.environ.get("DISPLAY") and not place.environ.get("WAYLAND_DISPLAY")):
        return Check("paste", title, "ok", "X11: Shift+Insert by XTEST" if platform == "linux" else platform)
    fix = N_("Words go to the clipboard; press Ctrl+V yourself.")
    return Check("paste", title, "warning", N_("keys can't be sent to windows here"), fix)


def _keyring(_place: Place) -> Check:
    from diktate.settings import secrets

    title = N_("Keyring for API keys")
    name = secrets.backend()
    if name is None:
        fix = N_("Not needed for local speech. For cloud keys, start a keyring such as gnome-keyring.")
        return Check("keyring", title, "warning", N_("no usable keyring"), fix)
    return Check("keyring", title, "ok", name)


def _disk(place: Place) -> Check:
    title, folder = N_("Disk space"), place.paths.state
    while not folder.exists():
        folder = folder.parent
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb < LOW_DISK_MB:
        return Check(
            "disk", title, "warning", f"{free_mb} MB free in {folder}", N_("Make room, or recordings may be cut.")
        )
    return Check("disk", title, "ok", f"{free_mb} MB free")


PARTS: tuple[tuple[str, str, Callable[[Place], Check]], ...] = (
    ("app", N_("Running app"), _app),
    ("microphone", N_("Microphone"), _microphone),
    ("model", N_("Speech model"), _model),
    ("engine", N_("Speech engine"), _engine),
    ("hotkey", N_("Hotkey"), _hotkey),
    ("paste", N_("Pasting"), _clipboard),
    ("keyring", N_("Keyring for API keys"), _keyring),
    ("disk", N_("Disk space"), _disk),
)
"""Every check after the settings file: its id, what it looks at, how."""
