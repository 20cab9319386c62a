"""Lets only one process at a time put a certain model together."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from diktate.errors import ModelError
from diktate.words import N_

if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def only_one(models_folder: Path, model_id: str) -> Iterator[None]:
    """Hold the model's lock; ModelError if another process has it.

    The system gives the lock back when a process dies, however it dies. The empty file stays: taking it away would let
    two processes hold locks on two files of one name.
    """
    descriptor = os.open(models_folder / f".{model_id}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            _take(descriptor)
        except OSError:
            raise ModelError(
                N_("{wanted} is being installed by another window or command already."),
                N_("Wait until it is done there."),
                wanted=model_id,
            ) from None
        yield
    finally:
        os.close(descriptor)
