"""How fast the app is there and what it costs at rest, beside a bare Qt program in the same minutes.

Each start is the real app in a profile of its own, on the user's desktop, with the user's speech model.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from diktate import instance
from diktate.bench import proc
from diktate.bench.result import Result, Verdict
from diktate.bench.trays import TrayItems
from diktate.errors import DiktateError, InstanceError, ModelError
from diktate.paths import Paths
from diktate.settings.store import Store
from diktate.words import N_

TRAY_LIMIT_S, HELP_LIMIT_S, IDLE_LIMIT_PERCENT, MEMORY_LIMIT_MB = 0.7, 0.5, 0.5, 110.0
PATIENCE_S = 60.0
"""For one start on a machine that is busy otherwise."""
SETTLE_S = 2.0
"""After the model is loaded, before rest is measured."""
ASK_S = 0.01
APP, BARE = "diktate", "bare PySide6"
FOLDERS = {
    "HOME": "home",
    "XDG_CONFIG_HOME": "config",
    "XDG_DATA_HOME": "data",
    "XDG_STATE_HOME": "state",
    "XDG_CACHE_HOME": "cache",
    "XDG_RUNTIME_DIR": "run",
}
BARE_PROGRAM = """
import sys
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import QApplication, QMenu, QSystemTrayIcon
app = QApplication(sys.argv)
pixmap = QPixmap(22, 22)
pixmap.fill("gray")
icon = QSystemTrayIcon(QIcon(pixmap))
menu = QMenu()
menu.addAction("Quit", app.quit)
icon.setContextMenu(menu)
icon.show()
sys.exit(app.exec())
"""


@dataclass(frozen=True)
class Extent:
    """How much is measured."""

    starts: int
    rest_s: float


FULL, QUICK = Extent(10, 10.0), Extent(3, 5.0)


@dataclass(frozen=True)
class Start:
    """One start. None is what could not be measured."""

    program: str
    run: int
    """From 1; the first may have read the disk."""
    tray_ms: float | None
    status_ms: float | None = None
    loaded_ms: float | None = None


@dataclass(frozen=True)
class Rest:
    """What a program costs when nothing happens."""

    program: str
    idle_cpu_percent: float
    """Of one processor."""
    rss_mb: float
    pss_mb: float


@dataclass(frozen=True)
class Help:
    """One run of `diktate --help`."""

    program: str
    took_ms: float


Row = Start | Rest | Help


def run(extent: Extent) -> Result:
    """Measure; InstanceError if there is no screen."""
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise InstanceError(
            N_("There is no screen here, so there is no start to measure."),
            N_("Run this inside a desktop session, or `make bench` for a virtual one."),
        )
    missing: list[str] = []
    rows: list[Row] = [Help("diktate --help", _help_ms()) for _ in range(extent.starts)]
    with ExitStack() as stack:
        trays = _trays(stack, missing)
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="diktate-bench-")))
        environment = profile(folder, os.environ, model=_model(missing))
        for number in range(1, extent.starts + 1):
            last = number == extent.starts
            rows += _app(number, folder, environment, trays, rest_s=extent.rest_s if last else 0.0)
            rows += _bare(number, environment, trays, rest_s=extent.rest_s if last else 0.0)
    return Result("start", [shown(row) for row in rows], verdicts(rows), tuple(dict.fromkeys(missing)))


def verdicts(rows: Sequence[Row]) -> list[Verdict]:
    """Judge what was measured: the median of the starts but the first, and the app at rest."""
    found = []
    trays = [row.tray_ms for row in rows if isinstance(row, Start) and row.program == APP and row.run > 1]
    if seen := [value for value in trays if value is not None]:
        found.append(Verdict("tray visible, median of warm starts", _seconds(seen), "s", TRAY_LIMIT_S))
    for rest in rows:
        if isinstance(rest, Rest) and rest.program == APP:
            found.append(Verdict("idle CPU", round(rest.idle_cpu_percent, 2), "% of one core", IDLE_LIMIT_PERCENT))
            found.append(Verdict("idle memory (RSS of the app's process)", rest.rss_mb, "MB", MEMORY_LIMIT_MB))
    if helps := [row.took_ms for row in rows if isinstance(row, Help)]:
        found.append(Verdict("diktate --help, median", _seconds(helps), "s", HELP_LIMIT_S))
    return found


def profile(folder: Path, environ: Mapping[str, str], *, model: str | None) -> dict[str, str]:
    """Give the environment of a profile of its own on the desktop of this one."""
    own = {name: str(folder / place) for name, place in FOLDERS.items()}
    kept = dict(environ)
    runtime = environ.get("XDG_RUNTIME_DIR")
    if runtime:  # what is found there by its short name
        pulse, wayland = Path(runtime) / "pulse" / "native", environ.get("WAYLAND_DISPLAY")
        if pulse.exists():
            kept.setdefault("PULSE_SERVER", f"unix:{pulse}")
        if wayland:
            kept["WAYLAND_DISPLAY"] = str(Path(runtime) / wayland)
    if model:
        kept["DIKTATE_STT_MODEL"] = model
    return kept | own


def shown(row: Row) -> dict[str, Any]:
    """Give a row as JSON has it; a first start is called cold, for it may have read the disk."""
    values = {name: _rounded(value) for name, value in asdict(row).items()}
    return values | {"cold": row.run == 1} if isinstance(row, Start) else values


def _app(
    number: int, folder: Path, environment: Mapping[str, str], trays: TrayItems | None, *, rest_s: float
) -> Iterator[Row]:
    for place in FOLDERS.values():
        (folder / place).mkdir(mode=0o700, exist_ok=True)
    runtime = folder / FOLDERS["XDG_RUNTIME_DIR"] / "diktate"
    with _started([sys.executable, "-m", "diktate", "--hidden"], environment) as (process, began):
        status_at = _answered(runtime, process, began + PATIENCE_S)
        loaded_at = _loaded(runtime)
        tray_at = trays.wait(process.pid, began + PATIENCE_S) if trays else None
        yield Start(APP, number, *(_since_ms(began, at) for at in (tray_at, status_at, loaded_at)))
        if rest_s:
            yield from _rest(APP, process.pid, rest_s)


def _bare(number: int, environment: Mapping[str, str], trays: TrayItems | None, *, rest_s: float) -> Iterator[Row]:
    with _started([sys.executable, "-c", BARE_PROGRAM], environment) as (process, began):
        tray_at = trays.wait(process.pid, began + PATIENCE_S) if trays else None
        yield Start(BARE, number, _since_ms(began, tray_at))
        if rest_s:
            yield from _rest(BARE, process.pid, rest_s)


@contextmanager
def _started(argv: Sequence[str], environment: Mapping[str, str]) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    began = time.monotonic()
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(argv, env=dict(environment), stdin=nothing, stdout=nothing, stderr=nothing)
    try:
        yield process, began
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answered(runtime: Path, process: subprocess.Popen[bytes], until: float) -> float:
    """Give the moment of the first answer to `status`; InstanceError if the app ends or stays silent."""
    while time.monotonic() < until and process.poll() is None:
        try:
            instance.ask(runtime, "status")
        except DiktateError:
            time.sleep(ASK_S)
        else:
            return time.monotonic()
    raise InstanceError(
        N_("The app did not come up in {limit_s:g} seconds."),
        N_("Start `diktate` by hand and see its log."),
        limit_s=PATIENCE_S,
    )


def _loaded(runtime: Path) -> float | None:
    """Give the moment its model is loaded; None if it says that it has none."""
    for state in instance.follow(runtime):
        if (state.get("stt") or {}).get("loaded"):
            return time.monotonic()
        if state["state"] == "error":
            return None
    return None


def _rest(program: str, pid: int, rest_s: float) -> Iterator[Rest]:
    """Measure a process and what it has started, after it has come to rest; nothing where there is no /proc."""
    if not proc.AVAILABLE:
        return
    time.sleep(SETTLE_S)
    # With its children: what a child does all the time is our doing, too.
    family = {program: pid} | {f"{program}, speech process": child for child in proc.children(pid)}
    began, before = time.monotonic(), {each: proc.cpu_s(each) for each in family.values()}
    time.sleep(rest_s)
    for name, each in family.items():
        share = (proc.cpu_s(each) - before[each]) / (time.monotonic() - began)
        held = proc.memory_of(each)
        yield Rest(name, 100 * share, held.rss_mb, held.pss_mb)


def _help_ms() -> float:
    began = time.monotonic()
    subprocess.run([sys.executable, "-m", "diktate", "--help"], stdout=subprocess.DEVNULL, check=True)
    return (time.monotonic() - began) * 1000


def _trays(stack: ExitStack, missing: list[str]) -> TrayItems | None:
    try:
        return stack.enter_context(TrayItems())
    except (ImportError, LookupError, OSError):
        missing.append(
            "When the icon is visible: no tray announces its icons on a session bus here (StatusNotifierWatcher)."
        )
        return None


def _model(missing: list[str]) -> str | None:
    """Give the folder of the model that the user's settings name."""
    from diktate.stt import places

    paths = Paths.of_user()
    try:
        settings = Store(paths.settings_file).load().settings
        return str(places.locate(settings.stt.model, paths.models).folder)
    except ModelError:
        missing.append("When the model is loaded: no speech model is installed.")
        return None


def _since_ms(began: float, at: float | None) -> float | None:
    return None if at is None else (at - began) * 1000


def _seconds(times_ms: Sequence[float]) -> float:
    return round(statistics.median(times_ms) / 1000, 3)


def _rounded(value: Any) -> Any:
    return round(value, 1) if isinstance(value, float) else value
