from __future__ import annotations

from dataclasses import replace

import pytest

from diktate.events import Phase
from diktate.flow import InsertReceipt, Receipt, Trouble
from diktate.ui.picture import DONE_MS, READ_MS, Picture, picture
from diktate.ui.state import State

READY = State(phase=Phase.READY)
LISTENING = State(phase=Phase.LISTENING)
WRITING = State(phase=Phase.TRANSCRIBING)
DONE = Receipt("1", "s", "dictate", "", after_release_ms=290.0, insert=InsertReceipt("paste", "gedit", 20.0, True))
LOST = Trouble("insert", "Nobody read the text.", "It is on your clipboard.")
KEPT = Picture(keeps=True)

AFTER = {
    "opening": (READY, State(phase=Phase.OPENING), Picture("others", "Opening microphone…")),
    "listening": (State(phase=Phase.OPENING), LISTENING, Picture("recording", "Listening", bars=True)),
    "listening again while the last words are written": (
        WRITING,
        LISTENING,
        Picture("recording", "Listening", bars=True),
    ),
    "still listening": (LISTENING, replace(LISTENING, hotkeys=(("dictate", "f9"),)), KEPT),
    "writing": (LISTENING, WRITING, Picture("working", "Writing…", "Dictate")),
    "still writing": (WRITING, State(phase=Phase.INSERTING), KEPT),
    "written": (WRITING, replace(READY, last=DONE), Picture("fine", "Pasted", "0.29 s", stays_ms=DONE_MS)),
    "something else changed after that": (replace(READY, last=DONE), replace(READY, last=DONE, mode="tidy"), KEPT),
    "cancelled": (replace(WRITING, last=DONE), replace(READY, last=DONE), Picture()),
    "silence": (WRITING, READY, Picture()),
    "a note": (WRITING, replace(READY, last=DONE, note="So it is."), Picture("working", "So it is.", stays_ms=READ_MS)),
    "the same note twice": (
        replace(WRITING, note="So it is."),
        replace(READY, note="So it is."),
        Picture("working", "So it is.", stays_ms=READ_MS),
    ),
    "trouble": (
        WRITING,
        State(phase=Phase.ERROR, trouble=LOST),
        Picture("recording", "Nobody read the text. It is on your clipboard.", stays_ms=READ_MS),
    ),
    "old trouble": (State(phase=Phase.ERROR, trouble=LOST), replace(READY, trouble=LOST), KEPT),
    "started": (State(), READY, KEPT),
}


@pytest.mark.parametrize("name", AFTER)
def test_what_is_shown_follows_from_two_states(name: str) -> None:
    before, now, shown = AFTER[name]

    assert picture(before, now) == shown


def test_words_on_the_clipboard_are_not_called_pasted() -> None:
    kept = replace(DONE, insert=InsertReceipt("clipboard", None, 1.0, False))

    assert picture(WRITING, replace(READY, last=kept)).word == "On your clipboard"


def test_pictures_keep_the_users_words_out_of_their_repr() -> None:
    assert "secret" not in repr(Picture("fine", "secret"))
