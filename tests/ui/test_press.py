"""One press through conductor, worker and fakes, offscreen: the whole line without a desktop."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from pytestqt.qtbot import QtBot

from diktate.audio.recorder import Ended, Ready
from diktate.errors import MicrophoneError, ModelError, SpeechError
from diktate.events import Escaped, Phase, Pressed, Released
from diktate.flow import Job, Sound, Trouble
from diktate.pipeline import Tools
from diktate.session import Rules
from diktate.settings.schema import Settings
from diktate.speech.host import EngineState
from diktate.toolbox import Toolbox
from diktate.ui.background import Background
from diktate.ui.bridge import Bridge
from diktate.ui.conductor import Conductor
from diktate.ui.picture import picture
from diktate.ui.worker import Worker
from tests.fakes.tools import FakeHearing, FakeTools, ListSound

LOADED = EngineState("fake", "model", "cpu", "int8", loaded=True)
LIMIT_MS = 20_000


@dataclass
class FakeRecorder:
    """A microphone that opens when it is let, on a thread of its own."""

    job: Job
    report: Callable[[Ready | Ended], None]
    opens: threading.Event
    level: float = 0.5

    def start(self) -> ListSound:
        threading.Thread(target=self._listen, daemon=True).start()
        return ListSound()

    def _listen(self) -> None:
        self.opens.wait(LIMIT_MS / 1000)
        self.report(Ready(time.monotonic()))
        self.job.stop.wait(LIMIT_MS / 1000)
        self.report(Ended(None))


@dataclass
class SpokenUntilStop(FakeTools):
    """Pieces come only when the key is up, as in life."""

    listening: list[str] = field(default_factory=list)

    def hear(self, _sound: Sound, job: Job) -> FakeHearing:
        self.listening.append(job.id)
        job.stop.wait(LIMIT_MS / 1000)
        return super().hear(ListSound(), job)


class FakeToolbox(Toolbox):
    """A toolbox whose tools are fakes."""

    def __init__(self, fake: FakeTools) -> None:
        self.settings = Settings()
        self.fake, self.opens = fake, threading.Event()
        self.opens.set()
        self.discarded: list[tuple[str, bool]] = []

    def recorder(self, job: Job, report: Callable[[Ready | Ended], None]) -> FakeRecorder:  # type: ignore[override] # a fake
        return FakeRecorder(job, report, self.opens)

    def tools(self) -> Tools:
        return self.fake.tools()

    def rules(self) -> Rules:
        return Rules()

    def discard(self, job: Job, *, cancelled: bool) -> None:
        self.discarded.append((job.id, cancelled))


@dataclass
class Line:
    """The parts between a key and the words."""

    toolbox: FakeToolbox
    conductor: Conductor
    worker: Worker
    bridge: Bridge

    def press(self) -> None:
        self.conductor.on_event(Pressed("dictate", time.monotonic(), ""))

    def release(self) -> None:
        self.conductor.on_event(Released("dictate", time.monotonic() + 5))


@pytest.fixture
def fake() -> FakeTools:
    return SpokenUntilStop()


@pytest.fixture
def line(qtbot: QtBot, fake: FakeTools) -> Iterator[Line]:
    bridge, background = Bridge(), Background()
    toolbox = FakeToolbox(fake)
    worker = Worker(toolbox.tools)
    conductor = Conductor(toolbox, worker, background, bridge)
    bridge.engine.emit(LOADED)
    worker.start()
    yield Line(toolbox, conductor, worker, bridge)
    conductor.cancel_all()
    worker.leave()
    assert worker.wait(LIMIT_MS)
    background.close()


def phase(line: Line) -> Phase:
    return line.conductor.state.phase


def trouble(line: Line) -> Trouble | None:
    return line.conductor.state.trouble


def test_a_press_listens_and_a_release_writes(line: Line, qtbot: QtBot, fake: FakeTools) -> None:
    line.press()
    qtbot.waitUntil(lambda: phase(line) is Phase.LISTENING, timeout=LIMIT_MS)
    line.release()
    qtbot.waitUntil(lambda: phase(line) is Phase.READY, timeout=LIMIT_MS)

    assert len(fake.inserted) == 1
    assert line.conductor.state.last is not None
    assert line.conductor.state.last.start_gap_ms is not None


def test_the_overlay_says_that_the_words_are_there_in_the_step_that_ends_the_dictation(
    line: Line, qtbot: QtBot
) -> None:
    states = [line.conductor.state]
    line.conductor.changed.connect(states.append)

    line.press()
    line.release()
    qtbot.waitUntil(lambda: phase(line) is Phase.READY, timeout=LIMIT_MS)

    shown = [picture(before, now) for before, now in itertools.pairwise(states)]
    assert [each.dot for each in shown if not each.keeps][-1] == "fine"


def test_listening_is_shown_only_once_the_first_sample_is_there(line: Line, qtbot: QtBot) -> None:
    line.toolbox.opens.clear()

    line.press()

    assert phase(line) is Phase.OPENING
    line.toolbox.opens.set()
    qtbot.waitUntil(lambda: phase(line) is Phase.LISTENING, timeout=LIMIT_MS)


def test_escape_inserts_nothing_and_the_recording_is_discarded(line: Line, qtbot: QtBot, fake: FakeTools) -> None:
    line.press()
    qtbot.waitUntil(lambda: phase(line) is Phase.LISTENING, timeout=LIMIT_MS)

    line.conductor.on_event(Escaped())

    qtbot.waitUntil(lambda: bool(line.toolbox.discarded), timeout=LIMIT_MS)
    assert fake.inserted == []
    assert line.toolbox.discarded[0][1] is True
    assert phase(line) is Phase.READY


def test_one_can_speak_again_while_the_last_words_are_written(line: Line, qtbot: QtBot, fake: FakeTools) -> None:
    for _dictation in range(3):
        line.press()
        qtbot.waitUntil(lambda: phase(line) is Phase.LISTENING, timeout=LIMIT_MS)
        line.release()
        qtbot.waitUntil(lambda: phase(line) is not Phase.LISTENING, timeout=LIMIT_MS)

    qtbot.waitUntil(lambda: len(fake.inserted) == 3, timeout=LIMIT_MS)


def test_the_worker_knows_while_a_key_is_held(line: Line, qtbot: QtBot) -> None:
    held: list[bool] = [line.bridge.keys_held]

    line.press()
    held.append(line.bridge.keys_held)
    line.release()

    assert held == [False, True]
    qtbot.waitUntil(lambda: not line.bridge.keys_held, timeout=LIMIT_MS)


def test_a_failed_dictation_is_told_and_the_next_one_works(line: Line, qtbot: QtBot, fake: FakeTools) -> None:
    fake.speech_error = SpeechError("The engine stopped.", "Try again.")
    line.press()
    line.release()
    qtbot.waitUntil(lambda: trouble(line) is not None, timeout=LIMIT_MS)
    assert phase(line) is Phase.ERROR

    fake.speech_error = None
    line.press()
    assert trouble(line) is None
    line.release()

    qtbot.waitUntil(lambda: len(fake.inserted) == 1, timeout=LIMIT_MS)


def test_the_state_is_starting_until_the_engine_has_said_what_it_is(qtbot: QtBot, fake: FakeTools) -> None:
    bridge = Bridge()
    toolbox = FakeToolbox(fake)
    conductor = Conductor(toolbox, Worker(toolbox.tools), Background(), bridge)
    seen: list[Phase] = []
    conductor.changed.connect(lambda state: seen.append(state.phase))

    bridge.engine.emit(EngineState("fake", "model", "auto", "auto"))
    bridge.engine.emit(LOADED)

    assert seen == [Phase.STARTING, Phase.READY]


def test_no_model_is_a_standing_problem_until_there_is_one(line: Line) -> None:
    line.bridge.engine.emit(EngineState(trouble=ModelError("No speech model is installed.", "Get one.")))
    assert phase(line) is Phase.ERROR
    assert [problem.kind for problem in line.conductor.problems] == ["model"]

    line.bridge.engine.emit(LOADED)

    assert phase(line) is Phase.READY
    assert line.conductor.problems == []


def test_a_press_returns_at_once_whatever_the_microphone_does(line: Line) -> None:
    line.toolbox.opens.clear()
    started = time.process_time()

    line.press()

    assert time.process_time() - started < 0.5
    assert phase(line) is Phase.OPENING
    line.toolbox.opens.set()


def test_a_muted_microphone_is_told(line: Line, qtbot: QtBot, fake: FakeTools) -> None:
    fake.speech_error = MicrophoneError("The microphone is muted.", "Switch it on.")

    line.press()
    line.release()

    qtbot.waitUntil(lambda: trouble(line) is not None, timeout=LIMIT_MS)
    told = trouble(line)
    assert told is not None
    assert told.kind == "microphone"
