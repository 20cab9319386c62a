"""What every part of the interface draws: one frozen picture of the app; nothing in `ui` asks for more."""

from __future__ import annotations

from dataclasses import dataclass, field

from diktate.events import Phase
from diktate.flow import Receipt, Trouble


@dataclass(frozen=True)
class Engine:
    """The speech engine as it really runs."""

    engine: str
    model: str
    device: str
    compute_type: str
    loaded: bool


@dataclass(frozen=True)
class State:
    """The app right now. A new one is made on every change and handed to tray, overlay, panel and `diktate status`."""

    phase: Phase = Phase.STARTING
    mode: str = "dictate"
    listening_since: float | None = None
    """`time.monotonic()` of the first sample, while listening."""
    note: str = field(default="", repr=False)
    """One sentence for the overlay once the words are written, such as "Nobody read the text."."""
    trouble: Trouble | None = None
    """Shown until it is read or the next dictation starts."""
    engine: Engine | None = None
    """None while no speech model is in use."""
    last: Receipt | None = None
    last_text: str = field(default="", repr=False)
    hotkeys: tuple[tuple[str, str], ...] = ()
    """(mode, combination) as they really work now."""
