"""Which key is replaced when one can't be used."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication

from diktate.errors import HotkeyError
from diktate.hotkeys.backend import Unusable
from diktate.ui.bridge import Bridge
from diktate.ui.keys import Keys

MAIN = {"dictate": ("ctrl+alt+d",)}
TAKEN = Unusable("dictate", "Ctrl+Alt+D", HotkeyError("It is used.", "Choose another."), taken=True)
LOST = Unusable("dictate", "Ctrl+Alt+D", HotkeyError("The screen is gone.", "Start it again."))


@pytest.mark.parametrize(
    ("bindings", "news", "replaced"),
    [(MAIN, TAKEN, ["f9"]), (MAIN, LOST, []), ({"dictate": ("f8",)}, TAKEN, [])],
)
def test_only_a_key_that_another_program_has_and_nobody_chose_is_replaced(
    qapp: QApplication,
    monkeypatch: pytest.MonkeyPatch,
    bindings: dict[str, tuple[str, ...]],
    news: Unusable,
    replaced: list[str],
) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    bridge = Bridge()
    keys = Keys(bridge)
    said: list[str] = []
    keys.replaced.connect(said.append)
    keys.bind(bindings)

    bridge.key.emit(news)

    assert said == replaced
