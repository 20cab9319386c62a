"""What Linux knows of a process: its share of a processor, its memory, its children."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

AVAILABLE: bool = sys.platform == "linux"
TICKS_PER_S = 100
"""What the kernel shows programs (USER_HZ), whatever its own clock does."""
KB_PER_MB = 1024
"""As `ps` and `top` count."""


@dataclass(frozen=True)
class Memory:
    """What a process holds, in MB as `ps` and `top` count them."""

    rss_mb: float
    """Every page of it that is in memory, those shared with others too."""
    pss_mb: float
    """Shared pages divided among those who share them."""


def ticks(stat: str) -> int:
    """Give the processor time of /proc/PID/stat, user and system, in clock ticks; a name may hold spaces, brackets."""
    fields = stat.rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])


def memory(smaps_rollup: str) -> Memory:
    """Read /proc/PID/smaps_rollup."""
    found = {line.split(":")[0]: line.split()[1] for line in smaps_rollup.splitlines()[1:] if ":" in line}
    rss_mb, pss_mb = (round(int(found[name]) / KB_PER_MB, 1) for name in ("Rss", "Pss"))
    return Memory(rss_mb, pss_mb)


def cpu_s(pid: int) -> float:
    """Give the processor time a process has used, all its threads together."""
    return ticks(Path(f"/proc/{pid}/stat").read_text(errors="replace")) / TICKS_PER_S


def memory_of(pid: int) -> Memory:
    return memory(Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii"))


def children(pid: int) -> list[int]:
    """Give the processes that any thread of this one has started."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return sorted(int(word) for each in lists for word in each.read_text(encoding="ascii").split())
