"""Which microphones there are, and what is said about one that can't be opened."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

import pytest

from diktate.audio import portaudio
from diktate.audio.devices import Microphone, Why, from_pulse, refusal

HEADSET = Microphone("usb", "PulseAudio", default=False, channels=1, title="Headset")
SOURCES = (
    {
        "name": "speaker.monitor",
        "description": "Monitor",
        "channel_map": "front-left,front-right",
        "monitor_source": "s",
    },
    {"name": "usb", "description": "Headset", "channel_map": "mono", "monitor_source": ""},
    {"name": "built-in", "description": "", "channel_map": "front-left,front-right", "monitor_source": ""},
)


def test_what_the_speaker_plays_is_no_microphone() -> None:
    assert from_pulse(SOURCES, "built-in") == (
        HEADSET,
        Microphone("built-in", "PulseAudio", default=True, channels=2, title="built-in"),
    )


def test_a_monitor_the_user_made_the_default_is_shown() -> None:
    assert [mic.name for mic in from_pulse(SOURCES, "speaker.monitor")] == ["speaker.monitor", "usb", "built-in"]


@pytest.mark.parametrize("why", get_args(Why))
def test_every_reason_is_two_sentences(why: Why) -> None:
    error = refusal("usb", (HEADSET,), why, "detail")

    for sentence in (error.what, error.fix):
        assert sentence.endswith((".", "Headset.", ")."))
        assert "{" not in sentence


def test_the_reason_is_found_from_what_there_is_now() -> None:
    assert portaudio._why("usb", (), -9985, 0) == "none"
    assert portaudio._why("gone", (HEADSET,), -9999, -5) == "missing"
    assert portaudio._why("usb", (HEADSET,), -9985, 0) == "busy"
    assert portaudio._why("usb", (HEADSET,), -9999, -16) == "busy"
    assert portaudio._why("", (HEADSET,), -9997, 0) == "format"
    assert portaudio._why("", (HEADSET,), -9999, -5) == "other"


def test_the_numbers_of_an_error_are_read_with_and_without_the_hosts_own() -> None:
    assert portaudio._codes(Exception("text", -9999, (0, -16, "busy"))) == (-9999, -16)
    assert portaudio._codes(Exception("text", -9985)) == (-9985, 0)
    assert portaudio._codes(ValueError("usb")) == (0, 0)


def test_importing_loads_neither_portaudio_nor_numpy() -> None:
    code = "import sys, diktate.audio.recorder; print(*{'numpy', 'sounddevice', 'soxr', 'PySide6'} & set(sys.modules))"

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"\n"
