"""The keys we have grabbed at the X server: taken, given back, and refused if another program has them."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from Xlib.display import Display
    from Xlib.error import CatchError

Key: TypeAlias = tuple[int, int]
"""Key code and state."""


class Grabs:
    """Grabs on the root window. Used by the one thread that owns the display."""

    def __init__(self, display: Display) -> None:
        self._display = display
        self._root = display.screen().root
        self._held: dict[Key, tuple[int, ...]] = {}

    def want(self, keys: Collection[Key], locks: tuple[int, ...]) -> set[Key]:
        """Hold exactly these; what is held already is not touched. Gives those that another program has."""
        for key in [key for key, held in self._held.items() if key not in keys or held != locks]:
            self._let_go(key, self._held.pop(key))
        caught = {key: [self._ask(key, lock) for lock in locks] for key in set(keys) - self._held.keys()}
        self._display.sync()  # refusals come before the answer to this
        refused = {key for key, errors in caught.items() if any(error.get_error() for error in errors)}
        for key in caught:
            if key in refused:
                self._let_go(key, locks)
            else:
                self._held[key] = locks
        self._display.sync()  # so that a key just given back is free for others when this returns
        return refused

    def _ask(self, key: Key, lock: int) -> CatchError:
        from Xlib import X
        from Xlib.error import BadAccess, BadValue, CatchError

        caught = CatchError(BadAccess, BadValue)
        code, state = key
        self._root.grab_key(code, state | lock, False, X.GrabModeAsync, X.GrabModeAsync, onerror=caught)  # noqa: FBT003 - Xlib's own order
        return caught

    def _let_go(self, key: Key, locks: tuple[int, ...]) -> None:
        code, state = key
        for lock in locks:
            self._root.ungrab_key(code, state | lock)
