"""No global keys here: says so once, with the way that does work."""

from __future__ import annotations

from collections.abc import Mapping

from diktate.errors import HotkeyError
from diktate.hotkeys.backend import Emit, Unusable


class NoKeys:
    """A backend for places where no program may watch keys."""

    name = "none"

    def __init__(self, reason: HotkeyError) -> None:
        self._reason = reason

    def start(self, bindings: Mapping[str, tuple[str, ...]], emit: Emit) -> None:
        """Say why there are no keys, on the caller's thread: there is no other."""
        del bindings
        emit(Unusable("", "", self._reason))

    def rebind(self, bindings: Mapping[str, tuple[str, ...]]) -> None:
        """Do nothing: it was said at the start."""

    def watch_cancel(self, keys: tuple[str, ...]) -> None:
        """Do nothing: it was said at the start."""

    def stop(self) -> None:
        """Do nothing."""
