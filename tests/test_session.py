"""Sessions are told as lists of events."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diktate.errors import SpeechError
from diktate.events import (
    Escaped,
    Event,
    Failed,
    Finished,
    Ordered,
    Phase,
    Pressed,
    Reached,
    ReleaseBelieved,
    Released,
    SoundEnded,
    TimeUp,
)
from diktate.session import After, Cancel, Effect, Listen, Rules, Session, StopListening, Tell, step, view


def told(events: list[Event], rules: Rules | None = None) -> tuple[Session, list[Effect]]:
    """Give where the events lead and everything they ask for, without the timers."""
    session, asked = Session(), list[Effect]()
    for event in events:
        session, effects = step(session, event, rules or Rules())
        asked += [effect for effect in effects if not isinstance(effect, After)]
    return session, asked


def test_holding_the_key_talks_until_the_release_is_believed() -> None:
    session, asked = told([Pressed("dictate", 0.0, "a"), Released("dictate", 2.0), ReleaseBelieved("a")])

    assert asked == [Listen("a", "dictate", 0.0), StopListening("a", 2.0)]
    assert view(session) is Phase.TRANSCRIBING


def test_a_tap_leaves_it_listening_and_the_next_press_stops() -> None:
    session, asked = told([Pressed("dictate", 0.0, "a"), Released("dictate", 0.2), Pressed("dictate", 3.0, "b")])

    assert asked == [Listen("a", "dictate", 0.0), StopListening("a", 3.0)]
    assert session.listening is None


def test_a_genuine_release_after_the_grace_stops_once() -> None:
    believed = ReleaseBelieved("a")
    _session, asked = told([Pressed("dictate", 0.0, "a"), Released("dictate", 1.0), believed, believed])

    assert asked.count(StopListening("a", 1.0)) == 1


def test_a_release_taken_back_within_the_grace_goes_on_listening() -> None:
    session, asked = told(
        [
            Pressed("dictate", 0.0, "a"),
            Released("dictate", 1.0),
            Pressed("dictate", 1.02, "b"),
            ReleaseBelieved("a"),
        ]
    )

    assert asked == [Listen("a", "dictate", 0.0)]
    assert session.listening is not None


def test_a_bouncing_key_is_one_press() -> None:
    session, asked = told(
        [
            Pressed("dictate", 0.0, "a"),
            Released("dictate", 0.01),
            Pressed("dictate", 0.03, "b"),
            Released("dictate", 2.0),
        ]
    )

    assert asked == [Listen("a", "dictate", 0.0)]
    assert session.listening is not None
    assert session.listening.released_at == 2.0


def test_auto_repeat_presses_change_nothing_while_held() -> None:
    presses: list[Event] = [Pressed("dictate", at / 10, f"job {at}") for at in range(20)]

    session, asked = told(presses)

    assert asked == [Listen("job 0", "dictate", 0.0)]
    assert session.listening is not None
    assert session.listening.job == "job 0"


def test_the_toggle_style_ignores_releases() -> None:
    toggle = Rules(style="toggle")

    session, asked = told([Pressed("dictate", 0.0, "a"), Released("dictate", 9.0), ReleaseBelieved("a")], toggle)

    assert asked == [Listen("a", "dictate", 0.0)]
    assert session.listening is not None


def test_the_hold_style_stops_even_a_short_press() -> None:
    events: list[Event] = [Pressed("dictate", 0.0, "a"), Released("dictate", 0.1), ReleaseBelieved("a")]

    _session, asked = told(events, Rules(style="hold"))

    assert StopListening("a", 0.1) in asked


def test_another_modes_key_does_nothing_while_listening() -> None:
    session, asked = told([Pressed("dictate", 0.0, "a"), Pressed("tidy", 0.5, "b"), Released("tidy", 1.5)])

    assert asked == [Listen("a", "dictate", 0.0)]
    assert session.listening is not None
    assert session.listening.mode == "dictate"


def test_escape_takes_back_what_is_spoken() -> None:
    session, asked = told([Pressed("dictate", 0.0, "a"), Escaped(), Released("dictate", 2.0), ReleaseBelieved("a")])

    assert asked[-1] == Cancel("a")
    assert session == Session()


def test_escape_takes_back_the_newest_of_those_being_written() -> None:
    spoken: list[Event] = []
    for at, job in ((0.0, "a"), (10.0, "b")):
        spoken += [Pressed("dictate", at, job), Released("dictate", at + 1), ReleaseBelieved(job)]

    session, asked = told([*spoken, Escaped()])

    assert asked[-1] == Cancel("b")
    assert [work.job for work in session.working] == ["a"]


def test_one_can_speak_again_while_the_last_words_are_written() -> None:
    session, asked = told(
        [
            Pressed("dictate", 0.0, "a"),
            Released("dictate", 1.0),
            ReleaseBelieved("a"),
            Pressed("dictate", 1.2, "b"),
            Reached("b", Phase.LISTENING),
            Reached("a", Phase.INSERTING),
        ]
    )

    assert Listen("b", "dictate", 1.2) in asked
    assert view(session) is Phase.LISTENING


def test_time_up_stops_and_writes() -> None:
    _session, asked = told([Pressed("dictate", 0.0, "a"), Released("dictate", 0.1), TimeUp("a", 1800.0)])

    assert asked[-1] == StopListening("a", 1800.0)


def test_a_late_timer_of_an_older_dictation_stops_nothing() -> None:
    session, asked = told(
        [Ordered("start", "dictate", 0.0, "a"), Escaped(), Ordered("start", "dictate", 5.0, "b"), TimeUp("a", 9.0)]
    )

    assert asked[-1] == Listen("b", "dictate", 5.0)
    assert session.listening is not None


def test_a_lost_microphone_moves_the_dictation_to_writing() -> None:
    session, asked = told([Pressed("dictate", 0.0, "a"), SoundEnded("a"), Released("dictate", 3.0)])

    assert asked == [Listen("a", "dictate", 0.0)]
    assert view(session) is Phase.TRANSCRIBING


def test_orders_start_stop_and_toggle() -> None:
    start = Ordered("start", "dictate", 0.0, "a")

    assert told([Ordered("stop", "dictate", 0.0, "a")])[1] == []
    assert told([start, Ordered("start", "tidy", 1.0, "b")])[1] == [Listen("a", "dictate", 0.0)]
    assert told([start, Ordered("toggle", "tidy", 1.0, "b")])[1][-1] == StopListening("a", 1.0)


def test_a_press_stops_what_an_order_began() -> None:
    _session, asked = told([Ordered("start", "dictate", 0.0, "a"), Pressed("dictate", 2.0, "b")])

    assert asked[-1] == StopListening("a", 2.0)


def test_a_failure_is_told_once_and_only_of_a_known_dictation() -> None:
    error = SpeechError("No.", "Nothing.")
    spoken: list[Event] = [Pressed("dictate", 0.0, "a"), SoundEnded("a")]

    _session, asked = told([*spoken, Failed("a", error), Failed("a", error), Failed("x", error)])

    assert [effect for effect in asked if isinstance(effect, Tell)] == [Tell("a", error)]


def test_a_late_result_of_a_cancelled_dictation_changes_nothing() -> None:
    session, _asked = told([Pressed("dictate", 0.0, "a"), Escaped()])

    after, effects = step(session, Finished("a", None), Rules())

    assert (after, effects) == (session, ())


EVENTS = st.one_of(
    st.builds(Pressed, st.sampled_from(["dictate", "tidy"]), st.just(0.0), st.sampled_from("abc")),
    st.builds(Released, st.sampled_from(["dictate", "tidy"]), st.floats(0, 5)),
    st.builds(ReleaseBelieved, st.sampled_from("abc")),
    st.builds(TimeUp, st.sampled_from("abc"), st.just(9.0)),
    st.builds(SoundEnded, st.sampled_from("abc")),
    st.builds(Finished, st.sampled_from("abc"), st.none()),
    st.just(Escaped()),
)


@given(st.lists(EVENTS, max_size=30), st.sampled_from(["auto", "toggle", "hold"]))
def test_whatever_happens_every_dictation_that_began_is_stopped_or_cancelled_or_still_known(
    events: list[Event], style: str
) -> None:
    rules = Rules(style=style)  # type: ignore[arg-type] # sampled from the literal's values
    session, open_ = Session(), list[str]()
    for event in events:
        session, effects = step(session, event, rules)
        for effect in effects:
            match effect:
                case Listen(job):
                    assert not open_, "two recordings at once"
                    open_.append(job)
                case StopListening(job) | Cancel(job) if job in open_:
                    open_.remove(job)
                case _:
                    pass
        if isinstance(event, SoundEnded | Finished) and event.job in open_ and session.listening is None:
            open_.remove(event.job)
        listening = [session.listening.job] if session.listening else []
        assert open_ == listening


def test_a_timer_is_set_for_the_longest_dictation() -> None:
    _session, effects = step(Session(), Pressed("dictate", 1.0, "a"), Rules(longest_s=60.0))

    assert After(60.0, TimeUp("a", 61.0)) in effects


@pytest.mark.parametrize("phase", list(Phase))
def test_every_phase_of_a_written_dictation_can_be_shown(phase: Phase) -> None:
    session, _asked = told([Pressed("dictate", 0.0, "a"), SoundEnded("a"), Reached("a", phase)])

    assert view(session) is phase
