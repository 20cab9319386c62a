"""Which combination does what: from the settings' texts to a table without doubles; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from diktate.errors import HotkeyError
from diktate.hotkeys.backend import CANCEL, Unusable
from diktate.hotkeys.keys import Combination, parse, show
from diktate.words import N_


@dataclass(frozen=True)
class Bindings:
    """What each combination does, and what can't be used."""

    actions: Mapping[Combination, str] = field(default_factory=dict)
    unusable: tuple[Unusable, ...] = ()


def read(bindings: Mapping[str, tuple[str, ...]]) -> Bindings:
    """Read all combinations; of two that are the same the first one wins."""
    actions: dict[Combination, str] = {}
    unusable: list[Unusable] = []
    for action, text in ((action, text) for action, texts in bindings.items() for text in texts):
        try:
            combination = parse(text)
            if actions.setdefault(combination, action) != action:
                raise _used_twice(combination, actions[combination])
        except HotkeyError as error:
            unusable.append(Unusable(action, _shown(text), error))
    return Bindings(actions, tuple(unusable))


def read_cancel(keys: tuple[str, ...]) -> Bindings:
    """Read the keys that cancel."""
    return read({CANCEL: keys})


def _shown(text: str) -> str:
    try:
        return show(parse(text))
    except HotkeyError:
        return text


def _used_twice(combination: Combination, action: str) -> HotkeyError:
    return HotkeyError(
        N_("{keys} is already the key of “{action}”."),
        N_("Choose another key for one of the two."),
        keys=show(combination),
        action=action,
    )
