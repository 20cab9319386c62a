"""Decides from keys going down and up what was meant: once down, once up, no repeats; pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from diktate.hotkeys.backend import CANCEL, Down, Up
from diktate.hotkeys.keys import MODIFIER_OF, Combination


class Tracker:
    """Keys in, Down and Up out. Used by one thread."""

    def __init__(self) -> None:
        self._actions: Mapping[Combination, str] = {}
        self._cancel: frozenset[Combination] = frozenset()
        self._down: set[str] = set()
        self._held: dict[str, Combination] = {}

    @property
    def busy(self) -> bool:
        """Whether a key that was seen going down is not yet known to be up."""
        return bool(self._down or self._held)

    def bind(self, actions: Mapping[Combination, str]) -> None:
        """Take other combinations; those held now keep the action they began."""
        self._actions = actions

    def watch_cancel(self, combinations: Collection[Combination]) -> None:
        self._cancel = frozenset(combinations)

    def press(self, key: str, at: float, modifiers: frozenset[str] | None = None) -> list[Down | Up]:
        """Take note of a key that went down; `modifiers` if the system says them, else those seen going down."""
        if key in self._down:
            return []
        pressed = Combination(self._modifiers(self._down) if modifiers is None else modifiers, key)
        self._down.add(key)
        if self._cancels(pressed):
            return [Down(CANCEL, at)]
        action = self._actions.get(pressed)
        if action is None:
            return self.interrupt(at)
        if action in self._held:
            return []
        self._held[action] = pressed
        return [Down(action, at)]

    def interrupt(self, at: float) -> list[Down | Up]:
        """Take note of any other key: with a modifier held for dictation, an ordinary shortcut was meant."""
        alone = [action for action, held in self._held.items() if held.key in MODIFIER_OF]
        return [Down(CANCEL, at), *self._let_go(alone, at)] if alone else []

    def release(self, key: str, at: float) -> list[Down | Up]:
        """Take note of a key that went up."""
        self._down.discard(key)
        modifier = MODIFIER_OF.get(key)
        lost = modifier is not None and modifier not in self._modifiers(self._down)
        return self._let_go(
            [action for action, held in self._held.items() if held.key == key or (lost and modifier in held.modifiers)],
            at,
        )

    def believe(self, down: Collection[str], at: float) -> list[Down | Up]:
        """Take the keyboard's word for which keys are down, so that an Up can't be missed."""
        self._down.intersection_update(down)
        modifiers = self._modifiers(down)
        return self._let_go(
            [action for action, held in self._held.items() if held.key not in down or not held.modifiers <= modifiers],
            at,
        )

    def let_go(self, at: float) -> list[Down | Up]:
        """End everything that is held."""
        self._down.clear()
        return self._let_go(list(self._held), at)

    def _cancels(self, pressed: Combination) -> bool:
        """With a combination held Escape comes with its modifiers, and is meant all the same."""
        if self._held:
            return any(pressed.key == cancel.key for cancel in self._cancel)
        return pressed in self._cancel

    def _let_go(self, actions: list[str], at: float) -> list[Down | Up]:
        for action in actions:
            del self._held[action]
        return [Up(action, at) for action in actions]

    @staticmethod
    def _modifiers(down: Collection[str]) -> frozenset[str]:
        return frozenset(MODIFIER_OF[key] for key in down if key in MODIFIER_OF)
