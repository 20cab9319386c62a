from __future__ import annotations

from itertools import combinations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QImage

from diktate.events import Phase
from diktate.ui.icons import SIZES_PX, app_icon, icon

FORMS = (Phase.READY, Phase.LISTENING, Phase.TRANSCRIBING, Phase.ERROR)


def _alpha(phase: Phase, size: int, *, dark: bool = False) -> bytes:
    image = icon(phase, dark).pixmap(QSize(size, size)).toImage().convertToFormat(QImage.Format.Format_Alpha8)
    return bytes(image.constBits())


@pytest.mark.parametrize("size", SIZES_PX)
def test_states_differ_by_form_and_not_by_colour_alone(size: int) -> None:
    masks = {phase: _alpha(phase, size) for phase in FORMS}

    for one, other in combinations(FORMS, 2):
        differing = sum(abs(a - b) > 100 for a, b in zip(masks[one], masks[other], strict=True))
        assert differing >= size * size / 64, (one, other)


@pytest.mark.parametrize("phase", list(Phase))
@pytest.mark.parametrize("dark", [True, False])
def test_every_phase_has_an_icon_in_every_size(phase: Phase, dark: bool) -> None:
    drawn = icon(phase, dark)

    assert {size.width() for size in drawn.availableSizes()} == set(SIZES_PX)
    assert any(_alpha(phase, 22, dark=dark))


@pytest.mark.parametrize("same", [(Phase.TRANSCRIBING, Phase.REWRITING), (Phase.OPENING, Phase.LISTENING)])
def test_phases_of_one_kind_look_the_same(same: tuple[Phase, Phase]) -> None:
    assert _alpha(same[0], 32) == _alpha(same[1], 32)


def test_the_app_has_an_icon() -> None:
    pixmap = app_icon().pixmap(QSize(64, 64))

    assert not pixmap.isNull()
    assert pixmap.toImage().pixelColor(32, 8).alpha() == 255
