"""Which way of watching keys is taken where."""

from __future__ import annotations

import pytest

from diktate.hotkeys import backend
from diktate.hotkeys.backend import Unusable


@pytest.mark.parametrize(
    ("environ", "platform", "name"),
    [
        ({"DISPLAY": ":0"}, "linux", "x11"),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "x11"}, "linux", "x11"),
        ({"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "linux", "none"),
        ({"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "linux", "none"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", "none"),
        ({}, "linux", "none"),
        ({}, "win32", "pynput"),
        ({"DISPLAY": ":0"}, "darwin", "pynput"),
    ],
)
def test_the_backend_fits_the_session(environ: dict[str, str], platform: str, name: str) -> None:
    assert backend(environ, platform).name == name


def test_wayland_says_once_what_does_work() -> None:
    said: list[object] = []
    keys = backend({"WAYLAND_DISPLAY": "wayland-0"}, "linux")

    keys.start({"dictate": ("F9", "ctrl+alt+d"), "tidy": ("F10",)}, said.append)
    keys.rebind({"dictate": ("F8",)})
    keys.watch_cancel(("escape",))
    keys.stop()

    assert len(said) == 1
    assert isinstance(said[0], Unusable)
    assert "diktate toggle" in said[0].error.fix
