"""The state as scripts see it: the JSON of `diktate status`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from diktate.events import Phase
from diktate.flow import Trouble
from diktate.ui.state import State


def status(state: State, problems: Sequence[Trouble]) -> dict[str, Any]:
    """Give the status object; opening the microphone is already `listening` to a script."""
    phase = Phase.LISTENING if state.phase is Phase.OPENING else state.phase
    return {
        "state": str(phase),
        "mode": state.mode,
        "stt": asdict(state.engine) if state.engine else None,
        "llm": None,
        "gpu": None,
        "last": asdict(state.last) if state.last else None,
        "error": asdict(state.trouble) if state.trouble else None,
        "note": state.note,
        "hotkeys": dict(state.hotkeys),
        "problems": [asdict(problem) for problem in problems],
    }
