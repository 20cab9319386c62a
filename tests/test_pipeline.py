import pytest

from diktate.errors import Cancelled, DiktateError, HistoryError, InsertError, MicrophoneError, SpeechError
from diktate.events import Phase, Reached
from diktate.flow import Job
from diktate.pipeline import run
from tests.fakes.tools import FakeTools, ListSound


def ran(job: Job, fake: FakeTools, trouble: MicrophoneError | None = None) -> list[Phase]:
    job.ended.set(110.0)
    reached: list[Reached] = []
    run(job, ListSound(trouble=trouble), fake.tools(), reached.append)
    return [each.phase for each in reached]


def test_pieces_become_one_text_in_the_window_and_one_row(job: Job) -> None:
    fake = FakeTools(pieces=["hello anna", "good morning"])

    phases = ran(job, fake)

    assert [text.lower() for text in fake.inserted] == ["hello anna good morning "]
    assert phases == [Phase.REWRITING, Phase.INSERTING]
    assert fake.saved[0].receipt.id == "job"
    assert fake.saved[0].raw == "hello anna good morning"


def test_silence_is_not_a_dictation(job: Job) -> None:
    fake = FakeTools(pieces=[])

    phases = ran(job, fake)

    assert (fake.inserted, fake.saved, phases) == ([], [], [])


def test_a_cancelled_dictation_inserts_and_saves_nothing(job: Job) -> None:
    fake = FakeTools()
    job.cancel.set()

    with pytest.raises(Cancelled):
        ran(job, fake)

    assert (fake.inserted, fake.saved) == ([], [])


@pytest.mark.parametrize(
    "fake",
    [
        FakeTools(speech_error=SpeechError("The engine stopped.", "Try again.")),
        FakeTools(insert_error=InsertError("The window is gone.", "Paste it yourself.")),
    ],
)
def test_a_failed_dictation_is_kept_with_its_words_and_the_reason(job: Job, fake: FakeTools) -> None:
    with pytest.raises(DiktateError):
        ran(job, fake)

    row = fake.saved[0]
    assert row.raw == "hello anna"
    assert row.receipt.error is not None
    assert row.receipt.insert is None


def test_a_history_that_fails_costs_nobody_his_words(job: Job) -> None:
    fake = FakeTools(save_error=HistoryError("The disk is full.", "Make room."))
    job.ended.set(110.0)

    outcome = run(job, ListSound(), fake.tools(), lambda _reached: None)

    assert len(fake.inserted) == 1
    assert outcome.trouble is fake.save_error


def test_a_microphone_lost_midway_still_writes_what_came_before(job: Job) -> None:
    fake = FakeTools()
    lost = MicrophoneError("The microphone is gone.", "Plug it in.")

    ran(job, fake, lost)

    assert len(fake.inserted) == 1
    assert fake.saved[0].receipt.error is not None
    assert fake.saved[0].receipt.error.what == "The microphone is gone."


def test_a_microphone_that_gave_nothing_is_an_error_not_silence(job: Job) -> None:
    with pytest.raises(MicrophoneError, match="muted"):
        ran(job, FakeTools(pieces=[]), MicrophoneError("It is muted.", "Switch it on."))


def test_the_receipt_says_what_each_stage_took_and_null_where_it_was_not_reached(job: Job) -> None:
    job.first_sample.set(100.05)
    job.key_up.set(105.0)
    job.stop.set(105.06)
    fake = FakeTools()

    ran(job, fake)

    receipt = fake.saved[0].receipt
    assert (receipt.start_gap_ms, receipt.grace_ms) == (50.0, 60.0)
    assert receipt.capture_ms == pytest.approx(4940.0)
    assert receipt.after_release_ms == pytest.approx(95_000.0)
    assert receipt.started_at == "2026-01-02T03:04:05.000Z"
    assert receipt.llm is None
    assert receipt.stt.load_ms is None
    assert receipt.error is None


def test_the_users_words_are_in_no_repr(job: Job) -> None:
    fake = FakeTools(pieces=["secret words"])

    ran(job, fake)

    assert "secret" not in repr(fake.saved[0])
