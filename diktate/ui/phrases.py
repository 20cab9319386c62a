"""What the interface says about the app: a state, an engine, keys and times in words."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from diktate import modes
from diktate.events import Phase
from diktate.flow import Receipt
from diktate.ui.state import Engine, State

_KEYS = {
    "ctrl": "Ctrl",
    "alt": "Alt",
    "shift": "Shift",
    "super": "Super",
    "meta": "Meta",
    "cmd": "Cmd",
    "altgr": "AltGr",
    "escape": "Esc",
}
_DEVICES = {"cpu": "CPU", "cuda": "GPU"}


def translated(sentence: str) -> str:
    """Give a sentence that `words.N_` marked in the user's language."""
    return QCoreApplication.translate("words", sentence)


def mode_title(mode_id: str) -> str:
    return translated(modes.find(mode_id).title)


def phase_word(phase: Phase) -> str:
    """Give the state in a word or two."""
    match phase:
        case Phase.STARTING:
            return QCoreApplication.translate("phrases", "Starting…")
        case Phase.READY:
            return QCoreApplication.translate("phrases", "Ready")
        case Phase.OPENING:
            return QCoreApplication.translate("phrases", "Opening microphone…")
        case Phase.LISTENING:
            return QCoreApplication.translate("phrases", "Listening")
        case Phase.TRANSCRIBING | Phase.REWRITING | Phase.INSERTING:
            return QCoreApplication.translate("phrases", "Writing…")
        case Phase.ERROR:
            return QCoreApplication.translate("phrases", "Something needs you")


def engine_words(engine: Engine | None) -> str:
    """Give the engine as it really runs, such as "mini-whisper · CPU int8"; empty while none is in use."""
    if engine is None:
        return ""
    device = _DEVICES.get(engine.device, engine.device)
    # "_" would mark the next letter as a key in menus that travel over D-Bus
    precision = engine.compute_type.replace("_", "/")
    return " · ".join(part for part in (engine.model, f"{device} {precision}".strip()) if part)


def state_line(state: State) -> str:
    """Give the first line of the menu, such as "Ready · mini-whisper · CPU int8"."""
    return " · ".join(part for part in (phase_word(state.phase), engine_words(state.engine)) if part)


def keys_words(combination: str) -> str:
    """Give a combination as it is printed on keys: "ctrl+alt+d" is "Ctrl+Alt+D"."""
    return "+".join(_key_words(key.strip()) for key in combination.split("+"))


def keys_of(state: State, mode: str) -> tuple[str, ...]:
    """Give the combinations that work for a mode now, in words."""
    return tuple(keys_words(keys) for name, keys in state.hotkeys if name == mode)


def seconds_words(duration_ms: float) -> str:
    """Give a short wait, such as "0.29 s"."""
    return QCoreApplication.translate("phrases", "{seconds} s").format(seconds=f"{duration_ms / 1000:.2f}")


def clock_words(seconds: float) -> str:
    """Give a running time, such as "0:07"."""
    whole = max(0, int(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def written_words(receipt: Receipt) -> str:
    """Say how the words reached the window, in a word."""
    method = receipt.insert.method if receipt.insert else None
    match method:
        case "clipboard":
            return QCoreApplication.translate("phrases", "On your clipboard")
        case "paste":
            return QCoreApplication.translate("phrases", "Pasted")
        case _:
            return QCoreApplication.translate("phrases", "Written")


def _key_words(key: str) -> str:
    return _KEYS.get(key.lower()) or " ".join(part.capitalize() for part in key.replace("_", " ").split())
