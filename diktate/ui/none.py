"""Keeps None alive under a PySide6 that loses references to it."""

from __future__ import annotations

import ctypes
import sys

MANY = 1 << 60
"""More than any program can lose."""


def keep_none_alive() -> None:
    """Make None immortal, as it is from Python 3.12 on; to be called once, before the first widget is made.

    WORKAROUND PySide6 6.12.0: on Python before 3.12 every Qt call that returns None takes one reference from it
    (measured: 500 calls of `setObjectName`, 500 references; 6.11.3 and Python 3.12 lose none), and after some 5000 the
    interpreter ends with "deallocating None". The overlay alone makes that many in eight seconds of listening.
    Remove when 6.12.0 is excluded or Python 3.11 is given up.
    """
    if sys.version_info < (3, 12):
        # The reference count is the first word of every object (CPython 3.11, object.h).
        ctypes.c_ssize_t.from_address(id(None)).value += MANY
