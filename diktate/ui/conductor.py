"""Holds the session, carries out its effects, and has the state redrawn. Lives on the GUI thread and never waits."""

from __future__ import annotations

import logging
import time
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from typing import assert_never

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from diktate.audio.recorder import Ended, Ready, Recorder
from diktate.errors import DiktateError
from diktate.events import Escaped, Event, Failed, Finished, Ordered, Phase, Pressed, Reached, SoundEnded
from diktate.flow import Dictation, Job, Trouble
from diktate.session import After, Cancel, Effect, Listen, Session, StopListening, Tell, mode_shown, step, view
from diktate.speech.host import EngineState
from diktate.toolbox import Toolbox
from diktate.ui.background import Background
from diktate.ui.bridge import Bridge
from diktate.ui.state import Engine, State
from diktate.ui.worker import Worker
from diktate.words import N_

log = logging.getLogger(__name__)


DICTATION = "dictation"
"""Where a problem of the last dictation comes from; it stands until the next one starts."""


class Conductor(QObject):
    """One event in, its effects done, one new State out."""

    changed = Signal(object)
    """The new State."""
    listening = Signal(bool)
    """Whether the cancel key is wanted."""
    problems_changed = Signal(object)
    """What stands in the way, as a list of Trouble."""

    def __init__(self, toolbox: Toolbox, worker: Worker, background: Background, bridge: Bridge) -> None:
        super().__init__()
        self._toolbox, self._worker, self._background, self._bridge = toolbox, worker, background, bridge
        self._session = Session()
        self._jobs: dict[str, Job] = {}
        self._recorder: Recorder | None = None
        self._number = 0
        self._engine_settled = False
        """The speech process has loaded its model once, or has said why it can't."""
        self._problems: dict[str, Trouble] = {}
        self._written: Dictation | None = None
        self.state = State(mode=toolbox.settings.mode)
        bridge.engine.connect(self.on_engine)
        bridge.ears.connect(self.on_event)
        bridge.slow.connect(self.on_slow)
        worker.happened.connect(self.on_event)
        worker.written.connect(self.on_written)
        worker.discarded.connect(self.on_discarded)

    def order(self, order: str, mode: str = "") -> None:
        """Do what tray, window or command line asks: start, stop, toggle, cancel."""
        mode = mode or self._toolbox.settings.mode
        now = time.monotonic()
        match order:
            case "start" | "stop" | "toggle":
                self.on_event(Ordered(order, mode, now, self._new_id()))
            case "cancel":
                self.on_event(Escaped())
            case _:
                log.warning("no such order")

    def level(self) -> float:
        """Give how loud it is now, 0..1."""
        return self._recorder.level if self._recorder else 0.0

    def set_state(self, **changes: object) -> None:
        """Change parts of the state that are not the session's, and have it drawn."""
        self._draw(replace(self.state, **changes))  # type: ignore[arg-type] # fields of State, checked by its constructor

    def settings_changed(self) -> None:
        self.set_state(mode=mode_shown(self._session) or self._toolbox.settings.mode)

    def problem(self, source: str, trouble: Trouble | None) -> None:
        """Note what stands in the way until it is gone (None); `source` names where it comes from."""
        before = dict(self._problems)
        if trouble is None:
            self._problems.pop(source, None)
        else:
            self._problems[source] = trouble
        if self._problems != before:
            self.problems_changed.emit(self.problems)
            self._draw(self.state)

    @property
    def problems(self) -> list[Trouble]:
        return list(self._problems.values())

    def cancel_all(self) -> None:
        """Take everything back; the app is quitting and the recordings stay."""
        for job in self._jobs.values():
            job.cancel.set()
            job.stop.set()

    @Slot(object)
    def on_event(self, event: Event) -> None:
        """Step the session and do what it says."""
        if isinstance(event, Pressed):
            event = replace(event, job=self._new_id())
        self._session, effects = step(self._session, event, self._toolbox.rules())
        for effect in effects:
            self._do(effect)
        self._note(event)

    @Slot(object)
    def on_written(self, dictation: Dictation) -> None:
        """Keep the words until Finished says so: the last one and the end are shown in one step."""
        self._written = dictation

    @Slot(object, bool)
    def on_discarded(self, job: Job, cancelled: bool) -> None:  # noqa: FBT001 - a Qt slot
        self._background.run(lambda: self._toolbox.discard(job, cancelled=cancelled))

    @Slot()
    def on_slow(self) -> None:
        self.set_state(note=N_("Waiting for the window to take the words…"))

    @Slot(object)
    def on_engine(self, engine: EngineState) -> None:
        self._engine_settled = self._engine_settled or engine.loaded or engine.trouble is not None
        known = None
        if engine.engine:
            known = Engine(engine.engine, engine.model, engine.device, engine.compute_type, engine.loaded)
        self.problem(
            "engine", _trouble(engine.trouble) if engine.trouble else None
        )  # first: it is not ready for a moment
        self.set_state(engine=known)

    def _do(self, effect: Effect) -> None:
        match effect:
            case Listen(job, mode, pressed_at):
                self._listen(job, mode, pressed_at)
            case StopListening(job, key_up_at):
                self._jobs[job].key_up.set(key_up_at)
                self._jobs[job].stop.set()
            case Cancel(job):
                self._jobs[job].cancel.set()
                self._jobs[job].stop.set()
            case After(after_s, event):
                QTimer.singleShot(round(after_s * 1000), self, partial(self.on_event, event))
            case Tell(_job, error):
                self.set_state(trouble=_trouble(error))
            case _:
                assert_never(effect)

    def _listen(self, name: str, mode: str, pressed_at: float) -> None:
        job = Job(name, mode, self._toolbox.settings, datetime.now(UTC), pressed_at)
        self._jobs[name] = job
        self.problem(DICTATION, None)
        self._recorder = self._toolbox.recorder(job, lambda news: self._heard(job, news))
        self._worker.take(job, self._recorder.start())
        self.state = replace(self.state, trouble=None, note="", listening_since=None)

    def _heard(self, job: Job, news: Ready | Ended) -> None:
        """Mark the moment and pass it on; called on the ears' thread."""
        match news:
            case Ready(at=at):
                job.first_sample.set(at)
                self._bridge.ears.emit(Reached(job.id, Phase.LISTENING))
            case Ended():
                job.key_up.set()
                job.stop.set()
                job.ended.set()
                self._bridge.ears.emit(SoundEnded(job.id))

    def _note(self, event: Event) -> None:
        """Keep what is drawn beside the phase, then draw."""
        state = self.state
        match event:
            case Reached(phase=Phase.LISTENING, job=job) if self._session.listening:
                state = replace(state, listening_since=self._jobs[job].first_sample.at)
            case Finished(job=job, receipt=receipt, note=note):
                self._forget(job)
                state = replace(state, note=note)
                if receipt and self._written and self._written.receipt.id == receipt.id:
                    state = replace(state, last=receipt, last_text=self._written.text or "")
            case Failed(job=job):
                self._forget(job)
            case _:
                pass
        self._draw(state)
        if isinstance(event, Finished) and event.trouble:
            self.problem(DICTATION, _trouble(event.trouble))

    def _forget(self, job: str) -> None:
        """Let a job go that has ended, and with it its microphone if that is still open."""
        if ended := self._jobs.pop(job, None):
            ended.stop.set()

    def _draw(self, state: State) -> None:
        before, phase = self.state, view(self._session)
        self._bridge.keys_held = self._session.listening is not None and self._session.listening.held
        if phase is Phase.READY and not self._engine_settled:
            phase = Phase.STARTING
        if phase is Phase.READY and (state.trouble is not None or "engine" in self._problems):
            phase = Phase.ERROR
        self.state = replace(state, phase=phase, mode=mode_shown(self._session) or self._toolbox.settings.mode)
        was, is_ = (shown.phase in (Phase.OPENING, Phase.LISTENING) for shown in (before, self.state))
        if is_ != was:
            self.listening.emit(is_)
        if self.state != before:
            self.changed.emit(self.state)

    def _new_id(self) -> str:
        """Name a dictation: sortable, and unlike any other of this run."""
        self._number += 1
        return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{self._number:03}"


def _trouble(error: DiktateError) -> Trouble:
    return Trouble(error.kind, error.what, error.fix)
