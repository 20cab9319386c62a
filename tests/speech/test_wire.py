import io

import pytest

from diktate.flow import Piece, Word
from diktate.speech import wire

MESSAGES = [
    wire.Load("/models/small", "faster-whisper", "auto", "auto", 28.0, prompt_from_previous=True),
    wire.Begin("a", ("en", "de")),
    wire.Sound("a", b"\x00\x01" * 800),
    wire.End("a", wanted=False),
    wire.Loaded("cpu", "int8", 12.5, ("a note",)),
    wire.Words("a", Piece(0.1, 2.0, "größe „x“", "de", 1.5, 0.1, -0.2, (Word(0.1, 0.5, "größe"),))),
    wire.Done("a", 2.0, 40.0, 30.0),
    wire.Trouble("", "model", "What {braces}.", "Fix."),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_every_message_arrives_as_it_was_sent(message: wire.Message) -> None:
    stream = io.BytesIO()

    wire.write(stream, message)
    stream.seek(0)

    assert wire.read(stream) == message
    assert wire.read(stream) is None


def test_every_kind_of_message_is_tested() -> None:
    assert {type(message).__name__ for message in MESSAGES} == set(wire.KINDS)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_cut_short_by_a_crash_is_an_end_not_an_error(message: wire.Message) -> None:
    stream = io.BytesIO()
    wire.write(stream, message)

    for length in range(len(stream.getvalue())):
        assert wire.read(io.BytesIO(stream.getvalue()[:length])) is None
