"""What is wrong around the app when it starts: it starts all the same, says what and what to do, and then works."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from Xlib import X
from Xlib.display import Display

from tests.clips import MODEL
from tests.desktop.app import App
from tests.desktop.desk import Desk
from tests.desktop.speaking import SHORT, assert_leaves_in_order, assert_works, hold
from tests.desktop.tray import start_xfce4

PANEL = "^diktate"
F8, F9, D = 74, 75, 40
"""Key codes of every X server on Linux."""


def settings_file(desk: Desk, content: str = "") -> Path:
    """Write the settings as they may be found; give their path."""
    file = desk.base / "cfg/diktate/settings.json"
    file.parent.mkdir(exist_ok=True)
    if content:
        file.write_text(content)
    return file


def rows(app: App) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads(app.command("history", "list", "--json").stdout)["dictations"]
    return found


@contextlib.contextmanager
def launched(app: App) -> Iterator[App]:
    """Start an app that can't become ready."""
    app.launch()
    try:
        yield app
    finally:
        app.desk.stop(app.process)


def assert_kept_and_told(desk: Desk, app: App, told: str) -> None:
    """Try to dictate: the whole sound is kept with a row of its own, nothing listens afterwards."""
    hold(desk, SHORT.path)
    desk.wait(lambda: rows(app), "a row")
    (row,) = rows(app)
    assert told in str(row["error"])
    assert not row["delivered"]
    assert Path(str(row["sound"])).stat().st_size > 1.8 * 32_000
    status = app.status()
    assert status["state"] == "error"
    assert told in status["error"]["what"]
    assert status["error"]["fix"]


@contextlib.contextmanager
def taken(desk: Desk, *keys: tuple[int, int]) -> Iterator[None]:
    """Be another program that has these keys: (key code, modifiers)."""
    display = Display(desk.env["DISPLAY"])
    try:
        for code, modifiers in keys:
            display.screen().root.grab_key(code, modifiers, 0, X.GrabModeAsync, X.GrabModeAsync)
        display.sync()
        yield
    finally:
        display.close()


MAIN = (D, X.ControlMask | X.Mod1Mask)


# The model


def test_without_any_model_the_panel_offers_one_and_an_install_is_taken_without_a_restart(desk: Desk) -> None:
    with launched(App(desk, {"stt.model": ""}, args=())) as app:
        assert "Download" in app.wait_said("No speech model is installed")
        desk.wait(lambda: desk.visible(PANEL), "the panel")
        assert_kept_and_told(desk, app, "No speech model is installed")

        app.command("models", "get", "mini", "--from", str(MODEL)).check_returncode()

        assert_works(desk, app)
        assert "model" not in app.said()
        assert_leaves_in_order(app)


