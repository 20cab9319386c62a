"""What a command gets back from the app."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from diktate.errors import InstanceError
from diktate.instance import NotRunning, Reply, Server, ask, follow

from .conftest import until


def test_a_question_is_answered(server: Server, folder: Path) -> None:
    assert ask(folder, "mode", {"id": "tidy", "note": "ü"}) == Reply(
        ok=True, body={"command": "mode", "id": "tidy", "note": "ü"}
    )


def test_a_refusal_says_what_and_fix(server: Server, folder: Path) -> None:
    assert ask(folder, "refuse") == Reply(ok=False, body={"what": "It is refused.", "fix": "Do without."})


@pytest.mark.expects_warnings
def test_a_command_that_breaks_is_refused_and_the_app_lives_on(server: Server, folder: Path) -> None:
    reply = ask(folder, "break")

    assert not reply.ok
    assert set(reply.body) == {"what", "fix"}
    assert ask(folder, "still").ok


def test_a_reply_or_request_too_long_for_a_message_is_said(server: Server, folder: Path) -> None:
    assert "too long" in ask(folder, "long").body["what"]
    with pytest.raises(InstanceError, match="too long"):
        ask(folder, "x", {"words": "x" * 70_000})


def test_without_an_app_it_is_not_running(folder: Path, tmp_path: Path) -> None:
    for place in (folder, tmp_path / "nowhere" / "at all"):
        with pytest.raises(NotRunning):
            ask(place, "status")
        with pytest.raises(NotRunning):
            next(follow(place))


def test_an_app_that_hangs_is_said_in_time(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    (folder / "ctl.key").write_bytes(b"k" * 32)
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(str(folder / "ctl"))
        hung.listen(0)
        started = time.monotonic()
        for _ in range(4):  # beyond what the queue of the socket holds
            with pytest.raises(InstanceError, match="does not answer") as told:
                ask(folder, "status", timeout_s=0.2)
            assert not isinstance(told.value, NotRunning)
        assert time.monotonic() - started < 20


def test_a_follower_sees_every_change_in_order(server: Server, folder: Path) -> None:
    server.publish({"n": 0})
    states = follow(folder)
    seen = [next(states)]
    for n in range(1, 40):
        server.publish({"n": n})
    while len(seen) < 40:
        seen.append(next(states))

    assert seen == [{"n": n} for n in range(40)]
    states.close()


def test_a_slow_follower_blocks_nobody_and_still_sees_the_newest(server: Server, folder: Path) -> None:
    server.publish({"n": 0})
    states = follow(folder)
    assert next(states) == {"n": 0}

    started = time.monotonic()
    for n in range(1, 1001):
        server.publish({"n": n, "words": "x" * 60_000})  # 60 MB, far more than any socket holds
    took_s = time.monotonic() - started
    seen = [0]
    while seen[-1] < 1000:
        seen.append(next(states)["n"])

    assert took_s < 10
    assert seen == sorted(set(seen))
    assert len(seen) < 1000
    states.close()


@pytest.mark.expects_warnings
def test_a_state_too_long_for_a_message_is_left_out(
    server: Server, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    server.publish({"n": 1})
    server.publish({"words": "x" * 70_000})

    assert next(follow(folder)) == {"n": 1}
    assert "not published" in caplog.text


def test_a_follower_that_leaves_is_forgotten(server: Server, folder: Path) -> None:
    server.publish({"n": 0})
    for _ in range(40):
        assert next(follow(folder)) == {"n": 0}

    until(lambda: not server._followers and not server._open)


def test_a_command_needs_nothing_heavy() -> None:
    heavy = "{'PySide6', 'numpy', 'asyncio', 'sqlite3', 'http', 'ssl'} & set(sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", f"import sys, diktate.instance; print({heavy} or 'none')"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert found.stdout.strip() == "none"
