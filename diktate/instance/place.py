"""The runtime folder: whose it is, which app holds it, and the key to it."""

from __future__ import annotations

import os
import secrets
import stat
import sys
from contextlib import suppress
from pathlib import Path

from diktate.errors import InstanceError
from diktate.paths import private
from diktate.words import N_

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl


def key_file(folder: Path) -> Path:
    return folder / "ctl.key"


def make(folder: Path) -> None:
    """Make the folder, for its owner only; InstanceError if it can't be or is somebody else's."""
    with suppress(FileNotFoundError):
        check_owner(folder)
    try:
        private(folder)
    except OSError as error:
        raise InstanceError(
            N_("The folder {folder} can't be made: {why}."),
            N_("Check its rights."),
            folder=folder,
            why=error.strerror,
        ) from error
    check_owner(folder)


def check_owner(folder: Path) -> None:
    """Raise InstanceError where somebody else could stand between the app and its commands.

    FileNotFoundError if there is no such folder. On Windows it lies in the user's own profile.
    """
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or (sys.platform != "win32" and found.st_uid != os.geteuid()):
        raise InstanceError(
            N_("The folder {folder} belongs to somebody else."), N_("Remove it and start again."), folder=folder
        )


def hold(folder: Path) -> int | None:
    """Take the lock of the folder: a file descriptor to be kept open, None if another process has it.

    The system lets go of it when the process is gone, however it went; so the file itself is never removed.
    """
    file = os.open(folder / "lock", os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
    if _lock(file):
        return file
    os.close(file)
    return None


def new_key(folder: Path) -> bytes:
    """Write 32 random bytes where only the owner can read them."""
    key, file = secrets.token_bytes(32), key_file(folder)
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(descriptor, "wb") as out:
        out.write(key)
    return key


def _lock(file: int) -> bool:
    try:
        if sys.platform == "win32":
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
