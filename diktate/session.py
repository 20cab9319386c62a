"""What an event means right now: (session, event) to (session, effects); pure.

A press starts a dictation; in the style `auto` a short press leaves it running until the next press, a long one talks
while it is held. A release is believed only after a short grace, because X11 sends a false one with every auto-repeat
and keyboards bounce. A dictation that has stopped listening is `working` until it finishes, and one may speak again
meanwhile. Late news of a dictation nobody waits for changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, TypeAlias, assert_never

from diktate.errors import DiktateError
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

HOLD_S = 0.4
"""A press this long talks while it is held; a shorter one is a tap."""
GRACE_S = 0.05
"""How long a release must last to be believed: 50 ms is enough for an X11 auto-repeat pair and for bouncing keys."""


@dataclass(frozen=True)
class Rules:
    """The settings that the session goes by; a change counts from the next event on."""

    style: Literal["auto", "toggle", "hold"] = "auto"
    longest_s: float = 1800.0


@dataclass(frozen=True)
class Listening:
    """The dictation that is being spoken."""

    job: str
    mode: str
    pressed_at: float
    held: bool
    """The key that started it is still down and its release will count."""
    phase: Phase = Phase.OPENING
    released_at: float | None = None
    """Set during the grace of a release that is not yet believed."""
    tapped_at: float | None = None
    """When the key went up after a tap, which left the dictation running."""


@dataclass(frozen=True)
class Working:
    """A dictation that has been spoken and is being written."""

    job: str
    mode: str
    phase: Phase = Phase.TRANSCRIBING


@dataclass(frozen=True)
class Session:
    """Everything that is going on; jobs in `working` stand in the order they were spoken."""

    listening: Listening | None = None
    working: tuple[Working, ...] = ()


@dataclass(frozen=True)
class Listen:
    """Open the microphone and start the pipeline for this new job."""

    job: str
    mode: str
    pressed_at: float


@dataclass(frozen=True)
class StopListening:
    """The recording is to end; its words are wanted."""

    job: str
    key_up_at: float


@dataclass(frozen=True)
class Cancel:
    """The job is taken back: nothing is inserted."""

    job: str


@dataclass(frozen=True)
class After:
    """Send the event once that time has passed."""

    seconds: float
    event: Event


@dataclass(frozen=True)
class Tell:
    """Show the error to the user."""

    job: str
    error: DiktateError


Effect: TypeAlias = Listen | StopListening | Cancel | After | Tell
Step: TypeAlias = tuple[Session, tuple[Effect, ...]]


def step(now: Session, event: Event, rules: Rules) -> Step:
    """Say what becomes of the session, and what is to be done, in this order."""
    match event:
        case Pressed():
            return _pressed(now, event, rules)
        case Released():
            return _released(now, event, rules)
        case Ordered():
            return _ordered(now, event, rules)
        case ReleaseBelieved(job):
            return _believed(now, job)
        case TimeUp(job, at):
            return _stop(now, at) if _listens(now, job) else (now, ())
        case Escaped():
            return _escaped(now)
        case Reached(job, phase):
            return _reached(now, job, phase), ()
        case SoundEnded(job):
            return _sound_ended(now, job), ()
        case Finished(job):
            return _forget(now, job), ()
        case Failed(job, error):
            known = _listens(now, job) or any(work.job == job for work in now.working)
            return _forget(now, job), (Tell(job, error),) if known else ()
        case _:
            assert_never(event)


def view(session: Session) -> Phase:
    """Say which phase is shown: what is being spoken first, else the oldest job's."""
    if session.listening:
        return session.listening.phase
    return session.working[0].phase if session.working else Phase.READY


def mode_shown(session: Session) -> str | None:
    """Name the mode of what is shown, None if nothing is going on."""
    shown = session.listening or (session.working[0] if session.working else None)
    return shown.mode if shown else None


def _pressed(now: Session, event: Pressed, rules: Rules) -> Step:
    open_ = now.listening
    if open_ is None:
        return _begin(now, event.job, event.mode, event.at, held=rules.style != "toggle", rules=rules)
    if open_.released_at is not None:  # within the grace: the finger never left
        return replace(now, listening=replace(open_, released_at=None)), ()
    if open_.tapped_at is not None and event.at - open_.tapped_at < GRACE_S:  # a bounce, not a second tap
        return replace(now, listening=replace(open_, held=True, tapped_at=None)), ()
    if not open_.held and open_.mode == event.mode:
        return _stop(now, event.at)
    return now, ()


def _released(now: Session, event: Released, rules: Rules) -> Step:
    open_ = now.listening
    if open_ is None or not open_.held or open_.mode != event.mode or open_.released_at is not None:
        return now, ()
    if rules.style == "auto" and event.at - open_.pressed_at < HOLD_S:
        return replace(now, listening=replace(open_, held=False, tapped_at=event.at)), ()
    releasing = replace(now, listening=replace(open_, released_at=event.at))
    return releasing, (After(GRACE_S, ReleaseBelieved(open_.job)),)


def _ordered(now: Session, event: Ordered, rules: Rules) -> Step:
    if now.listening is None and event.order in ("start", "toggle"):
        return _begin(now, event.job, event.mode, event.at, held=False, rules=rules)
    if now.listening is not None and event.order in ("stop", "toggle"):
        return _stop(now, event.at)
    return now, ()


def _begin(now: Session, job: str, mode: str, at: float, *, held: bool, rules: Rules) -> Step:
    opened = replace(now, listening=Listening(job, mode, at, held))
    return opened, (Listen(job, mode, at), After(rules.longest_s, TimeUp(job, at + rules.longest_s)))


def _believed(now: Session, job: str) -> Step:
    open_ = now.listening
    if open_ is None or open_.job != job or open_.released_at is None:
        return now, ()
    return _stop(now, open_.released_at)


def _stop(now: Session, key_up_at: float) -> Step:
    if now.listening is None:
        return now, ()
    job = now.listening.job
    done = Session(None, (*now.working, Working(job, now.listening.mode)))
    return done, (StopListening(job, key_up_at),)


def _escaped(now: Session) -> Step:
    if now.listening is not None:
        return replace(now, listening=None), (Cancel(now.listening.job),)
    if now.working:
        return replace(now, working=now.working[:-1]), (Cancel(now.working[-1].job),)
    return now, ()


def _reached(now: Session, job: str, phase: Phase) -> Session:
    if now.listening is not None and now.listening.job == job:
        heard = phase is Phase.LISTENING  # what the worker reaches is not drawn while the user still speaks
        return replace(now, listening=replace(now.listening, phase=phase)) if heard else now
    working = tuple(replace(work, phase=phase) if work.job == job else work for work in now.working)
    return replace(now, working=working)


def _sound_ended(now: Session, job: str) -> Session:
    if now.listening is None or now.listening.job != job:
        return now
    return Session(None, (*now.working, Working(job, now.listening.mode)))


def _forget(now: Session, job: str) -> Session:
    listening = None if now.listening is not None and now.listening.job == job else now.listening
    return Session(listening, tuple(work for work in now.working if work.job != job))


def _listens(now: Session, job: str) -> bool:
    return now.listening is not None and now.listening.job == job
