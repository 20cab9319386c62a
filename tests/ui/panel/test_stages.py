from __future__ import annotations

from dataclasses import replace

from pytestqt.qtbot import QtBot

from diktate.flow import InsertReceipt, Receipt, SttReceipt
from diktate.ui.panel.stages import BAR_PX, StageBar, stages

RECEIPT = Receipt(
    id="1",
    session_id="s",
    mode="dictate",
    started_at="2026-11-20T14:02:00Z",
    stt=SttReceipt(tail_ms=110.0),
    insert=InsertReceipt("paste", "gedit", 28.0, True),
    grace_ms=50.0,
    capture_ms=12.0,
    after_release_ms=210.0,
)


def test_the_stages_add_up_to_the_whole_wait() -> None:
    shown = stages(RECEIPT)

    assert [(stage.words, stage.took_ms) for stage in shown] == [
        ("key", 50.0),
        ("last sound", 12.0),
        ("tail heard", 110.0),
        ("paste", 28.0),
        ("other", 10.0),
    ]


def test_what_was_not_reached_is_not_shown_as_zero() -> None:
    shown = stages(replace(RECEIPT, capture_ms=None, insert=None))

    assert [stage.words for stage in shown] == ["key", "tail heard", "other"]


def test_overlapping_stages_leave_no_negative_rest() -> None:
    shown = stages(replace(RECEIPT, after_release_ms=150.0))

    assert "other" not in [stage.words for stage in shown]


def test_a_dictation_that_never_arrived_has_no_stages() -> None:
    assert stages(replace(RECEIPT, after_release_ms=None)) == ()


def test_every_stage_is_read_out_with_its_number(qtbot: QtBot) -> None:
    bar = StageBar()
    qtbot.addWidget(bar)

    bar.show_stages(stages(RECEIPT))

    assert bar.accessibleDescription() == "key 50 ms, last sound 12 ms, tail heard 110 ms, paste 28 ms, other 10 ms"


def test_labels_without_room_go_under_the_bar(qtbot: QtBot) -> None:
    bar = StageBar()
    qtbot.addWidget(bar)
    bar.show_stages(stages(RECEIPT))

    assert BAR_PX < bar.heightForWidth(600) < bar.heightForWidth(200)


def test_a_receipt_of_zero_can_be_drawn(qtbot: QtBot) -> None:
    bar = StageBar()
    qtbot.addWidget(bar)
    bar.show_stages(stages(Receipt("1", "s", "dictate", "", grace_ms=0.0, after_release_ms=0.0)))
    bar.resize(300, 60)

    assert not bar.grab().isNull()
