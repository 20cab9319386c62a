"""Inserting words into other programs: this platform's inserter."""

from __future__ import annotations

import sys

from diktate.insert.inserter import Clipboard, Inserter


def inserter(clipboard: Clipboard, platform: str = sys.platform) -> Inserter:
    """Give the inserter of a platform, a name as in `sys.platform`; nothing is opened before the first insertion."""
    if platform == "win32":
        from diktate.insert.windows import WindowsKeys

        return Inserter(clipboard, WindowsKeys(), clipboard)
    if platform == "darwin":
        from diktate.insert.macos import MacKeys

        return Inserter(clipboard, MacKeys(), clipboard)
    from diktate.insert.linux import X11Keys
    from diktate.insert.x11_selection import X11SavedReader

    return Inserter(clipboard, X11Keys(), X11SavedReader())
