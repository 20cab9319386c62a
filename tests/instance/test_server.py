"""One running app: who may hold it, who may talk to it, and what can't hurt it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from diktate.errors import InstanceError
from diktate.instance import NotRunning, Request, Server, ask, follow
from diktate.instance.line import CONNECTIONS
from diktate.instance.server import LAST_WORDS_S

from .conftest import answer, until

APP = """
import sys, time
from pathlib import Path
from diktate.instance import Reply, Server
server = Server(Path(sys.argv[1]), lambda request: Reply(ok=True, body={"pid": __import__("os").getpid()}))
while len(sys.argv) > 2 and time.time() < float(sys.argv[2]): pass
won = server.claim()
if won: server.start()
print("won" if won else "lost", flush=True)
sys.stdin.read()
"""


def app(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", APP, str(folder), *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate()


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline().strip()


def raw(folder: Path) -> socket.socket:
    """Connect without knowing anything."""
    stranger = socket.socket(socket.AF_UNIX)
    stranger.settimeout(20)
    stranger.connect(str(folder / "ctl"))
    return stranger


def hung_up(stranger: socket.socket) -> bool:
    """Read until the app closes."""
    with suppress(ConnectionError):
        while stranger.recv(4096):
            pass
    return True


def mode(path: Path) -> int:
    return stat.S_IMODE(path.lstat().st_mode)


def test_folder_socket_and_key_are_for_their_owner_only(server: Server, folder: Path) -> None:
    assert mode(folder) == 0o700
    assert mode(folder / "ctl") == 0o600
    assert mode(folder / "ctl.key") == 0o600
    assert mode(folder / "lock") == 0o600
    assert len((folder / "ctl.key").read_bytes()) == 32


def test_a_folder_open_to_others_is_closed(folder: Path) -> None:
    folder.mkdir()
    folder.chmod(0o777)
    server = Server(folder, answer)

    assert server.claim()

    assert mode(folder) == 0o700
    server.stop()


def test_a_folder_that_is_a_symlink_is_refused(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir(mode=0o700)
    folder.symlink_to(tmp_path / "elsewhere")

    with pytest.raises(InstanceError, match="belongs to somebody else"):
        Server(folder, answer).claim()
    with pytest.raises(InstanceError, match="belongs to somebody else"):
        ask(folder, "status")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_of_another_user_is_refused(folder: Path) -> None:
    folder.mkdir(mode=0o700)
    os.chown(folder, 65534, 65534)

    with pytest.raises(InstanceError, match="belongs to somebody else"):
        Server(folder, answer).claim()


def test_a_path_too_long_for_a_socket_is_said(tmp_path: Path) -> None:
    server = Server(tmp_path / ("long" * 30), answer)
    assert server.claim()

    with pytest.raises(InstanceError, match="can't be opened"):
        server.start()
    server.stop()


def test_the_key_is_new_at_each_start(folder: Path) -> None:
    keys = set()
    for _ in range(3):
        server = Server(folder, answer)
        assert server.claim()
        server.start()
        keys.add((folder / "ctl.key").read_bytes())
        server.stop()

    assert len(keys) == 3


def test_a_second_app_is_told_that_there_is_a_first(server: Server, folder: Path) -> None:
    second = Server(folder, answer)

    assert not second.claim()
    second.stop()

    assert ask(folder, "still").ok


def test_stopping_gives_the_claim_back(server: Server, folder: Path) -> None:
    server.stop()

    second = Server(folder, answer)
    assert second.claim()
    second.stop()


def test_of_two_that_start_at_the_same_moment_exactly_one_wins(folder: Path) -> None:
    for _ in range(20):
        moment = str(time.time() + 0.6)
        both = [app(folder, moment), app(folder, moment)]
        try:
            assert sorted(said(process) for process in both) == ["lost", "won"]
        finally:
            for process in both:
                end(process)


def test_a_killed_app_can_be_started_again(folder: Path) -> None:
    first = app(folder)
    try:
        assert said(first) == "won"
        assert ask(folder, "pid").body == {"pid": first.pid}
        first.send_signal(signal.SIGKILL)
        first.wait(20)
        assert (folder / "ctl").exists()
        with pytest.raises(NotRunning):
            ask(folder, "pid")
    finally:
        end(first)

    second = Server(folder, answer)
    assert second.claim()
    second.start()
    assert ask(folder, "hello").body == {"command": "hello"}
    second.stop()


def test_a_wrong_key_is_refused_and_the_app_lives_on(server: Server, folder: Path) -> None:
    with pytest.raises(AuthenticationError):
        Client(str(folder / "ctl"), "AF_UNIX", authkey=b"x" * 32)

    assert ask(folder, "still").ok


def test_an_app_that_does_not_know_the_key_is_not_believed(folder: Path) -> None:
    from multiprocessing.connection import Listener

    folder.mkdir(mode=0o700)
    (folder / "ctl.key").write_bytes(b"k" * 32)
    with Listener(str(folder / "ctl"), "AF_UNIX", authkey=b"x" * 32) as impostor:

        def accept() -> None:
            with suppress(AuthenticationError, EOFError, OSError):
                impostor.accept()

        thread = threading.Thread(target=accept)
        thread.start()
        with pytest.raises(InstanceError, match="does not answer"):
            ask(folder, "status", {"secret": "words"})
        thread.join(20)


@pytest.mark.parametrize(
    "garbage",
    [b"GET / HTTP/1.1\r\n\r\n", b"\0\0\0\4abcd", b"\xff" * 300, b"\xff\xff\xff\xf0", b"\0\0\0\0", b"\x7f\xff\xff\xff"],
)
def test_garbage_is_refused_and_the_app_lives_on(server: Server, folder: Path, garbage: bytes) -> None:
    with raw(folder) as stranger:
        stranger.sendall(garbage)
        stranger.shutdown(socket.SHUT_WR)
        assert hung_up(stranger)

    assert ask(folder, "still").ok


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"no json",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"command": 1, "arguments": {}}',
        b'{"command": "x", "arguments": []}',
        b"[" * 60_000,
        b" " * 70_000,
    ],
)
def test_a_friend_who_sends_nonsense_is_refused_and_the_app_lives_on(
    server: Server, folder: Path, message: bytes
) -> None:
    with pytest.raises((EOFError, ConnectionError)):
        exchanged(folder, message)

    assert ask(folder, "still").ok


def test_those_who_connect_and_say_nothing_block_nobody(server: Server, folder: Path) -> None:
    with ExitStack() as strangers:
        for _ in range(CONNECTIONS - 1):
            strangers.enter_context(raw(folder))

        assert ask(folder, "still").ok


def test_a_silent_connection_is_closed_after_a_while(server: Server, folder: Path) -> None:
    with raw(folder) as silent, raw(folder) as halting:
        halting.sendall(b"\0\0")
        assert hung_up(silent)
        assert hung_up(halting)


def test_one_connection_too_many_is_closed_and_room_is_made_when_others_leave(server: Server, folder: Path) -> None:
    with ExitStack() as strangers:
        for _ in range(CONNECTIONS):
            strangers.enter_context(raw(folder)).recv(1)
        with pytest.raises(InstanceError, match="does not answer"):
            ask(folder, "no room")

    until(lambda: _answers(folder))


def _answers(folder: Path) -> bool:
    try:
        return ask(folder, "still").ok
    except InstanceError:
        return False


def test_a_client_that_vanishes_is_forgotten(server: Server, folder: Path) -> None:
    key = (folder / "ctl.key").read_bytes()
    for _ in range(CONNECTIONS * 2):
        with suppress(OSError, EOFError):
            Client(str(folder / "ctl"), "AF_UNIX", authkey=key).close()

    until(lambda: _answers(folder))
    until(lambda: not server._open)


def test_stopping_from_within_a_command_still_answers_it(folder: Path) -> None:
    from diktate.instance import Reply

    servers: list[Server] = []

    def quit_(request: Request) -> Reply:
        servers[0].stop()
        return Reply(ok=True, body={"bye": True})

    servers.append(Server(folder, quit_))
    assert servers[0].claim()
    servers[0].start()

    assert ask(folder, "quit").body == {"bye": True}
    with pytest.raises(NotRunning):
        ask(folder, "anyone")


def test_a_reply_on_its_way_is_sent_before_the_end(folder: Path) -> None:
    from diktate.instance import Reply

    asked, go_on = threading.Event(), threading.Event()

    def slow(request: Request) -> Reply:
        asked.set()
        go_on.wait(20)
        return Reply(ok=True, body={})

    server = Server(folder, slow)
    assert server.claim()
    server.start()

    def leave() -> None:
        asked.wait(20)
        threading.Timer(LAST_WORDS_S / 4, go_on.set).start()
        server.stop()

    stopper = threading.Thread(target=leave)
    stopper.start()

    assert ask(folder, "slow", timeout_s=20).ok
    stopper.join(20)


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that others can reach; pytest's own are closed to them."""
    made = Path(tempfile.mkdtemp(prefix="dk"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made)


STRANGER = """
import socket, sys
end = socket.socket(socket.AF_UNIX)
end.settimeout(20)
try:
    end.connect(sys.argv[1])
    print("heard", len(end.recv(100)))
except OSError as error:
    print(type(error).__name__)
"""


def _another_user(folder: Path) -> str:
    return subprocess.run(
        ["/usr/bin/python3", "-c", STRANGER, str(folder / "ctl")],
        user=65534,
        cwd="/",
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout.strip()


@pytest.mark.skipif(os.geteuid() != 0 or sys.platform != "linux", reason="needs root to become another user")
def test_another_user_gets_nowhere(open_folder: Path) -> None:
    folder = open_folder / "run"
    server = Server(folder, answer)
    assert server.claim()
    server.start()
    try:
        assert _another_user(folder) == "PermissionError"
        # Even with every right on the files the kernel tells who is there, and not even the challenge is sent.
        folder.chmod(0o755)
        (folder / "ctl").chmod(0o666)
        assert _another_user(folder) == "heard 0"
        assert ask(folder, "still").ok
    finally:
        server.stop()


def test_followers_end_with_the_app(server: Server, folder: Path) -> None:
    server.publish({"n": 0})
    states = follow(folder)
    assert next(states) == {"n": 0}

    server.stop()

    assert list(states) == []


def exchanged(folder: Path, message: bytes) -> bytes:
    """Send one message with the right key and give the answer; what is too long is refused while it is being sent."""
    with Client(str(folder / "ctl"), "AF_UNIX", authkey=(folder / "ctl.key").read_bytes()) as friend:
        friend.send_bytes(message)
        return friend.recv_bytes()