def test_a_half_copied_model_is_told_and_works_once_it_is_whole(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(MODEL, folder)
    os.truncate(folder / "model.bin", 100_000)
    with launched(App(desk, {"stt.model": str(folder)})) as app:
        app.wait_said("is not complete or is damaged")
        assert_kept_and_told(desk, app, "is not complete or is damaged")

        shutil.copy(MODEL / "model.bin", folder)

        assert_works(desk, app)
        assert "damaged" not in app.said()
        assert_leaves_in_order(app)


def test_a_model_folder_that_is_gone_and_a_foreign_tokenizer_are_told(desk: Desk, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    with launched(App(desk, {"stt.model": str(folder)})) as app:
        app.wait_said("does not exist")
        shutil.copytree(MODEL, folder)
        (folder / "tokenizer.json").write_text('{"model": {"vocab": {"a": 0}}, "added_tokens": []}')

        assert_kept_and_told(desk, app, "is not Whisper's")
        assert_leaves_in_order(app)


# No network, no bus, no tray, no keyring


def test_a_dictation_needs_no_network(desk: Desk) -> None:
    apart = ("unshare", "--net") if os.geteuid() == 0 else ("unshare", "--net", "--map-current-user")
    if desk.call([*apart, "true"]).returncode != 0:
        pytest.skip("this system lets nobody make a network of his own")
    with App(desk, inside=apart) as app:
        process = Path(f"/proc/{app.process.pid}")
        assert (process / "ns/net").readlink() != Path("/proc/self/ns/net").readlink()
        assert len((process / "net/route").read_text().splitlines()) <= 1, "the headings alone"

        assert_works(desk, app)
        assert_leaves_in_order(app)


def test_without_bus_and_keyring_it_starts_and_dictates() -> None:
    with Desk(dbus=False, tray="tint2") as desk, App(desk) as app:
        assert_works(desk, app)
        assert "no usable keyring" in app.command("doctor", timeout_s=30).stdout
        assert_leaves_in_order(app)


def test_without_a_tray_it_says_how_to_reach_it_and_takes_a_tray_that_comes_later() -> None:
    with Desk(tray=None) as desk, App(desk) as app:
        assert "Start diktate again" in app.wait_said("no tray icons")
        desk.wait(lambda: desk.visible(PANEL), "the panel")
        assert_works(desk, app)

        start_xfce4(desk)

        desk.wait(lambda: "no tray icons" not in app.said(), "the problem to go away")
        desk.wait(lambda: len(tray_icons(desk)) == 1, "the icon in the tray")
        assert_leaves_in_order(app)


def tray_icons(desk: Desk) -> list[str]:
    """Ask the tray's watcher which programs have an icon there."""
    asked = (
        "--print-reply --dest=org.kde.StatusNotifierWatcher /StatusNotifierWatcher org.freedesktop.DBus.Properties.Get"
    )
    what = ["string:org.kde.StatusNotifierWatcher", "string:RegisteredStatusNotifierItems"]
    said = desk.run(["dbus-send", "--session", *asked.split(), *what])
    return [line for line in said.splitlines() if "string " in line]


# The settings file


@pytest.mark.parametrize(
    ("content", "told", "copies"),
    [
        ('{"version": 1, "audio.longest_s": -5, "insert.trailing_space": false}', "audio.longest_s can't be -5", 1),
        ('{"version": 1, "insert.trailing_space": fal', "could not be read", 1),
    ],
)
def test_bad_settings_cost_only_themselves_and_a_copy_is_kept(desk: Desk, content: str, told: str, copies: int) -> None:
    file = settings_file(desk, content)
    with App(desk) as app:
        app.wait_said(told)
        assert_works(desk, app)
        app.command("config", "set", "audio.keep_days", "3").check_returncode()
        desk.wait(lambda: json.loads(file.read_text()).get("audio.keep_days") == 3, "the settings to be written")
        assert_leaves_in_order(app)

    kept = [copy.read_text() for copy in file.parent.glob("settings.json.b*")]
    assert kept == [content] * copies
    half_read = json.loads(file.read_text()).get("insert.trailing_space")
    assert half_read is (False if "longest" in content else None)


def test_settings_of_a_newer_version_are_read_and_left_alone(desk: Desk) -> None:
    content = '{"version": 99, "insert.trailing_space": false, "what.is_this": [1]}'
    file = settings_file(desk, content)
    with App(desk) as app:
        app.wait_said("written by a newer diktate")
        assert_works(desk, app)

        refused = app.command("config", "set", "insert.trailing_space", "on")

        assert refused.returncode == 1
        assert "Install the newer version again" in refused.stderr
        assert_leaves_in_order(app)
    assert file.read_text() == content


def test_settings_that_cannot_be_read_are_told_and_not_written_over(desk: Desk) -> None:
    file = settings_file(desk)
    file.mkdir()
    with App(desk) as app:
        assert "Check the rights" in app.wait_said("can't be read")
        assert_works(desk, app)

        assert app.command("config", "set", "audio.keep_days", "3").returncode == 1

        assert_leaves_in_order(app)
    assert file.is_dir()


# Keys


def test_a_taken_key_is_replaced_by_the_next_free_one(desk: Desk) -> None:
    with taken(desk, MAIN), App(desk) as app:
        app.wait_said("Ctrl+Alt+D is already used by another program, so F9 starts dictation.")

        assert_works(desk, app, key="F9")
        written = json.loads(settings_file(desk).read_text())
        assert written["hotkeys.dictate"] == ["f9"]
        assert_leaves_in_order(app)


def test_with_the_first_spare_key_taken_as_well_the_second_one_is_tried(desk: Desk) -> None:
    with taken(desk, MAIN, (F9, 0)), App(desk) as app:
        said = app.wait_said("so Ctrl+Alt+Space starts dictation.")

        assert "F9" not in said
        assert app.status()["hotkeys"] == {"dictate": "Ctrl+Alt+Space"}
        assert_leaves_in_order(app)


def test_a_key_the_user_chose_is_not_replaced_but_told_until_he_chooses_another(desk: Desk) -> None:
    with taken(desk, (F8, 0)), App(desk, {"hotkeys.dictate": "f8"}) as app:
        said = app.wait_said("F8 is already used by another program.")
        assert "Choose other keys" in said
        before = app.last_id()
        app.command("toggle").check_returncode()
        app.wait_state("listening")
        desk.say(SHORT.path)
        app.command("toggle").check_returncode()
        assert app.wait_done(before)["audio_s"] > 1

        app.command("config", "set", "hotkeys.dictate", "f7").check_returncode()

        assert_works(desk, app, key="F7")
        assert "already used" not in app.said()
        assert_leaves_in_order(app)


# What an earlier app left


def test_what_a_killed_app_left_behind_does_not_stop_the_next_start(desk: Desk) -> None:
    with App(desk) as app:
        app.process.send_signal(signal.SIGKILL)
        app.process.wait()
        assert (desk.base / "run/diktate/ctl").exists()

        app.start()

        app.wait_said("closed unexpectedly")
        assert_leaves_in_order(app)
        app.start()
        assert "closed unexpectedly" not in app.said()
        assert_leaves_in_order(app)
