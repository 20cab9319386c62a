"""A model hub on a real socket: one folder served as one repository, and able to misbehave."""

from __future__ import annotations

import hashlib
import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from diktate.stt.models import Model, ModelFile

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE_BYTES = 100_000
"""Above this a file is served as git LFS is: a redirect to another address and a SHA-256."""


MINI = Path(__file__).parent.parent / "data" / "mini-whisper" / "model"


@dataclass
class FakeHub:
    """What the hub serves, how it fails next, and what it was asked."""

    repo: str
    folder: Path
    drop_after: int | None = None
    """Close the connection after so many bytes of a large file."""
    drops: int = 1_000
    """How many times at most."""
    flip: bool = False
    """Send one wrong byte in large files."""
    missing: bool = False
    fail: int = 0
    """Answer 500 so many times."""
    ranges: bool = True
    bytes_per_s: int | None = None
    sent_bytes: int = 0
    asked: list[str] = field(default_factory=list)
    """"METHOD path Range"."""
    address: str = ""

    @property
    def elsewhere(self) -> str:
        """The same server by another name: huggingface_hub looks at a redirect only if it leaves the host."""
        return self.address.replace("127.0.0.1", "localhost")

    def file(self, name: str) -> Path | None:
        path = self.folder / name
        return path if "/" not in name and path.is_file() else None


@contextmanager
def serving(hub: FakeHub) -> Iterator[FakeHub]:
    """Serve until the block ends; the port is the system's choice."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def row_of(folder: Path, *, hashed: bool = True) -> Model:
    """Give the row a table would have for that folder's files."""
    files = tuple(
        ModelFile(file.name, file.stat().st_size, sha256(file) if hashed else None) for file in sorted(folder.iterdir())
    )
    return Model("mini", "mini-Whisper", "diktate/mini-whisper", COMMIT, files, ram_mb=100, vram_mb=100)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def git_sha1(path: Path) -> str:
    contents = path.read_bytes()
    return hashlib.sha1(b"blob %d\0" % len(contents) + contents, usedforsecurity=False).hexdigest()


def large(path: Path) -> bool:
    return path.stat().st_size > LARGE_BYTES


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(body=True)

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server's name
        pass

    def _answer(self, *, body: bool) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.asked.append(f"{self.command} {path} {self.headers.get('Range', '')}".strip())
        if self.hub.fail > 0:
            self.hub.fail -= 1
            self._send(500, b"oops")
        elif self.hub.missing:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})
        elif path.startswith(f"/api/models/{self.hub.repo}/"):
            self._api(path)
        elif match := re.fullmatch(rf"/{re.escape(self.hub.repo)}/resolve/[^/]+/(.+)", path):
            self._resolve(match[1], body=body)
        elif match := re.fullmatch(r"/cdn/([^/]+)", path):
            self._contents(self.hub.folder / match[1], {}, body=body)
        else:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    def _api(self, path: str) -> None:
        files = sorted(file for file in self.hub.folder.iterdir() if file.is_file())
        answer: object
        if "/tree/" in path:
            answer = [
                {"type": "file", "path": file.name, "oid": git_sha1(file), "size": file.stat().st_size}
                | _lfs(file, "oid")
                for file in files
            ]
        else:
            siblings = [
                {"rfilename": file.name, "size": file.stat().st_size, "blobId": git_sha1(file)} | _lfs(file, "sha256")
                for file in files
            ]
            answer = {"id": self.hub.repo, "sha": COMMIT, "siblings": siblings, "private": False, "tags": []}
        self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _resolve(self, name: str, *, body: bool) -> None:
        file = self.hub.file(name)
        if file is None:
            self._send(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": COMMIT})
        elif large(file):
            size = str(file.stat().st_size)
            linked = {"X-Linked-Size": size, "X-Linked-Etag": f'"{sha256(file)}"', "X-Repo-Commit": COMMIT}
            self._send(302, b"", {"Location": f"{self.hub.elsewhere}/cdn/{file.name}", **linked})
        else:
            self._contents(file, {"ETag": f'"{git_sha1(file)}"', "X-Repo-Commit": COMMIT}, body=body)

    def _contents(self, file: Path, headers: dict[str, str], *, body: bool) -> None:
        contents = bytearray(file.read_bytes())
        if self.hub.flip and large(file):
            contents[len(contents) // 2] ^= 0xFF
        start = self._start(len(contents))
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(contents) - 1}/{len(contents)}")
        for name, value in {**headers, "Content-Length": str(len(contents) - start)}.items():
            self.send_header(name, value)
        self.end_headers()
        if body:
            self._pour(bytes(contents[start:]), droppable=large(file))

    def _start(self, size: int) -> int:
        match = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        return min(int(match[1]), size) if match and self.hub.ranges else 0

    def _pour(self, contents: bytes, *, droppable: bool) -> None:
        left = self.hub.drop_after if droppable and self.hub.drops > 0 else None
        for at in range(0, len(contents), 16_384):
            block = contents[at : at + 16_384]
            if left is not None and left <= len(block):
                self.hub.drops -= 1
                self.close_connection = True
                return
            try:
                self.wfile.write(block)
            except OSError:
                self.close_connection = True
                return
            self.hub.sent_bytes += len(block)
            left = None if left is None else left - len(block)
            if self.hub.bytes_per_s:
                time.sleep(len(block) / self.hub.bytes_per_s)

    def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


def _lfs(file: Path, name: str) -> dict[str, object]:
    size = file.stat().st_size
    return {"lfs": {name: sha256(file), "size": size, "pointerSize": 132}} if large(file) else {}
