"""Downloads from a hub on a real socket that drops, lies, stalls and comes back."""

from __future__ import annotations

import errno
import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import requests

from diktate.errors import ModelError
from diktate.stt import manifest, places
from diktate.stt.check import check
from diktate.stt.fetch import Progress, cant_write, fetch
from diktate.stt.hub import Hub
from diktate.stt.models import Model
from diktate.stt.only import only_one
from tests.fakes.hub import COMMIT, MINI, FakeHub, row_of, serving

ROW = row_of(MINI)
WEIGHTS_BYTES = (MINI / "model.bin").stat().st_size
SOON = (0.01, 0.01, 0.01)


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with serving(FakeHub("diktate/mini-whisper", MINI)) as serving_hub:
        yield serving_hub


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        yield opened


Get = Callable[..., Path]


@pytest.fixture
def get(hub: FakeHub, session: requests.Session, tmp_path: Path) -> Get:
    def call(model: Model = ROW, report: Callable[[Progress], None] = lambda _: None, **more: object) -> Path:
        arguments: dict[str, object] = {"cancelled": lambda: False, "waits_s": SOON, **more}
        return fetch(model, tmp_path / "models", report, source=Hub(session, hub.address), **arguments)  # type: ignore[arg-type] # a test's shorthand

    return call


def refused(get: Get, *args: object, **more: object) -> ModelError:
    with pytest.raises(ModelError) as caught:
        get(*args, **more)
    assert caught.value.what.endswith(".")
    assert caught.value.fix.endswith(".")
    return caught.value


def test_a_download_is_whole_checked_and_described(get: Get) -> None:
    folder = get()

    check(folder)
    assert places.is_complete(folder)
    assert {file.name for file in folder.iterdir()} == {file.name for file in MINI.iterdir()} | {manifest.NAME}
    assert manifest.read(folder) == manifest.Manifest(ROW.repo, COMMIT, ROW.files)


def test_hashes_the_table_lacks_are_written_down_at_the_first_install(get: Get) -> None:
    folder = get(row_of(MINI, hashed=False))

    known = manifest.read(folder)
    assert known is not None
    assert known.files == ROW.files


def test_progress_rises_and_ends_at_all_of_it(get: Get) -> None:
    seen: list[Progress] = []

    get(report=seen.append)

    done = [progress.done_bytes for progress in seen]
    assert done == sorted(done)
    assert len(done) > 20
    assert seen[-1].done_bytes == seen[-1].total_bytes == ROW.size_bytes


def test_an_installed_model_asks_nobody(get: Get, hub: FakeHub) -> None:
    get()
    hub.asked.clear()

    get()

    assert hub.asked == []


def test_a_dropped_connection_is_gone_on_with(get: Get, hub: FakeHub) -> None:
    hub.drop_after, hub.drops = 1_000_000, 2

    get()

    ranges = [asked for asked in hub.asked if "bytes=" in asked]
    assert len(ranges) >= 2
    assert hub.sent_bytes < ROW.size_bytes + 200_000


def test_a_server_without_ranges_is_begun_again(get: Get, hub: FakeHub) -> None:
    seen: list[Progress] = []
    hub.drop_after, hub.drops, hub.ranges = 1_000_000, 1, False

    check(get(report=seen.append))

    assert seen[-1].done_bytes == ROW.size_bytes


def test_a_line_that_stays_dead_keeps_the_part(get: Get, hub: FakeHub, tmp_path: Path) -> None:
    hub.drop_after = 0

    error = refused(get)

    assert error.what == f"The connection to {hub.address} broke and did not come back."
    assert (tmp_path / "models" / "mini.part" / "config.json").is_file()
    assert not (tmp_path / "models" / "mini").exists()
    hub.drop_after = None
    check(get())


def test_one_server_error_is_forgiven(get: Get, hub: FakeHub) -> None:
    hub.fail = 1

    check(get())


def test_a_wrong_byte_installs_nothing_and_is_not_kept(get: Get, hub: FakeHub, tmp_path: Path) -> None:
    hub.flip = True

    error = refused(get)

    assert "did not arrive as it was sent" in error.what
    assert not (tmp_path / "models" / "mini").exists()
    assert not list((tmp_path / "models" / "mini.part").glob("model.bin*"))
    hub.flip = False
    check(get())


