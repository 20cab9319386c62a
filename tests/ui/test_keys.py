"""Which key is replaced when one can't be used."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PySide6.QtWidgets import QApplication

from diktate.errors import HotkeyError
from diktate.hotkeys.backend import Emit, Unusable
from diktate.ui.bridge import Bridge
from diktate.ui.keys import Keys

MAIN = {"dictate": ("ctrl+alt+d",)}
TAKEN = Unusable("dictate", "Ctrl+Alt+D", HotkeyError("It is used.", "Choose another."), taken=True)
LOST = Unusable("dictate", "Ctrl+Alt+D", HotkeyError("The screen is gone.", "Start it again."))


class SilentKeys:
    """A backend whose news the test tells itself."""

    name = "silent"

    def start(self, bindings: Mapping[str, tuple[str, ...]], emit: Emit) -> None: ...

    def rebind(self, bindings: Mapping[str, tuple[str, ...]]) -> None: ...

    def watch_cancel(self, keys: tuple[str, ...]) -> None: ...

    def stop(self) -> None: ...


@pytest.mark.parametrize(
    ("bindings", "news", "replaced"),
    [(MAIN, TAKEN, ["f9"]), (MAIN, LOST, []), ({"dictate": ("f8",)}, TAKEN, [])],
)
def test_only_a_key_that_another_program_has_and_nobody_chose_is_replaced(
    qapp: QApplication,
    bindings: dict[str, tuple[str, ...]],
    news: Unusable,
    replaced: list[str],
) -> None:
    bridge = Bridge()
    keys = Keys(bridge, SilentKeys())
    said: list[str] = []
    keys.replaced.connect(said.append)
    keys.bind(bindings)

    bridge.key.emit(news)

    assert said == replaced


@pytest.mark.parametrize(
    ("news", "working"),
    [
        (LOST, [("tidy", "F8")]),
        (Unusable("", "", HotkeyError("No key can be watched.", "Bind a command.")), []),
        (None, [("dictate", "Ctrl+Alt+D"), ("tidy", "F8")]),
    ],
    ids=["one", "all", "none"],
)
def test_the_keys_shown_are_those_that_work(
    qapp: QApplication, news: Unusable | None, working: list[tuple[str, str]]
) -> None:
    bridge = Bridge()
    keys = Keys(bridge, SilentKeys())
    shown: list[tuple[tuple[str, str], ...]] = []
    keys.bound.connect(shown.append)
    keys.bind({**MAIN, "tidy": ("f8",)})

    if news:
        bridge.key.emit(news)

    assert list(shown[-1]) == working
