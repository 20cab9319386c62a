"""How loud the sound is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diktate.audio.level import FLOOR_DB, Meter, peak, rms_db, shown, to_db
from tests.audio.fakes import tone


def test_full_scale_is_0_dbfs_and_silence_is_the_floor() -> None:
    assert to_db(32768) == 0
    assert rms_db(tone(0.1, amplitude=32767)) == pytest.approx(-3, abs=0.1)
    assert rms_db(bytes(640)) == FLOOR_DB
    assert peak(b"\x00\x80") == 32768
    assert peak(b"") == 0


def test_the_overlay_shows_minus_60_to_0_dbfs() -> None:
    assert [shown(db) for db in (-96, -60, -30, 0)] == [0, 0, 0.5, 1]


def test_zeros_are_counted_to_the_last_sample_only() -> None:
    meter = Meter()
    meter.hear(bytes(32_000))
    assert meter.zeros_s == 1
    meter.hear(tone(0.1, amplitude=9) + b"\x01\x00")
    assert meter.zeros_s == 0
    meter.hear(bytes(3200))
    assert meter.zeros_s == pytest.approx(0.1)


@given(st.lists(st.binary(max_size=2000).map(lambda sound: sound[: len(sound) // 2 * 2]), max_size=8))
def test_how_the_sound_is_cut_changes_nothing(pieces: list[bytes]) -> None:
    cut, whole = Meter(), Meter()
    for piece in pieces:
        cut.hear(piece)
    whole.hear(b"".join(pieces))

    assert (cut.peak, cut.counts, cut.level) == (whole.peak, whole.counts, whole.level)
