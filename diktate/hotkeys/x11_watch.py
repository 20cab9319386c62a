"""One connection to the X server: grabs the keys and tells what was done with them."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from diktate.errors import HotkeyError
from diktate.hotkeys.backend import CANCEL, Down, Emit, Unusable, Up
from diktate.hotkeys.bindings import Bindings
from diktate.hotkeys.keys import MODIFIER_OF, Combination, show
from diktate.hotkeys.tracker import Tracker
from diktate.hotkeys.x11_grabs import Grabs, Key
from diktate.hotkeys.x11_keyboard import read
from diktate.hotkeys.x11_strokes import Stroke, came_back, without_repeats
from diktate.words import N_

if TYPE_CHECKING:
    from Xlib.display import Display

log = logging.getLogger(__name__)

_CHECK_S = 0.05
"""How often the keyboard is asked while a key is down: an Up that nobody reports to us (the grab of another key
had already ended) is at most this late."""
_ROUNDS = 5


class Watch:
    """Grabs and what comes of them. Made and used by one thread."""

    def __init__(self, display: Display, emit: Emit, observe: Callable[[bool], None]) -> None:
        self._display, self._emit, self._observe = display, emit, observe
        self._tracker = Tracker()
        self._grabs = Grabs(display)
        self._keyboard = read(display)
        self._names: Mapping[int, str] = self._keyboard.names
        self._bindings, self._cancel = Bindings(), Bindings()
        self._said: set[tuple[str, str]] = set()
        self._mapping_changed = self._unsettled = False

    def rebind(self, bindings: Bindings) -> None:
        """Watch these combinations instead."""
        self._bindings = bindings
        self._said.clear()
        self._tracker.bind(bindings.actions)
        self._observe(any(combination.key in MODIFIER_OF for combination in bindings.actions))
        self._grab()

    def watch_cancel(self, cancel: Bindings) -> None:
        """Watch these keys too, or no longer."""
        self._cancel = cancel
        self._tracker.watch_cancel(cancel.actions.keys())
        self._grab()

    def observed(self, code: int, *, down: bool) -> None:
        """Take what was seen without a grab: a modifier, which can't be grabbed, or a key beside it."""
        key, at = self._names.get(code), time.monotonic()
        if key not in MODIFIER_OF:
            self._say(self._tracker.interrupt(at) if down else [])
        elif down:
            self._say(self._tracker.press(key, at, frozenset()))
        else:
            self._say(self._tracker.release(key, at))

    def turn(self) -> float | None:
        """Take in all that has come; gives how many seconds to wait for more, or None for as long as it takes."""
        self._take_strokes()
        while self._mapping_changed:
            self._mapping_changed = False
            self._keyboard = read(self._display)
            self._grab()
            self._take_strokes()
        if self._unsettled:
            return 0.0
        return _CHECK_S if self._tracker.busy else None

    def end_held(self) -> None:
        """Say that what is held has ended, as nobody will hear of it any more."""
        self._say(self._tracker.let_go(time.monotonic()))

    def observing_failed(self) -> None:
        """Say which keys need what the server does not offer."""
        self._display.sync()  # raises if it is the whole server that is gone
        for combination, action in self._all():
            if combination.key in MODIFIER_OF:
                self._emit(_unusable(action, combination, _unobservable(combination)))

    def _take_strokes(self) -> None:
        """Events may come late or never; what the keyboard says after the last of them is the truth."""
        strokes, at = self._drain(), time.monotonic()
        down: frozenset[str] | None = None
        for _ in range(_ROUNDS):
            if not strokes and not self._tracker.busy:
                break
            down = self._down()
            more = self._drain()
            if not more:
                break
            strokes, down = strokes + more, None
        self._unsettled = bool(strokes) and down is None
        self._take(without_repeats(strokes), at)
        if down is not None:
            self._say(self._tracker.believe(down, at))

    def _take(self, strokes: list[Stroke], at: float) -> None:
        for index, stroke in enumerate(strokes):
            key = self._names.get(stroke.code)
            if key is None:
                continue
            if stroke.down and key not in MODIFIER_OF:  # alone these are `observed`, with others they are in the state
                self._say(self._tracker.press(key, at, self._keyboard.modifiers(stroke.state)))
            elif not stroke.down and came_back(strokes, index):  # else the keyboard itself is believed
                self._say(self._tracker.release(key, at))

    def _drain(self) -> list[Stroke]:
        from Xlib import X

        strokes = []
        while self._display.pending_events():
            event = self._display.next_event()
            if event.type in {X.KeyPress, X.KeyRelease}:
                strokes.append(Stroke(event.type == X.KeyPress, event.detail, event.state, event.time))
            elif event.type == X.MappingNotify:
                self._mapping_changed = True
        return strokes

    def _down(self) -> frozenset[str]:
        bits = self._display.query_keymap()
        codes = (byte * 8 + bit for byte, value in enumerate(bits) for bit in range(8) if value >> bit & 1)
        return frozenset(self._names[code] for code in codes if code in self._names)

    def _grab(self) -> None:
        """Hold the keys that are wanted in the layout of the moment, and say which can't be had."""
        problems = {(bad.action, bad.combination): bad for bad in (*self._bindings.unusable, *self._cancel.unusable)}
        wanted: dict[Key, tuple[Combination, str]] = {}
        names = dict(self._keyboard.names)
        for combination, action in self._all():
            code = self._keyboard.code(combination.key)
            if code is None:
                problems[action, show(combination)] = _unusable(action, combination, _unknown(combination))
                continue
            names[code] = combination.key
            if combination.key not in MODIFIER_OF:
                wanted[code, self._keyboard.mask(combination)] = combination, action
        self._names = names
        refused = self._grabs.want(wanted, self._keyboard.locks())
        for key in refused:
            combination, action = wanted[key]
            problems[action, show(combination)] = Unusable(action, show(combination), _taken(combination), taken=True)
        self._complain(problems)
        log.debug("%d of %d keys grabbed", len(wanted) - len(refused), len(wanted))

    def _complain(self, problems: Mapping[tuple[str, str], Unusable]) -> None:
        """Say each only once for each `rebind`, though keys are grabbed again at every dictation."""
        for key in problems.keys() - self._said:
            self._emit(problems[key])
        self._said = set(problems) | {key for key in self._said if key[0] == CANCEL}

    def _all(self) -> Iterator[tuple[Combination, str]]:
        yield from self._cancel.actions.items()
        yield from self._bindings.actions.items()

    def _say(self, events: list[Down | Up]) -> None:
        for event in events:
            self._emit(event)


def _unusable(action: str, combination: Combination, error: HotkeyError) -> Unusable:
    return Unusable(action, show(combination), error)


def _taken(combination: Combination) -> HotkeyError:
    return HotkeyError(
        N_("{keys} is already used by another program."),
        N_("Choose other keys in the settings, or free these in the other program."),
        keys=show(combination),
    )


def _unknown(combination: Combination) -> HotkeyError:
    return HotkeyError(
        N_("This keyboard has no key for {keys}."), N_("Choose other keys in the settings."), keys=show(combination)
    )


def _unobservable(combination: Combination) -> HotkeyError:
    return HotkeyError(
        N_("This screen does not let {keys} be watched on its own."),
        N_("Choose a combination such as Ctrl+Alt+D, or a function key."),
        keys=show(combination),
    )
