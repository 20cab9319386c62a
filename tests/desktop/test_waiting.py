"""Planted waits are found, and what is no wait is not."""

from __future__ import annotations

from pathlib import Path

from tests.desktop.waiting import Beat, Sample, offences, read

SLOT = ("diktate/ui/x.py:7 on_click: answer = line.recv(1)", "diktate/ui/app.py:9 main: code = qt.exec()")
IDLE = ("diktate/ui/app.py:9 main: code = qt.exec()",)
IMPORT = ("<frozen importlib._bootstrap_external>:1 get_data: ", *SLOT)
START = ("diktate/ui/app.py:5 main: qt = QApplication([sys.argv[0]])",)


def standing(stack: tuple[str, ...], ms: int, *, wait: str = "unix_stream_read", spot: str = "a") -> list[Sample]:
    return [Sample(t / 1000, wait, spot, stack) for t in range(0, ms + 1, 10)]


def test_a_socket_call_of_60_ms_is_found_with_its_place() -> None:
    [found] = offences(standing(SLOT, 60), [])

    assert found.kind == "waits"
    assert round(found.lasted_s, 3) == 0.06
    assert SLOT[0] in found.where
    assert "line.recv" in str(found)


def test_a_socket_call_of_40_ms_is_none() -> None:
    assert offences(standing(SLOT, 40), []) == []


def test_a_wait_that_goes_on_until_the_last_sample_is_found() -> None:
    before = [Sample(-0.01, "", "b", SLOT)]

    assert len(offences(before + standing(SLOT, 300), [])) == 1


def test_waiting_in_the_event_loop_is_what_a_gui_thread_does() -> None:
    assert offences(standing(IDLE, 5000, wait="poll_schedule_timeout"), []) == []


def test_loading_code_and_the_first_talk_with_the_screen_are_no_offence() -> None:
    assert offences(standing(IMPORT, 300), []) == []
    assert offences(standing(START, 300, wait="poll_schedule_timeout"), []) == []


def test_a_thread_that_runs_does_not_wait() -> None:
    assert offences(standing(SLOT, 300, wait=""), []) == []


def test_short_waits_one_after_another_at_different_places_are_none() -> None:
    moving = [Sample(t / 100, "futex", f"a{t // 4}", SLOT) for t in range(100)]

    assert offences(moving, []) == []


def test_running_for_a_moment_between_two_waits_parts_them() -> None:
    samples = [*standing(SLOT, 40), Sample(0.05, "", "a", SLOT)]
    samples += [Sample(0.06 + each.t, each.wait, each.spot, each.stack) for each in standing(SLOT, 40)]

    assert offences(samples, []) == []


def test_what_was_not_seen_is_not_judged() -> None:
    assert offences([Sample(0.0, "futex", "a", SLOT), Sample(0.2, "futex", "a", SLOT)], []) == []


def test_a_heart_that_misses_300_ms_is_found_with_what_was_done_meanwhile() -> None:
    working = standing(SLOT, 290, wait="")

    [found] = offences(working, [Beat(-0.02), Beat(0.0), Beat(0.3), Beat(0.32)])

    assert found.kind == "heartbeat"
    assert found.where == SLOT


def test_a_heart_that_misses_200_ms_is_fine() -> None:
    assert offences([], [Beat(0.0), Beat(0.2), Beat(0.4)]) == []


def test_time_without_a_processor_is_nobodys_wait() -> None:
    assert offences([], [Beat(0.0, starved_s=1.0), Beat(0.3, starved_s=1.1)]) == []
    assert len(offences([], [Beat(0.0, starved_s=1.0), Beat(0.5, starved_s=1.1)])) == 1


def test_the_file_is_read_but_for_a_line_half_written(tmp_path: Path) -> None:
    file = tmp_path / "samples.jsonl"
    file.write_text(
        '{"t": 1.0, "wait": "futex", "spot": "a", "stack": ["x"], "starved_s": 0.5}\n'
        '{"t": 1.1, "starved_s": 0.5}\n{"t": 1.2, "starv'
    )

    assert read(file) == ([Sample(1.0, "futex", "a", ("x",), 0.5)], [Beat(1.1, 0.5)])
