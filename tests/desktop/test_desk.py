"""The virtual desktop keeps its promises, so that a failing desktop test speaks of the app."""

from __future__ import annotations

import os
import signal
import sys
import wave
from pathlib import Path
from typing import get_args

import numpy as np
import numpy.typing as npt
import pytest

from tests.clips import Clip
from tests.desktop.desk import Desk
from tests.desktop.tray import Host
from tests.desktop.windows import Kind, focused

KEYRING = """
import keyring
keyring.set_password("desk", "gemini", "a key äöü")
print(keyring.get_keyring().__class__.__module__, keyring.get_password("desk", "gemini"))
"""


def recorded(desk: Desk, wav: Path) -> npt.NDArray[np.float64]:
    """Play a file into the microphone while another process records it."""
    file = desk.base / "tmp/recorded.raw"
    recorder = desk.spawn([sys.executable, "-m", "tests.desktop.targets.recorder", file], "recorder")
    desk.wait(file.with_suffix(".ready").exists, "the recorder to hear the first samples")
    desk.say(wav)
    recorder.send_signal(signal.SIGTERM)
    recorder.wait(30)
    return np.frombuffer(file.read_bytes(), "<i2").astype(np.float64)


def samples(wav: Path) -> npt.NDArray[np.float64]:
    with wave.open(str(wav)) as file:
        return np.frombuffer(file.readframes(file.getnframes()), "<i2").astype(np.float64)


