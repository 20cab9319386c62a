"""Speaks the two addresses of the Hugging Face hub a download needs: what a repository holds, and one file of it.

Not through huggingface_hub: since 2.x it writes each file under a new random name and deletes it when the process ends
(file_download.py, `_download_to_tmp_and_move`), so that 1.6 GB begin anew after every break
(tried with 2.4: killed at 1.3 of 2.3 MB, the next run asked for all of it, without a Range); and its transport changed
with each major version (requests, httpx, httpx2), so that its errors can't be caught by name. No token is sent: all
models of the table are public.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from diktate.errors import ModelError
from diktate.stt.models import Model, ModelFile
from diktate.words import N_

if TYPE_CHECKING:
    import requests

HUB = "https://huggingface.co"
CONNECT_S, READ_S = 10, 30
BLOCK_BYTES = 1 << 16
"""Small, so that a slow line is still reported and cancelled every second or so."""

OK, PARTIAL = 200, 206
BUSY = frozenset({408, 425, 429, 500, 502, 503, 504})
GONE = frozenset({401, 403, 404, 410})
"""The hub answers 401 for a repository that does not exist, so as not to tell private ones from none."""


class Broken(Exception):  # noqa: N818 - not an error yet: the next try may go on from here
    """The line or the server failed in a way that may pass; `reached` tells whether the hub answered at all."""

    def __init__(self, *, reached: bool) -> None:
        super().__init__()
        self.reached = reached


@dataclass(frozen=True)
class RemoteFile:
    """One file as the hub has it."""

    name: str
    size: int
    sha256: str | None
    """For large files (git LFS)."""
    git_sha1: str | None
    """Of the blob, for small ones."""


@dataclass(frozen=True)
class Listing:
    """A repository at one commit."""

    commit: str
    files: tuple[RemoteFile, ...]


@dataclass(frozen=True)
class Hub:
    """A hub and the session to ask it with."""

    session: requests.Session
    address: str = ""
    """Empty: $HF_ENDPOINT, else huggingface.co."""

    @property
    def base(self) -> str:
        return (self.address or os.environ.get("HF_ENDPOINT") or HUB).rstrip("/")

    def listing(self, model: Model) -> Listing:
        """Ask what the repository holds. Raises Broken, ModelError."""
        import requests

        url = f"{self.base}/api/models/{model.repo}/revision/{quote(model.revision, safe='')}?blobs=true"
        with self._answer(url, {}, model.title) as answer:
            try:
                return _listing(answer.json())
            except (ValueError, KeyError, TypeError, AttributeError):
                raise ModelError(
                    N_("{hub} does not answer like a model hub."),
                    N_("Check HF_ENDPOINT and whether a sign-in page stands in between."),
                    hub=self.base,
                ) from None
            except requests.RequestException:
                raise Broken(reached=True) from None

    def blocks(self, model: Model, commit: str, file: RemoteFile, start: int) -> Iterator[tuple[int, bytes]]:
        """Give (place, bytes) from `start` on, or from 0 if the server won't go on. Raises Broken, ModelError."""
        import requests

        url = f"{self.base}/{model.repo}/resolve/{commit}/{quote(file.name)}"
        headers = {"Range": f"bytes={start}-"} if start else {}
        with self._answer(url, headers, model.title) as answer:
            at = start if _goes_on(answer, start) else 0
            try:
                for block in answer.iter_content(BLOCK_BYTES):
                    yield at, block
                    at += len(block)
            except requests.RequestException:
                raise Broken(reached=True) from None

    @contextmanager
    def _answer(self, url: str, headers: dict[str, str], title: str) -> Iterator[requests.Response]:
        import requests

        # identity: a compressed answer can't be gone on with, and its length is not the file's
        sent = {"Accept-Encoding": "identity", "User-Agent": "diktate", **headers}
        try:
            answer = self.session.get(url, headers=sent, stream=True, timeout=(CONNECT_S, READ_S))
        except requests.RequestException:
            raise Broken(reached=False) from None
        with answer:
            _accept(answer, title)
            yield answer


def unreachable(base: str, *, reached: bool) -> ModelError:
    """Give the error for a hub that was tried often enough."""
    if reached:
        return ModelError(
            N_("The connection to {hub} broke and did not come back."),
            N_("Start the download again: it goes on from there."),
            hub=base,
        )
    return ModelError(
        N_("{hub} can't be reached."),
        N_("Check the network, or install from files with `diktate models get ID --from FOLDER`."),
        hub=base,
    )


def _accept(answer: requests.Response, title: str) -> None:
    if answer.status_code in BUSY:
        raise Broken(reached=True)
    if answer.status_code in GONE:
        raise ModelError(
            N_("The files of {title} are not on the hub (answer {status})."),
            N_("Update diktate, or choose another model."),
            title=title,
            status=answer.status_code,
        )
    if answer.status_code not in {OK, PARTIAL}:
        raise ModelError(
            N_("The hub answered {status} to the request for {title}."),
            N_("Try again later."),
            title=title,
            status=answer.status_code,
        )


def _goes_on(answer: requests.Response, start: int) -> bool:
    return answer.status_code == PARTIAL and answer.headers.get("Content-Range", "").startswith(f"bytes {start}-")


def _listing(raw: dict[str, Any]) -> Listing:
    return Listing(str(raw["sha"]), tuple(_file(entry) for entry in raw["siblings"] if entry.get("size") is not None))


def _file(entry: dict[str, Any]) -> RemoteFile:
    large = entry.get("lfs") or {}
    return RemoteFile(
        name=str(entry["rfilename"]),
        size=int(large.get("size", entry["size"])),
        sha256=large.get("sha256"),
        git_sha1=None if large else entry.get("blobId"),
    )


def pick(model: Model, listing: Listing) -> tuple[RemoteFile, ...]:
    """Give the files of the row as the hub has them; ModelError if one is gone or is not what the table says."""
    there = {file.name: file for file in listing.files}
    return tuple(_same(model, file, there.get(file.name)) for file in model.files)


def _same(model: Model, known: ModelFile, there: RemoteFile | None) -> RemoteFile:
    if there is None:
        raise ModelError(
            N_("The hub's {title} has no file {name}."),
            N_("Update diktate, or choose another model."),
            title=model.title,
            name=known.name,
        )
    sums_differ = known.sha256 is not None and there.sha256 is not None and known.sha256 != there.sha256
    if there.size != known.size or sums_differ:
        raise ModelError(
            N_("{name} of {title} is not the file diktate knows, so it was not loaded."),
            N_("Update diktate, or choose another model."),
            title=model.title,
            name=known.name,
        )
    return RemoteFile(there.name, there.size, known.sha256 or there.sha256, there.git_sha1)
