"""Logs and crash reports say where, never what the user said."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from diktate import logs
from diktate.paths import Paths


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(tmp_path / "c", tmp_path / "d", tmp_path / "s", tmp_path / "l", tmp_path / "r")


@pytest.fixture(autouse=True)
def root_as_before() -> Iterator[None]:
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


def written(paths: Paths) -> str:
    return (paths.logs / "diktate.log").read_text(encoding="utf-8")


def test_records_reach_the_file_which_is_the_owners_alone(paths: Paths) -> None:
    stop = logs.start(paths)
    logging.getLogger("diktate.x").info("heard %.1f s", 2.0)
    stop()

    assert "heard 2.0 s" in written(paths)
    assert stat.S_IMODE((paths.logs / "diktate.log").stat().st_mode) == 0o600


@pytest.mark.expects_warnings
def test_an_exception_is_written_as_type_and_place_without_its_value(paths: Paths) -> None:
    stop = logs.start(paths)
    try:
        raise ValueError("what the user said")  # noqa: TRY301 - it is to be caught here
    except ValueError:
        logging.getLogger("diktate.x").exception("failed")
    stop()

    text = written(paths)
    assert "builtins.ValueError" in text
    assert "test_logs.py" in text
    assert "what the user said" not in text


@pytest.mark.parametrize("secret", ["sk-abcdef123456", "AIzaSyA123456789", "Bearer abc.def-123", "?key=abcdef"])
def test_what_looks_like_a_key_is_masked(paths: Paths, secret: str) -> None:
    stop = logs.start(paths)
    logging.getLogger("diktate.x").info("asked with %s", secret)
    stop()

    assert secret not in written(paths)
    assert "***" in written(paths)


def test_the_file_is_turned_over_before_it_grows_without_end(paths: Paths) -> None:
    stop = logs.start(paths)
    for _line in range(1200):
        logging.getLogger("diktate.x").info("x" * 1000)
    stop()

    files = list(paths.logs.iterdir())
    assert len(files) == 2
    assert all(file.stat().st_size <= logs.FILE_BYTES for file in files)


IN_A_THREAD = """
def speak():
    raise ValueError('what the user said')
thread = threading.Thread(target=speak)
thread.start()
thread.join()
import os
os._exit(1)
"""
CRASH = """
import sys, pathlib, threading
from diktate import logs
from diktate.paths import Paths
base = pathlib.Path(sys.argv[1])
report = logs.Report(Paths(base / "c", base / "d", base / "s", base / "l", base / "r"))
print(repr(report.begin()))
{deed}
"""


def ran(paths: Paths, deed: str, session: str = "1") -> subprocess.CompletedProcess[str]:
    code = CRASH.format(deed=deed)
    command = [sys.executable, "-c", code, str(paths.state.parent)]
    env = {**os.environ, "XDG_SESSION_ID": session}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_a_run_that_ended_well_leaves_no_report(paths: Paths) -> None:
    ran(paths, "report.end()")

    assert ran(paths, "report.end()").stdout.strip() == "''"


@pytest.mark.parametrize(
    ("deed", "trace"),
    [
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "diktate"),
        ("import faulthandler; faulthandler._sigsegv()", "Segmentation fault"),
        ("raise ValueError('what the user said')", "builtins.ValueError"),
        (IN_A_THREAD, "builtins.ValueError"),
    ],
    ids=["killed", "segfault", "unhandled", "thread"],
)
def test_the_next_start_knows_of_a_crash_and_where_it_was_but_no_words(paths: Paths, deed: str, trace: str) -> None:
    ran(paths, deed)

    report = ran(paths, "report.end()").stdout

    assert trace in report
    assert "what the user said" not in report


def test_the_end_of_the_session_is_not_told_as_a_crash_but_a_fault_before_it_is(paths: Paths) -> None:
    ran(paths, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert ran(paths, "report.end()", session="2").stdout.strip() == "''"

    ran(paths, "import faulthandler; faulthandler._sigsegv()")
    assert "Segmentation fault" in ran(paths, "report.end()", session="2").stdout


def test_a_crash_is_told_once(paths: Paths) -> None:
    ran(paths, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")

    assert ran(paths, "report.end()").stdout.strip() != "''"
    assert ran(paths, "report.end()").stdout.strip() == "''"


def test_the_report_names_no_path_of_the_user(paths: Paths) -> None:
    ran(paths, "raise ValueError")

    assert "/" not in json.loads((paths.state / "crash.json").read_text())["where"]
