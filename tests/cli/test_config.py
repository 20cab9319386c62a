"""Settings on the command line, with and without a running app."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

import diktate.cli.config
from diktate.errors import SettingsError
from diktate.instance import Reply, Request, Server
from diktate.paths import Paths
from diktate.settings.schema import Settings, rows
from diktate.settings.store import Store

from .conftest import Command, command_line


@pytest.fixture
def command(paths: Paths) -> Command:
    return command_line(diktate.cli.config, paths)


class App:
    """A running app that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Request] = []
        self.refusal: SettingsError | None = None

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        if self.refusal:
            raise self.refusal
        return Reply(ok=True, body={})


@pytest.fixture
def app(paths: Paths) -> Iterator[App]:
    app = App()
    server = Server(paths.runtime, app.answer)
    assert server.claim()
    server.start()
    yield app
    server.stop()


def stored(paths: Paths) -> Settings:
    return Store(paths.settings_file, {}).load().settings


def test_the_path_is_told(command: Command, paths: Paths, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("config path") == 0
    assert capsys.readouterr().out == f"{paths.settings_file}\n"


def test_all_are_listed(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("config list") == 0
    assert "audio.longest_s = 1800" in capsys.readouterr().out.splitlines()

    assert command("config list --json") == 0
    assert list(json.loads(capsys.readouterr().out)) == list(rows())


def test_one_is_read(command: Command, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("config get hotkeys.dictate") == 0
    assert command("config get hotkeys.dictate --json") == 0

    plain, as_json = capsys.readouterr().out.splitlines()
    assert plain == "ctrl+alt+d"
    assert json.loads(as_json) == {"key": "hotkeys.dictate", "value": ["ctrl+alt+d"]}


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("audio.longest_s", "60", 60),
        ("ui.overlay", "off", False),
        ("hotkeys.dictate", "f9, ctrl+alt+x", ("f9", "ctrl+alt+x")),
        ("stt.language", "de", "de"),
    ],
)
def test_without_an_app_the_file_is_written(command: Command, paths: Paths, key: str, text: str, value: object) -> None:
    assert command(f"config set {key} '{text}'") == 0
    assert stored(paths).get(key) == value

    assert command(f"config reset {key}") == 0
    assert stored(paths) == Settings()


@pytest.mark.parametrize("key", rows())
def test_what_get_shows_set_reads(command: Command, paths: Paths, key: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(f"config get {key}") == 0
    shown = capsys.readouterr().out.strip()

    assert command(f"config set {key} '{shown}'") == 0

    assert stored(paths) == Settings()


def test_a_running_app_takes_a_change_and_the_file_is_left_to_it(command: Command, paths: Paths, app: App) -> None:
    assert command("config set hotkeys.dictate f9,f10") == 0
    assert command("config reset audio.longest_s") == 0

    assert app.asked == [
        Request("config", {"key": "hotkeys.dictate", "value": ["f9", "f10"]}),
        Request("config", {"key": "audio.longest_s", "value": 1800}),
    ]
    assert not paths.settings_file.exists()


def test_what_a_running_app_refuses_has_failed(command: Command, app: App, capsys: pytest.CaptureFixture[str]) -> None:
    app.refusal = SettingsError("It can't be.", "Try another.")

    assert command("config set audio.longest_s 60") == 1
    assert capsys.readouterr().err == "It can't be. Try another.\n"


def test_a_bad_value_is_refused_with_its_limits_and_asks_nobody(
    command: Command, app: App, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("config set audio.longest_s 1") == 2
    assert "5 … 7200 s" in capsys.readouterr().err
    assert app.asked == []


@pytest.mark.parametrize("order", ["get audio.longest", "set audio.longest 1", "reset audio.longest"])
def test_an_unknown_key_is_refused_with_the_nearest(
    command: Command, order: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(f"config {order}") == 2
    assert "Did you mean audio.longest_s?" in capsys.readouterr().err


def test_a_file_of_a_newer_version_is_not_written(
    command: Command, paths: Paths, capsys: pytest.CaptureFixture[str]
) -> None:
    paths.config.mkdir()
    paths.settings_file.write_text('{"version": 99}')

    assert command("config set audio.longest_s 60") == 1
    assert "newer diktate" in capsys.readouterr().err
    assert json.loads(paths.settings_file.read_text()) == {"version": 99}


@pytest.mark.parametrize("line", ["config", "config set audio.longest_s", "config get", "config unknown"])
def test_wrong_usage_is_2(command: Command, line: str) -> None:
    assert command(line) == 2
