"""The speech process, seen from the app: start, feed, restart after a crash, end when idle.

One actor thread owns the process and all that is known of it; everybody else puts a note into its inbox, so nothing
needs a lock. Each dictation has a feeder thread that reads its sound from the spool and sends it on as it grows: after
a crash a new feeder simply starts from the first sample again, and pieces that have been delivered are not delivered
twice (the same sound is cut at the same places).
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from diktate.errors import DiktateError, ModelError, SpeechError
from diktate.flow import Heard, Job, Sound
from diktate.speech import wire
from diktate.speech.hearing import Hearing
from diktate.speech.process import Process
from diktate.words import N_

log = logging.getLogger(__name__)

CRASHES = 2
"""A dictation whose sound has ended the process that often is given up; its sound is kept."""
TICK_S = 1.0


@dataclass(frozen=True)
class Plan:
    """What is to run in the speech process."""

    engine: str
    model: str
    folder: str
    longest_s: float
    device: str = "auto"
    compute_type: str = "auto"
    prompt_from_previous: bool = False
    unload_after_s: float = 600.0
    """0: never."""

    def load(self) -> wire.Load:
        return wire.Load(
            self.folder, self.engine, self.device, self.compute_type, self.longest_s, self.prompt_from_previous
        )


@dataclass(frozen=True)
class Patience:
    """How long a process may say nothing before it is taken for stuck, in seconds."""

    loading_s: float = 180.0
    """A model of 3 GB from a slow disk."""
    waiting_s: float = 60.0
    """With a dictation to decode; a large model on a slow processor takes that for one piece."""
    per_s: float = 10.0
    """And this for each second of its sound."""
    cancelled_s: float = 15.0
    """With one that was taken back: whoever speaks next would wait behind it, and loading again is no longer."""


@dataclass(frozen=True)
class EngineState:
    """What really runs; a new one on every change."""

    engine: str = ""
    model: str = ""
    device: str = ""
    compute_type: str = ""
    loaded: bool = False
    load_ms: float | None = None
    notes: tuple[str, ...] = ()
    trouble: DiktateError | None = None
    pid: int | None = None


class Host:
    """Owns the speech process. All methods return at once and may be called from any thread."""

    def __init__(
        self, plan: Callable[[], Plan], changed: Callable[[EngineState], None], patience: Patience | None = None
    ) -> None:
        """`plan` is asked at each start and may raise ModelError; it and `changed` are called on the host's thread."""
        self._plan = plan
        self._changed = changed
        self._patience = patience or Patience()
        self._inbox: queue.SimpleQueue[Callable[[], object] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="speech-host", daemon=True)
        self.state = EngineState()
        # everything below belongs to the actor's thread
        self._process: Process | None = None
        self._current: Plan | None = None
        self._open: dict[str, Hearing] = {}
        self._last_use = self._last_news = time.monotonic()

    def start(self) -> None:
        """Start the process and load the model, ahead of the first dictation."""
        self._thread.start()
        self._inbox.put(self._ensure)

    def hear(self, sound: Sound, job: Job) -> Hearing:
        """Begin to hear a dictation, starting the process if it has been ended."""
        hearing = Hearing(job, sound)
        self._inbox.put(lambda: self._begin(hearing))
        return hearing

    def replan(self) -> None:
        """Load what the plan says now, once nothing is being heard: settings or installed models have changed."""
        self._inbox.put(self._replan)

    def end(self) -> None:
        """End the process, so that all its memory returns; the next dictation starts it again."""
        self._inbox.put(self._end)

    def close(self, wait_s: float = 3.0) -> None:
        """End the process and the host's thread; the app is quitting."""
        self._inbox.put(self._end)
        self._inbox.put(None)
        self._thread.join(wait_s)

    # -- on the actor's thread

    def _run(self) -> None:
        while True:
            try:
                note = self._inbox.get(timeout=TICK_S)
            except queue.Empty:
                self._tick()
                continue
            if note is None:
                return
            try:
                note()
            except Exception:
                log.exception("speech host")

    def _ensure(self) -> Process | None:
        """Have a process that loads or has loaded the planned model; None, with the trouble told, if there is none."""
        if self._process is not None:
            return self._process
        try:
            plan = self._plan()
        except ModelError as error:
            self._tell(EngineState(trouble=error))
            return None
        self._current = plan
        self._process = process = Process()
        self._last_use = self._last_news = time.monotonic()
        self._tell(EngineState(plan.engine, plan.model, plan.device, plan.compute_type, pid=process.pid))
        process.listen(self._on_message, self._on_end)
        process.send(plan.load())  # the pipe is empty, so this can't wait, and nothing may come before it
        return process

    def _begin(self, hearing: Hearing) -> None:
        process = self._ensure()
        if process is None:
            assert self.state.trouble is not None  # noqa: S101 - _ensure has just told it
            hearing.inbox.put(self.state.trouble)
            return
        self._open[hearing.job.id] = hearing
        self._last_use = time.monotonic()
        self._feed(process, hearing)

    def _feed(self, process: Process, hearing: Hearing) -> None:
        process.feed(hearing, languages(hearing.job.settings.stt.language))

    def _message(self, process: Process, message: wire.Message) -> None:
        if process is not self._process:
            return
        self._last_news = self._last_use = time.monotonic()
        match message:
            case wire.Loaded():
                self._loaded(message)
            case wire.Words(job, piece) if job in self._open:
                self._open[job].inbox.put(piece)
            case wire.Done(job) if job in self._open:
                self._done(self._open.pop(job), message)
            case wire.Trouble(job) if job in self._open:
                self._open.pop(job).inbox.put(_error(message))
            case wire.Trouble(""):
                self._give_up(_error(message))
            case _:
                pass

    def _loaded(self, message: wire.Loaded) -> None:
        log.info("speech: loaded on %s %s in %.0f ms", message.device, message.compute_type, message.load_ms)
        for note in message.notes:
            log.info("speech: %s", note)
        for hearing in self._open.values():
            hearing.load_ms = message.load_ms
        self._tell(
            replace(
                self.state,
                device=message.device,
                compute_type=message.compute_type,
                loaded=True,
                load_ms=message.load_ms,
                notes=message.notes,
                trouble=None,
            )
        )

    def _done(self, hearing: Hearing, done: wire.Done) -> None:
        state = self.state
        log.info("speech: %.1f s heard in %.0f ms on %s", done.audio_s, done.busy_ms, state.device)
        hearing.inbox.put(
            Heard(
                engine=state.engine,
                model=state.model,
                device=state.device,
                compute_type=state.compute_type,
                audio_s=done.audio_s,
                load_ms=hearing.load_ms,
                busy_ms=done.busy_ms,
                tail_ms=done.tail_ms,
            )
        )

    def _died(self, process: Process) -> None:
        code = process.bury()
        if process is not self._process:
            return
        self._process = None
        log.warning("speech: the process ended by itself with %s", code)
        trouble = None if self.state.loaded or self._open else _gone(code)
        self._tell(replace(self.state, loaded=False, pid=None, trouble=trouble))
        self._open = {name: hearing for name, hearing in self._open.items() if not hearing.job.cancel.is_set()}
        for hearing in list(self._open.values()):
            hearing.crashes += 1
            if hearing.crashes >= CRASHES:
                self._open.pop(hearing.job.id).inbox.put(_gone(code))
        if self._open and (again := self._ensure()):
            for hearing in self._open.values():
                self._feed(again, hearing)
        elif self._open:
            self._give_up(_gone(code))

    def _give_up(self, error: DiktateError) -> None:
        """Tell every waiting dictation that there is no engine; end the process, so that the next one tries afresh."""
        waiting, self._open = list(self._open.values()), {}
        for hearing in waiting:
            hearing.inbox.put(error)
        self._end()
        self._tell(EngineState(trouble=error))

    def _replan(self) -> None:
        try:
            plan = self._plan()
        except ModelError as error:
            self._end()
            self._tell(EngineState(trouble=error))
            return
        if plan != self._current or self._process is None:
            if self._open:
                threading.Timer(TICK_S, self.replan).start()
                return
            self._end()
            self._ensure()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.bury()
        self._tell(replace(self.state, loaded=False, pid=None))

    def _tick(self) -> None:
        now = time.monotonic()
        if self._process is None:
            return
        if self._open:
            allowed_s = self._allowed_s()
            if allowed_s is not None and now - max(self._last_news, self._last_use) > allowed_s:
                log.warning("speech: nothing heard from the process for %.0f s", allowed_s)
                self._process.kill()
        elif self.state.loaded and self._current and 0 < self._current.unload_after_s < now - self._last_use:
            log.info("speech: ended after %.0f s without use", now - self._last_use)
            self._end()

    def _allowed_s(self) -> float | None:
        """Give how long the process may be silent now; None while somebody speaks: it need not have anything to say."""
        jobs = [hearing.job for hearing in self._open.values()]
        if not self.state.loaded:
            return self._patience.loading_s
        if any(job.cancel.is_set() for job in jobs):
            return self._patience.cancelled_s
        if not all(job.ended.is_set() for job in jobs):
            return None
        return self._patience.waiting_s + self._patience.per_s * sum(_audio_s(job) for job in jobs)

    def _tell(self, state: EngineState) -> None:
        self.state = state
        self._changed(state)

    # -- on a reader thread

    def _on_message(self, process: Process, message: wire.Message) -> None:
        self._inbox.put(partial(self._message, process, message))

    def _on_end(self, process: Process) -> None:
        self._inbox.put(partial(self._died, process))


def languages(setting: str) -> tuple[str, ...]:
    """Give the codes of `stt.language`: none for auto."""
    return tuple(code for part in setting.split(",") if (code := part.strip().lower()) and code != "auto")


def _error(trouble: wire.Trouble) -> DiktateError:
    kind = ModelError if trouble.kind == ModelError.kind else SpeechError
    return kind("{said}", "{advice}", said=trouble.what, advice=trouble.fix)


def _gone(code: int) -> SpeechError:
    return SpeechError(
        N_("The speech engine stopped twice while hearing this (status {code})."),
        N_("Your recording is kept in the history. Choose another model, or run `diktate doctor`."),
        code=code,
    )


def _audio_s(job: Job) -> float:
    return (job.ended.at or job.pressed_at) - job.pressed_at
