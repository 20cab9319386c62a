"""The hotkeys of the running app: bound from the settings, replaced where taken, said in words where unusable."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from diktate.errors import DiktateError
from diktate.events import Escaped, Pressed, Released
from diktate.flow import Trouble
from diktate.hotkeys.backend import Backend, Down, Unusable, Up
from diktate.hotkeys.keys import parse, show
from diktate.settings.schema import Hotkeys
from diktate.ui.bridge import Bridge
from diktate.words import N_

CANCEL = "cancel"
"""The backend's name for the cancel key."""
MAIN = "hotkeys.dictate"
SPARE = ("f9", "ctrl+alt+space", "ctrl+super+d", "f8", "pause")
"""What is tried in turn when the main key is taken by another program and the user has not chosen one himself."""


class Keys(QObject):
    """Turns the backend's news into events, and keeps what works and what does not."""

    happened = Signal(object)
    """A Pressed, Released or Escaped."""
    unusable = Signal(str, object)
    """A mode, and the Trouble with its key; None: it works."""
    bound = Signal(object)
    """((mode, combination), …) as they work now."""
    replaced = Signal(str)
    """The key that took the place of the main one, as the setting wants it."""

    def __init__(self, bridge: Bridge, backend: Backend) -> None:
        super().__init__()
        self._backend = backend
        self._emit = bridge.key.emit
        self._bindings: dict[str, tuple[str, ...]] = {}
        self._spare = list(SPARE)
        self._replaceable = [Hotkeys().dictate]
        """The main keys that were not the user's own choice."""
        self._started = False
        self._broken: set[str] = set()
        """Combinations, as shown, that do nothing; "" if no key works at all."""
        bridge.key.connect(self.on_key)

    def bind(self, bindings: dict[str, tuple[str, ...]]) -> None:
        """Watch these combinations instead of the ones before; takes effect at once."""
        for mode in {**self._bindings, **bindings}:
            self.unusable.emit(mode, None)
        self._bindings = bindings
        self._broken.clear()
        if self._started:
            self._backend.rebind(bindings)
        else:
            self._started = True
            self._backend.start(bindings, self._emit)
        self._show_bound()

    def watch_cancel(self, keys: tuple[str, ...]) -> None:
        """Watch the cancel keys too, or none of them."""
        self._backend.watch_cancel(keys)

    def stop(self) -> None:
        self._backend.stop()

    @Slot(object)
    def on_key(self, news: Down | Up | Unusable) -> None:
        match news:
            case Down(action=action, at=at):
                self.happened.emit(Escaped() if action == CANCEL else Pressed(action, at, ""))
            case Up(action=action, at=at):
                self.happened.emit(Released(action, at))
            case Unusable():
                self._on_unusable(news)

    def _on_unusable(self, news: Unusable) -> None:
        if news.taken and self._spare and self._bindings.get(news.action) in self._replaceable:
            spare = self._spare.pop(0)
            self._replaceable.append((spare,))
            self.replaced.emit(spare)
            return
        self._broken.add(news.combination)
        self.unusable.emit(news.action, Trouble(news.error.kind, news.error.what, news.error.fix))
        self._show_bound()

    def _show_bound(self) -> None:
        every = [(mode, _shown(key)) for mode, keys in self._bindings.items() for key in keys]
        self.bound.emit(tuple(each for each in every if not {each[1], ""} & self._broken))


def replacement(key: str) -> Trouble:
    """Say that another key starts dictation now."""
    what = N_("{wanted} is already used by another program, so {key} starts dictation.")
    return Trouble(
        "hotkey",
        what.format(wanted=_shown(Hotkeys().dictate[0]), key=_shown(key)),
        N_("Choose another key in the settings if you like."),
    )


def _shown(combination: str) -> str:
    try:
        return show(parse(combination))
    except DiktateError:
        return combination
