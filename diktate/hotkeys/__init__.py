"""Keys that work in every window, down and up."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from diktate.errors import HotkeyError
from diktate.hotkeys.backend import Backend
from diktate.words import N_


def backend(environ: Mapping[str, str], platform: str = sys.platform) -> Backend:
    """Choose the way keys can be watched here; nothing is imported or opened before its `start`."""
    if platform in {"win32", "darwin"}:
        from diktate.hotkeys.pynput_keys import PynputKeys

        return PynputKeys(platform)
    # XWayland would take every grab and then hear nothing typed into Wayland's own windows.
    if environ.get("WAYLAND_DISPLAY") or environ.get("XDG_SESSION_TYPE") == "wayland":
        return _none(N_("Wayland lets no program watch keys on its own."))
    if not environ.get("DISPLAY"):
        return _none(N_("There is no screen whose keys could be watched."))
    from diktate.hotkeys.x11 import X11Keys

    return X11Keys(environ["DISPLAY"])


def _none(what: str) -> Backend:
    from diktate.hotkeys.none import NoKeys

    fix = N_("Bind the command “diktate toggle” to a key in the settings of your desktop.")
    return NoKeys(HotkeyError(what, fix))
