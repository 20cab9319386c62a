"""What pynput calls a key, in our words. pynput itself is not there on Linux."""

from __future__ import annotations

import sys

import pytest

from diktate.hotkeys.backend import Down, Unusable, Up
from diktate.hotkeys.keys import NAMED
from diktate.hotkeys.pynput_keys import PynputKeys, key_name


@pytest.mark.parametrize(
    ("name", "char", "code", "platform", "ours"),
    [
        ("ctrl_r", None, 163, "win32", "right ctrl"),
        ("ctrl_l", None, 162, "win32", "left ctrl"),
        ("ctrl", None, 59, "darwin", "left ctrl"),
        ("cmd_r", None, 54, "darwin", "right super"),
        ("alt_gr", None, 165, "win32", "right alt"),
        ("f9", None, 120, "win32", "f9"),
        ("esc", None, 27, "win32", "escape"),
        ("page_up", None, 33, "win32", "page up"),
        (None, "\x04", 0x44, "win32", "d"),
        (None, None, 0x44, "win32", "d"),
        (None, None, 0x35, "win32", "5"),
        (None, None, 0x65, "win32", None),
        (None, "D", 2, "darwin", "d"),
        (None, "ö", 41, "darwin", "ö"),
        (None, "+", 187, "win32", "plus"),
        (None, None, 179, "win32", None),
    ],
)
def test_keys_have_our_names(name: str | None, char: str | None, code: int, platform: str, ours: str | None) -> None:
    assert key_name(name, char, code, platform) == ours


def test_every_name_of_pynputs_that_we_use_is_a_key_of_ours() -> None:
    pynputs = ["alt", "alt_l", "alt_r", "cmd", "ctrl", "delete", "down", "end", "enter", "esc", "f1", "f20", "home"]
    pynputs += ["insert", "left", "menu", "page_down", "page_up", "pause", "print_screen", "right", "scroll_lock"]
    pynputs += ["shift", "shift_r", "space", "tab", "up", "backspace"]

    assert {key_name(name, None, None, "win32") for name in pynputs} <= NAMED


class Key:
    """Stands for pynput's Key and KeyCode."""

    def __init__(self, name: str | None = None, vk: int | None = None) -> None:
        if name is not None:
            self.name = name
        self.vk = vk


def test_a_held_combination_is_reported_once() -> None:
    said: list[Down | Up | Unusable] = []
    keys = PynputKeys("win32")
    keys._emit = said.append
    keys.rebind({"dictate": ("ctrl+alt+d",)})

    for key in (Key("ctrl_l"), Key("alt_l"), Key(vk=0x44), Key(vk=0x44)):
        keys._on_press(key)
    keys._on_release(Key("alt_l"))

    assert [(type(event), event.action) for event in said] == [(Down, "dictate"), (Up, "dictate")]


@pytest.mark.expects_warnings
@pytest.mark.skipif(sys.platform != "linux", reason="pynput is there")
def test_a_missing_pynput_is_said() -> None:
    said: list[Down | Up | Unusable] = []
    keys = PynputKeys("win32")
    keys._emit = said.append
    keys.rebind({"dictate": ("F9",)})

    keys._run()

    assert [(type(event), event.action) for event in said] == [(Unusable, "dictate")]
