"""When the recording may end after the key went up."""

from __future__ import annotations

from diktate.audio import tail
from diktate.audio.level import FLOOR_DB, Meter
from tests.audio.fakes import tone


def test_it_ends_at_once_if_it_was_quiet_already() -> None:
    assert tail.over(quiet_ms=200, since_ms=0)


def test_it_goes_on_while_a_word_is_being_said() -> None:
    assert not tail.over(quiet_ms=0, since_ms=0)
    assert not tail.over(quiet_ms=0, since_ms=299)


def test_it_ends_after_150_ms_of_quiet_since_the_release() -> None:
    assert not tail.over(quiet_ms=180, since_ms=140)
    assert tail.over(quiet_ms=160, since_ms=150)


def test_it_never_goes_on_for_more_than_300_ms() -> None:
    assert tail.over(quiet_ms=0, since_ms=300)


def test_quiet_lies_between_the_background_and_the_voice_of_this_dictation() -> None:
    for background, voice in ((3, 8000), (60, 4000), (400, 20_000)):
        meter = Meter()
        meter.hear(tone(0.5, amplitude=background) + tone(1, amplitude=voice) + tone(0.3, amplitude=background))

        below_db = tail.quiet_below_db(meter.counts)

        assert tail.quiet_ms(meter.recent_db, below_db) == 300


def test_without_contrast_nothing_counts_as_quiet() -> None:
    meter = Meter()
    meter.hear(tone(1, amplitude=900))

    assert tail.quiet_below_db(meter.counts) == FLOOR_DB
    assert tail.quiet_ms(meter.recent_db, FLOOR_DB) == 0


def test_before_the_first_frame_nothing_counts_as_quiet() -> None:
    assert tail.quiet_ms([], tail.quiet_below_db(Meter().counts)) == 0
