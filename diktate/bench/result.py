"""What a bench gives: rows, verdicts, what could not be measured, and the machine it ran on."""

from __future__ import annotations

import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Verdict:
    """One figure beside its limit."""

    name: str
    value: float
    unit: str
    limit: float

    @property
    def ok(self) -> bool:
        """Whether it holds; every figure here is the better the smaller."""
        return self.value <= self.limit


@dataclass(frozen=True)
class Result:
    """A bench that ran, whatever its verdicts say."""

    bench: str
    rows: Sequence[Mapping[str, Any]]
    verdicts: Sequence[Verdict]
    missing: Sequence[str] = ()
    """Sentences: why a column could not be measured here."""

    def as_json(self) -> dict[str, Any]:
        return {
            "bench": self.bench,
            "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
            "machine": machine(),
            "rows": list(self.rows),
            "verdicts": [{**asdict(verdict), "ok": verdict.ok} for verdict in self.verdicts],
            "missing": list(self.missing),
        }


def machine() -> dict[str, Any]:
    """Say what it ran on."""
    return {"cpu": _cpu(), "cores": os.cpu_count(), "gpu": _gpu(), "ram_gb": _ram_gb()}


def model_name(cpuinfo: str) -> str | None:
    """Find the processor's name in /proc/cpuinfo."""
    named = (line.partition(":")[2].strip() for line in cpuinfo.splitlines() if line.startswith("model name"))
    return next(named, None)


def _cpu() -> str:
    file = Path("/proc/cpuinfo")
    found = model_name(file.read_text(encoding="utf-8", errors="replace")) if file.exists() else None
    return found or platform.processor() or platform.machine()


def _gpu() -> str | None:
    import pynvml

    try:
        pynvml.nvmlInit()
        try:
            name = pynvml.nvmlDeviceGetName(pynvml.nvmlDeviceGetHandleByIndex(0))
        finally:
            pynvml.nvmlShutdown()
    except pynvml.NVMLError:
        return None
    return name.decode() if isinstance(name, bytes) else str(name)


def _ram_gb() -> float | None:
    from diktate.stt import room

    ram_mb = room.ram_mb()
    return None if ram_mb is None else round(ram_mb / 1000, 1)
