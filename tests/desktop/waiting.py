"""When a GUI thread waited: pure judgement of samples of its stack and of its event loop's heartbeats."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

LONGEST_WAIT_S = 0.05
"""Standing still in one call for longer than this is an offence."""
LONGEST_BEAT_S = 0.25
DENSE_S = 0.03
"""Samples further apart than this prove nothing about the time between them."""
LOOP = ".exec("
"""Stands in the line that runs the event loop: waiting there is what a GUI thread is for."""
LOADING = ("<frozen importlib", "QApplication(")
"""Code that comes from the disk, and Qt's first talk with the screen: both before there is anything to freeze."""


@dataclass(frozen=True)
class Sample:
    """Where the GUI thread stood at one moment."""

    t: float
    """Seconds of the monotonic clock."""
    wait: str
    """What the kernel says it waits in; "" while it runs."""
    spot: str
    """The same for two samples exactly if the thread has not moved between them."""
    stack: tuple[str, ...] = ()
    """`file:line function: source`, innermost first."""
    starved_s: float = 0.0
    """How long the thread has been ready without getting a processor, since it began."""

    @property
    def stands(self) -> bool:
        """Whether it waits, and not where a GUI thread may."""
        at_ease = (
            not self.stack or LOOP in self.stack[0] or any(mark in line for line in self.stack for mark in LOADING)
        )
        return bool(self.wait) and not at_ease


@dataclass(frozen=True)
class Beat:
    """The event loop was alive at this moment."""

    t: float
    starved_s: float = 0.0


@dataclass(frozen=True)
class Offence:
    """One wait that was too long."""

    kind: str
    """waits or heartbeat."""
    at: float
    lasted_s: float
    where: tuple[str, ...] = ()

    def __str__(self) -> str:
        places = "".join(f"\n    {line}" for line in self.where[:6])
        return f"{self.kind} {self.lasted_s * 1000:.0f} ms{places}"


def offences(samples: Sequence[Sample], beats: Sequence[Beat]) -> list[Offence]:
    """Give every wait that was too long, in order of time."""
    return sorted([*_waits(samples), *_missed_beats(samples, beats)], key=lambda offence: offence.at)


def read(file: Path) -> tuple[list[Sample], list[Beat]]:
    """Read what `sampled.py` wrote; a last line that is still being written is left out."""
    samples: list[Sample] = []
    beats: list[Beat] = []
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if not line.endswith("\n"):
            continue
        row = json.loads(line)
        if "spot" in row:
            samples.append(Sample(**{**row, "stack": tuple(row["stack"])}))
        else:
            beats.append(Beat(**row))
    return samples, beats


def _waits(samples: Sequence[Sample]) -> Iterator[Offence]:
    for run in _runs(samples):
        lasted_s = run[-1].t - run[0].t
        if lasted_s > LONGEST_WAIT_S:
            yield Offence("waits", run[0].t, lasted_s, (run[0].wait, *run[0].stack))


def _runs(samples: Iterable[Sample]) -> Iterator[list[Sample]]:
    """Give the stretches in which the thread stood at one place without a gap in our sight."""
    run: list[Sample] = []
    for sample in samples:
        if run and not (sample.stands and sample.spot == run[-1].spot and sample.t - run[-1].t <= DENSE_S):
            yield run
            run = []
        if sample.stands:
            run.append(sample)
    if run:
        yield run


def _missed_beats(samples: Sequence[Sample], beats: Sequence[Beat]) -> Iterator[Offence]:
    for before, after in pairwise(beats):
        # On a machine with more to do than processors, the time without one is nobody's wait.
        lasted_s = after.t - before.t - (after.starved_s - before.starved_s)
        if lasted_s > LONGEST_BEAT_S:
            within = [sample for sample in samples if before.t < sample.t < after.t]
            where = within[len(within) // 2].stack if within else ()
            yield Offence("heartbeat", before.t, lasted_s, where)
