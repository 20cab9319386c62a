"""What a user can meet: what happened, and what to do about it.

DiktateError
├── MicrophoneError      no sound, or no more of it
├── SpeechError          the speech engine or its process
│   └── ModelError       a model's files: missing, half copied, wrong
├── LanguageModelError   Ollama, Gemini and friends
├── InsertError          the words could not be put into the window
├── HotkeyError          a key is taken or can't be watched
├── SettingsError        a value or the file itself
├── HistoryError         the database
└── InstanceError        talking to the running app

`Cancelled` is not an error and not in the tree.
"""

from __future__ import annotations


class DiktateError(Exception):
    """Two sentences for a person. Both are templates filled from `facts`, so that they can be translated."""

    kind = "error"

    def __init__(self, what: str, fix: str = "", **facts: object) -> None:
        self.what_template, self.fix_template, self.facts = what, fix, facts
        super().__init__(self.what)

    @property
    def what(self) -> str:
        """What happened, in one sentence."""
        return self.what_template.format(**self.facts)

    @property
    def fix(self) -> str:
        """What to do about it; empty if nothing can be done."""
        return self.fix_template.format(**self.facts)

    def __str__(self) -> str:
        return f"{self.what} {self.fix}".strip()


class MicrophoneError(DiktateError):
    """No sound, or no more of it."""

    kind = "microphone"


class SpeechError(DiktateError):
    """The speech engine or its process failed."""

    kind = "speech"


class ModelError(SpeechError):
    """A model's files are missing, half copied or wrong."""

    kind = "model"


class LanguageModelError(DiktateError):
    """The language model failed; the raw words are still there."""

    kind = "language model"


class InsertError(DiktateError):
    """The words could not be put into the window."""

    kind = "insert"


class HotkeyError(DiktateError):
    """A key is taken by another program, or keys can't be watched here."""

    kind = "hotkey"


class SettingsError(DiktateError):
    """A value outside its limits, or a settings file that can't be read."""

    kind = "settings"


class HistoryError(DiktateError):
    """The history database failed."""

    kind = "history"


class InstanceError(DiktateError):
    """No running app, or it refused."""

    kind = "instance"


class Cancelled(Exception):  # noqa: N818 - not an error
    """The user took the dictation back; raised where the pipeline checks, and meant to unwind it."""
