"""When a paste counts as read, as long as it takes and no longer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diktate.insert.receipt import (
    LONGEST_READING_S,
    PATIENCE_S,
    QUIET_S,
    SLOW_S,
    Consumed,
    GaveUp,
    Seen,
    Verdict,
    Wait,
    evaluate,
)

SENT = 100.0


def seen(*reads: float, ours: bool = True) -> Seen:
    found = Seen(SENT, ours=ours)
    for at in reads:
        found = found.read(SENT + at)
    return found


@pytest.mark.parametrize(
    ("what", "now", "verdict"),
    [
        (seen(), 0.0, Wait(SENT + SLOW_S)),
        (seen(), 1.4, Wait(SENT + SLOW_S)),
        (seen(), SLOW_S, Wait(SENT + PATIENCE_S, slow=True)),
        (seen(), PATIENCE_S, GaveUp()),
        (seen(-0.01), 1.0, Wait(SENT + SLOW_S)),
        (seen(ours=False), 0.1, GaveUp()),
        (seen(0.02), 0.03, Wait(SENT + 0.02 + QUIET_S)),
        (seen(0.02), 0.2, Consumed(SENT + 0.02)),
        (seen(0.02, 0.1), 0.15, Wait(SENT + 0.1 + QUIET_S)),
        (seen(0.02, 0.1), 0.3, Consumed(SENT + 0.02)),
        (seen(0.02, ours=False), 0.03, Consumed(SENT + 0.02)),
        (seen(4.99), 5.05, Wait(SENT + 4.99 + QUIET_S)),
    ],
)
def test_the_verdict(what: Seen, now: float, verdict: Verdict) -> None:
    assert evaluate(what, SENT + now) == verdict


moments = st.floats(min_value=-1, max_value=20, allow_nan=False)


@given(reads=st.lists(moments), ours=st.booleans(), now=moments)
def test_nothing_is_consumed_that_was_not_read_after_the_keys(reads: list[float], ours: bool, now: float) -> None:
    verdict = evaluate(seen(*sorted(reads), ours=ours), SENT + now)

    after = [SENT + at for at in reads if SENT + at >= SENT]
    if isinstance(verdict, Consumed):
        assert verdict.at == min(after)
    if isinstance(verdict, GaveUp):
        assert not after


@given(reads=st.lists(moments), now=moments)
def test_a_wait_ends_later_and_in_bounds(reads: list[float], now: float) -> None:
    verdict = evaluate(seen(*sorted(reads)), SENT + now)

    if isinstance(verdict, Wait):
        assert verdict.until > SENT + now
        first = min((at for at in reads if SENT + at >= SENT), default=0.0)
        assert verdict.until <= SENT + max(PATIENCE_S, first + LONGEST_READING_S) + 1e-6


@given(reads=st.lists(moments))
def test_every_paste_ends(reads: list[float]) -> None:
    assert not isinstance(evaluate(seen(*sorted(reads)), SENT + 60), Wait)