def likeness(heard: npt.NDArray[np.float64], spoken: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Correlation at the best whole lag, and loudness heard through loudness spoken."""
    size = len(heard) + len(spoken)
    products = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(spoken, size)), size)
    part = heard[(lag := int(np.argmax(products[: len(heard)]))) : lag + len(spoken)]
    same = spoken[: len(part)]
    correlation = float(part @ same / np.sqrt((part @ part) * (same @ same)))
    return correlation, float(np.sqrt((heard @ heard) / (spoken @ spoken)))


def test_what_is_said_is_what_the_microphone_hears(desk: Desk, clips: list[Clip]) -> None:
    wav = clips[0].path

    correlation, loudness = likeness(recorded(desk, wav), samples(wav))

    assert correlation > 0.97
    assert loudness == pytest.approx(1, abs=0.04)


def test_spoken_text_has_silence_around_it_and_is_16_khz_mono(desk: Desk) -> None:
    wav = desk.speak("send the email")

    with wave.open(str(wav)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (16000, 1, 2)
    sound = samples(wav)
    assert not sound[:4500].any()
    assert not sound[-4500:].any()
    assert np.abs(sound).max() > 3000


def test_a_muted_microphone_hears_nothing_until_the_desk_is_tidied(desk: Desk, clips: list[Clip]) -> None:
    desk.mute_mic()
    assert not recorded(desk, clips[0].path).any()

    desk.tidy()
    assert recorded(desk, clips[0].path).any()


def test_an_unplugged_microphone_leaves_no_source_and_can_be_plugged_again(desk: Desk, clips: list[Clip]) -> None:
    desk.unplug_mic()
    assert desk.run(["pactl", "list", "short", "sources"]) == ""

    desk.plug_mic()
    assert recorded(desk, clips[0].path).any()


def test_a_killed_sound_server_is_back_at_the_next_tidying(desk: Desk, clips: list[Clip]) -> None:
    desk.kill_audio()
    assert desk.call(["pactl", "info"]).returncode != 0

    desk.tidy()
    assert recorded(desk, clips[0].path).any()


@pytest.mark.parametrize("kind", get_args(Kind))
def test_a_window_reports_what_is_typed_into_it(desk: Desk, kind: Kind) -> None:
    window = desk.open(kind)

    desk.keys.type("Hello, desk 42")

    window.wait_text("Hello, desk 42")


@pytest.mark.parametrize("kind", ["qt", "gtk3", "gtk4"])
def test_a_window_reports_what_is_pasted_into_it(desk: Desk, kind: Kind) -> None:
    window = desk.open(kind)
    desk.copy_text("äöü ß € „so“ 😀")

    desk.keys.tap("shift+Insert")

    window.wait_text("äöü ß € „so“ 😀")


def test_a_terminal_pastes_the_primary_selection(desk: Desk) -> None:
    window = desk.open("xterm")
    desk.copy_text("äöü ß", "primary")

    desk.keys.tap("shift+Insert")

    window.wait_text(lambda text: "äöü ß" in text)


def test_keys_go_to_the_window_that_was_focused_last(desk: Desk) -> None:
    first, second = desk.open("qt"), desk.open("gtk3")
    first.focus()

    desk.keys.type("one")
    first.wait_text("one")
    second.focus()
    desk.keys.type("two")

    second.wait_text("two")
    assert first.text() == "one"
    assert focused(desk) == second.window


def test_a_hanging_window_gets_its_keys_when_it_wakes(desk: Desk) -> None:
    window = desk.open("qt")

    window.hang(0.5)
    desk.keys.type("late")
    assert window.text() == ""

    window.wait_text("late")


def test_held_keys_are_released_even_when_the_test_fails(desk: Desk) -> None:
    with pytest.raises(ZeroDivisionError), desk.held("ctrl+alt+d"):
        raise ZeroDivisionError

    assert desk.keys.pressed() == []


def test_a_held_combination_is_down_until_it_is_let_go(desk: Desk) -> None:
    with desk.held("ctrl+alt+d"):
        assert len(desk.keys.pressed()) == 3

    assert desk.keys.pressed() == []


def test_tidying_releases_keys_closes_windows_and_empties_the_clipboard(desk: Desk) -> None:
    window = desk.open("qt")
    desk.freeze(window.process)
    desk.copy_text("left over")
    desk.keys.down("ctrl+shift+F9")

    desk.tidy()

    assert desk.keys.pressed() == []
    assert window.process.poll() is not None
    assert desk.visible("^target-") == []
    assert desk.clipboard() == b""


def test_the_clipboard_gives_text_and_images_back_byte_for_byte(desk: Desk, tmp_path: Path) -> None:
    image = desk.screenshot(tmp_path / "screen.png")

    desk.copy(image.read_bytes(), "image/png")
    assert desk.clipboard("image/png") == image.read_bytes()
    assert b"image/png" in desk.clipboard("TARGETS")

    desk.copy_text("äöü")
    assert desk.clipboard() == "äöü".encode()
    assert b"image/png" not in desk.clipboard("TARGETS")


def test_the_keyring_keeps_a_secret_without_asking(desk: Desk) -> None:
    answer = desk.run([sys.executable, "-c", KEYRING])

    assert answer.strip() == "keyring.backends.SecretService a key äöü"


def test_the_panel_hosts_a_tray(desk: Desk) -> None:
    assert desk.owns("org.kde.StatusNotifierWatcher")


def test_nothing_of_the_users_session_reaches_programs_at_the_desk(desk: Desk) -> None:
    seen = dict(line.split("=", 1) for line in desk.run(["env"]).splitlines())

    outside = {name for name in os.environ if os.environ[name] == seen.get(name)} - {"PATH", "LANG", "PWD"}
    assert outside == set()
    assert seen["HOME"].startswith(str(desk.base))


@pytest.mark.parametrize("tray", ["tint2", None])
def test_two_desks_run_side_by_side_and_leave_no_process_behind(desk: Desk, tray: Host | None) -> None:
    with Desk(tray=tray, dunst=True) as other:
        assert other.env["DISPLAY"] != desk.env["DISPLAY"]
        window = other.open("qt")
        other.keys.type("here")
        window.wait_text("here")
        assert desk.visible("^target-") == []
        base = other.base

    assert other.strays() == []
    assert not base.exists()


def test_a_desk_can_do_without_bus_and_sound() -> None:
    with Desk(dbus=False, audio=False, tray=None, size="800x600x24") as bare:
        assert bare.call(["pactl", "info"]).returncode != 0
        assert "800x600" in bare.run(["xdpyinfo"])


def test_a_program_that_slips_out_of_its_group_ends_with_the_desk() -> None:
    with Desk(dbus=False, audio=False, tray=None) as bare:
        # a session of its own, started by a parent that has ended and deaf to being asked
        bare.spawn(["setsid", "-f", "sh", "-c", "trap '' TERM; while :; do sleep 1; done"], "slippery").wait()
        bare.wait(lambda: len(bare.strays()) > len(("xvfb", "openbox")), "it to run")

    assert bare.strays() == []


def test_a_desk_that_fails_to_start_leaves_nothing_behind() -> None:
    broken = Desk(tray=None, size="nonsense")

    with pytest.raises(RuntimeError, match="Xvfb did not start"):
        broken.__enter__()

    assert broken.strays() == []
    assert not broken.base.exists()


def test_waiting_says_what_for_and_shows_the_logs(desk: Desk) -> None:
    desk.spawn(["sh", "-c", "echo something went wrong >&2; exit 3"], "talker").wait()

    with pytest.raises(TimeoutError, match=r"for a miracle[\s\S]*talker \(exit 3\)\nsomething went wrong"):
        desk.wait(lambda: False, "a miracle", timeout_s=0.1)
