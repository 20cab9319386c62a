"""`diktate bench start` at a desk: it runs the real app, and its JSON has every column."""

from __future__ import annotations

import json

from tests.desktop.app import App
from tests.desktop.desk import Desk


def test_the_start_is_measured_with_every_column(desk: Desk) -> None:
    done = App(desk).command("bench", "start", "--quick", "--json", timeout_s=170)

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said["missing"] == []
    assert len(said["verdicts"]) == 4
    starts = [row for row in said["rows"] if row["program"] == "diktate" and "run" in row]
    assert [row["cold"] for row in starts] == [True, False, False]
    assert all(row["tray_ms"] > 0 and row["status_ms"] <= row["loaded_ms"] for row in starts)
    rests = {row["program"]: row for row in said["rows"] if "rss_mb" in row}
    assert list(rests) == ["diktate", "diktate, speech process", "bare PySide6"]
    assert all(row["pss_mb"] <= row["rss_mb"] for row in rests.values())
