"""What this machine has: memory and free disk, by the standard library alone."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from diktate.stt.models import Model

SPARE_MB = 200
"""Left free on the disk: settings, history and the spool must still be writable."""


def free_bytes(folder: Path) -> int:
    """Give what may be written at a folder that need not exist yet."""
    there = folder
    while not there.exists() and there != there.parent:
        there = there.parent
    return shutil.disk_usage(there).free


def fits_ram(model: Model, ram: int | None) -> bool:
    """Tell whether a model may be loaded: two thirds of the memory, the rest is the desktop's."""
    return ram is None or model.ram_mb <= ram * 2 / 3


def fits_disk(model: Model, free: int) -> bool:
    return model.size_mb + SPARE_MB <= free / 1e6


if sys.platform == "win32":

    def ram_mb() -> int | None:
        """Give the machine's memory; None where the system doesn't say."""
        import ctypes

        kilobytes = ctypes.c_ulonglong()
        if not ctypes.windll.kernel32.GetPhysicallyInstalledSystemMemory(ctypes.byref(kilobytes)):
            return None
        return kilobytes.value // 1024

else:

    def ram_mb() -> int | None:
        """Give the machine's memory; None where the system doesn't say."""
        try:
            return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1_000_000
        except (ValueError, OSError):
            return None
