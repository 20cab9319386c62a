"""The table of modes. A mode is data: nothing asks which one it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from diktate.words import N_


@dataclass(frozen=True)
class Mode:
    """What becomes of the words that were heard."""

    id: str
    title: str
    note: str
    clean: Literal["model", "rules", "none"] = "rules"
    """`model`: by the language model if one is set up, else by rules."""
    gives: Literal["paste"] = "paste"


MODES = (
    Mode("dictate", N_("Dictate"), N_("What you say, tidied up and written where the cursor is."), clean="model"),
    Mode("verbatim", N_("Verbatim"), N_("Every word exactly as it was heard."), clean="none"),
    Mode("tidy", N_("Tidy"), N_("Tidied up by rules alone, never by a language model."), clean="rules"),
)


def find(mode_id: str) -> Mode:
    """Give the mode of that name; an unknown one is the first, so that a stale setting costs no dictation."""
    return next((mode for mode in MODES if mode.id == mode_id), MODES[0])


def known(mode_id: str) -> bool:
    return any(mode.id == mode_id for mode in MODES)