def test_a_wrong_byte_in_a_small_file_is_found_too(get: Get, hub: FakeHub, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    for file in MINI.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    (other / "config.json").write_bytes((MINI / "config.json").read_bytes().replace(b"384", b"385"))
    hub.folder = other

    assert refused(get).what == "config.json of mini-Whisper did not arrive as it was sent, so it was thrown away."


def test_a_file_changed_at_the_hub_is_not_even_loaded(get: Get, hub: FakeHub) -> None:
    changed = tuple(replace(file, sha256="0" * 64) if file.name == "model.bin" else file for file in ROW.files)

    assert "is not the file diktate knows" in refused(get, replace(ROW, files=changed)).what
    assert hub.sent_bytes == 0


def test_a_repository_that_is_gone_is_said(get: Get, hub: FakeHub) -> None:
    hub.missing = True

    assert refused(get).what == "The files of mini-Whisper are not on the hub (answer 404)."


def test_no_network_is_said_within_seconds(session: requests.Session, tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{closed.getsockname()[1]}"
        started = time.monotonic()

        with pytest.raises(ModelError) as caught:
            fetch(ROW, tmp_path, lambda _: None, lambda: False, source=Hub(session, address))

    assert caught.value.what == f"{address} can't be reached."
    assert time.monotonic() - started < 5


def test_a_sign_in_page_is_not_taken_for_a_hub(session: requests.Session, tmp_path: Path) -> None:
    with serving(FakeHub("api/models/diktate/mini-whisper/revision", MINI)) as page:
        source = Hub(session, f"{page.address}/{page.repo}/resolve/main/config.json?")
        with pytest.raises(ModelError) as caught:
            fetch(ROW, tmp_path, lambda _: None, lambda: False, source=source)

    assert "does not answer like a model hub" in caught.value.what


def test_a_full_disk_is_said_before_a_byte_is_loaded(get: Get, hub: FakeHub) -> None:
    error = refused(get, free_bytes=lambda _folder: 100_000_000)

    assert error.what == "The disk has 100 MB free, and 202 MB are needed."
    assert hub.sent_bytes == 0


def test_a_disk_that_fills_meanwhile_is_said(tmp_path: Path) -> None:
    assert cant_write(tmp_path, OSError(errno.ENOSPC, "No space left")).what == "The disk is full."


def test_a_stopped_download_keeps_its_part_and_goes_on(get: Get, hub: FakeHub, tmp_path: Path) -> None:
    seen: list[Progress] = []

    error = refused(get, report=seen.append, cancelled=lambda: bool(seen) and seen[-1].done_bytes > ROW.size_bytes // 2)

    assert error.what == "The download of mini-Whisper was stopped."
    assert list((tmp_path / "models" / "mini.part").glob("model.bin.*.part"))
    get()
    assert any("bytes=" in asked for asked in hub.asked)


def test_the_half_of_another_revision_is_thrown_away(get: Get, tmp_path: Path) -> None:
    part = tmp_path / "models" / "mini.part"
    part.mkdir(parents=True)
    (part / "model.bin.aaaaaaaaaaaa.part").write_bytes(b"x" * 1000)

    check(get())


def test_a_second_download_of_the_same_model_says_so(get: Get, tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()

    with only_one(tmp_path / "models", "mini"):
        error = refused(get)

    assert error.what == "mini is being installed by another window or command already."
    check(get())


CHILD = """
import sys
from pathlib import Path
from diktate.stt.fetch import fetch
from tests.fakes.hub import MINI, row_of
fetch(row_of(MINI), Path(sys.argv[1]), lambda p: print(p.done_bytes, flush=True), lambda: False)
"""


def start(hub: FakeHub, models_folder: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", CHILD, str(models_folder)],
        env={**os.environ, "HF_ENDPOINT": hub.address},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_killed_download_goes_on_where_it_was(hub: FakeHub, tmp_path: Path) -> None:
    hub.bytes_per_s = 2_000_000
    with start(hub, tmp_path) as child:
        assert child.stdout is not None
        for line in child.stdout:
            if int(line) > WEIGHTS_BYTES // 2:
                child.send_signal(signal.SIGKILL)
                break
    assert not (tmp_path / "mini").exists()
    assert list((tmp_path / "mini.part").glob("model.bin.*.part"))
    hub.sent_bytes, hub.bytes_per_s = 0, None

    with start(hub, tmp_path) as child:
        out, _ = child.communicate(timeout=60)

    assert child.returncode == 0
    assert out.splitlines()[-1] == str(ROW.size_bytes)
    assert 0 < hub.sent_bytes < WEIGHTS_BYTES * 0.6
    assert hashlib.sha256((tmp_path / "mini" / "model.bin").read_bytes()).hexdigest() == ROW.files[2].sha256


def test_the_fake_hub_is_one_that_huggingface_hub_downloads_from(hub: FakeHub, tmp_path: Path) -> None:
    code = "import sys, huggingface_hub as h; h.snapshot_download(sys.argv[1], local_dir=sys.argv[2])"

    subprocess.run(
        [sys.executable, "-c", code, hub.repo, str(tmp_path / "copy")],
        env={**os.environ, "HF_ENDPOINT": hub.address, "HF_HOME": str(tmp_path / "home"), "HF_HUB_DISABLE_XET": "1"},
        check=True,
        timeout=120,
        capture_output=True,
    )

    for file in MINI.iterdir():
        assert (tmp_path / "copy" / file.name).read_bytes() == file.read_bytes()
