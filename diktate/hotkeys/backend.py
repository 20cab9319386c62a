"""What a source of global keys is, and what it says."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from diktate.errors import HotkeyError

CANCEL = "cancel"
"""The action of the keys given to `watch_cancel`."""


@dataclass(frozen=True)
class Down:
    """All keys of a combination are down; said once, however long they are held."""

    action: str
    at: float
    """`time.monotonic()`."""


@dataclass(frozen=True)
class Up:
    """Any key of the combination went up. Follows every Down but that of CANCEL."""

    action: str
    at: float


@dataclass(frozen=True)
class Unusable:
    """A combination that will do nothing, and why."""

    action: str
    """Empty if no key works at all."""
    combination: str
    """As shown to people, or as it was written if it can't be read; empty if no key works at all."""
    error: HotkeyError
    taken: bool = False
    """Another program has it; other keys may still be free."""


Emit: TypeAlias = Callable[[Down | Up | Unusable], None]
"""Called on the backend's own thread, an Unusable also on that of the caller; must return at once and not raise."""


class Backend(Protocol):
    """Watches keys in every window. The methods may be called from any thread and never raise."""

    name: str
    """`x11`, `pynput` or `none`."""

    def start(self, bindings: Mapping[str, tuple[str, ...]], emit: Emit) -> None:
        """Watch these combinations, by action; called once. Returns at once; what can't be watched comes as Unusable.

        A modifier alone, such as right Ctrl, goes Down with its own press; when another key follows, a shortcut was
        meant, and Down(CANCEL) and its Up are said.
        """
        ...

    def rebind(self, bindings: Mapping[str, tuple[str, ...]]) -> None:
        """Watch these instead, at once. A key that is held now still gives its Up, for the action it began."""
        ...

    def watch_cancel(self, keys: tuple[str, ...]) -> None:
        """Report these keys as Down(CANCEL) too, with whatever is held besides them; an empty tuple ends that.

        Meant for the time of listening only: where a backend can, the focused window gets none of these keys.
        """
        ...

    def stop(self) -> None:
        """Let go of every key; nothing is reported once this has returned, unless called by `emit` itself."""
        ...
