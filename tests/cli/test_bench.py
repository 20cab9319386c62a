"""`diktate bench`: what the kernel says is read right, verdicts follow from rows, and the output keeps its shape."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import pytest

from diktate.bench import proc
from diktate.bench.result import Result, Verdict, model_name
from diktate.bench.start import APP, BARE, Extent, Help, Rest, Start, profile, shown, verdicts
from diktate.bench.start import run as run_start
from diktate.bench.trays import bus_name
from diktate.cli import bench
from diktate.errors import InstanceError

ROLLUP = """55a79d515000-7fff899d9000 ---p 00000000 00:00 0                          [rollup]
Rss:              102400 kB
Pss:               51200 kB
Pss_Dirty:           209 kB
Swap:                  0 kB
"""


def limits(rows: list[Start | Rest | Help]) -> dict[str, Verdict]:
    return {verdict.name.split(",")[0].split(" (")[0]: verdict for verdict in verdicts(rows)}


def test_processor_time_is_read_beside_a_name_with_brackets() -> None:
    stat = "42 (odd) name) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 14 0 1000 0 0"

    assert proc.ticks(stat) == 300


def test_memory_is_counted_as_ps_and_top_do() -> None:
    assert proc.memory(ROLLUP) == proc.Memory(rss_mb=100.0, pss_mb=50.0)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is Linux's")
def test_a_child_is_found_and_measured() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        me = Path("/proc/self").resolve().name

        assert child.pid in proc.children(int(me))
        assert proc.memory_of(child.pid).rss_mb > 0
        assert proc.cpu_s(child.pid) >= 0
        child.communicate(b"\n")


def test_the_first_start_is_cold_and_not_judged() -> None:
    rows: list[Start | Rest | Help] = [Start(APP, 1, 5000.0), Start(APP, 2, 600.0), Start(APP, 3, 400.0)]

    [verdict] = verdicts(rows)

    assert (verdict.value, verdict.unit, verdict.limit, verdict.ok) == (0.5, "s", 0.7, True)
    assert [shown(row).get("cold") for row in rows] == [True, False, False]


def test_one_slow_start_of_many_does_not_decide() -> None:
    starts = [Start(APP, number, ms) for number, ms in enumerate((300.0, 310.0, 320.0, 9000.0), 1)]

    assert limits([*starts])["tray visible"].value == 0.32


def test_the_bare_program_is_shown_and_not_judged() -> None:
    assert verdicts([Start(BARE, 2, 9000.0), Rest(BARE, 90.0, 900.0, 900.0)]) == []


def test_rest_and_help_are_judged_each_by_its_limit() -> None:
    found = limits([Rest(APP, 0.6, 111.0, 60.0), Help("diktate --help", 100.0), Help("diktate --help", 700.0)])

    assert [found[name].ok for name in ("idle CPU", "idle memory", "diktate --help")] == [False, False, True]


def test_an_icon_that_cannot_be_seen_gives_no_verdict() -> None:
    assert verdicts([Start(APP, 2, None, 300.0)]) == []


def test_a_profile_of_its_own_stays_on_the_users_desktop(tmp_path: Path) -> None:
    run = tmp_path / "user"
    (run / "pulse").mkdir(parents=True)
    (run / "pulse/native").touch()
    user = {"DISPLAY": ":7", "XDG_RUNTIME_DIR": str(run), "WAYLAND_DISPLAY": "wayland-1", "HOME": "/home/anna"}

    own = profile(tmp_path / "own", user, model="/models/tiny")

    assert own["HOME"] == str(tmp_path / "own/home")
    assert own["DISPLAY"] == ":7"
    assert own["PULSE_SERVER"] == f"unix:{run}/pulse/native"
    assert own["WAYLAND_DISPLAY"] == str(run / "wayland-1")
    assert own["DIKTATE_STT_MODEL"] == "/models/tiny"


@pytest.mark.parametrize("item", [":1.23", ":1.23/StatusNotifierItem"])
def test_hosts_name_an_item_with_or_without_its_path(item: str) -> None:
    assert bus_name(item) == ":1.23"


def test_the_processor_is_named() -> None:
    assert model_name("processor\t: 0\nmodel name\t: Fast One\nmodel name\t: Fast Two\n") == "Fast One"
    assert model_name("Features : fp asimd") is None


def test_the_json_keeps_its_shape() -> None:
    said = Result("start", [shown(Start(APP, 1, 1.23))], [Verdict("x", 1.0, "s", 0.5)], ["why"]).as_json()

    assert list(said) == ["bench", "at", "machine", "rows", "verdicts", "missing"]
    assert list(said["machine"]) == ["cpu", "cores", "gpu", "ram_gb"]
    assert said["verdicts"] == [{"name": "x", "value": 1.0, "unit": "s", "limit": 0.5, "ok": False}]
    assert json.loads(json.dumps(said)) == said


def test_people_read_rows_verdicts_and_what_is_missing() -> None:
    words = bench.in_words(Result("start", [shown(Start(APP, 1, 300.0))], [Verdict("x", 1.0, "s", 0.5)], ["Why."]))

    assert words.splitlines() == ["diktate, run 1, tray_ms 300.0, cold", "", "over  x: 1 s (limit 0.5)", "Why."]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    with pytest.raises(InstanceError, match=r"no screen.*make bench"):
        run_start(Extent(1, 0.1))


def test_the_arguments_are_read() -> None:
    parser = argparse.ArgumentParser()
    bench.add(parser.add_subparsers())

    args = parser.parse_args(["bench", "start", "--quick", "--json"])

    assert (args.quick, args.json, args.run) == (True, True, bench.run)
