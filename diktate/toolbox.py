"""The only place where a setting becomes an object; rebuilds what a change touches and nothing else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal, cast

from diktate import insert, modes
from diktate.audio.recorder import Ended, Ready, Recorder
from diktate.audio.spool import Leftover, leftovers
from diktate.draft import Draft
from diktate.errors import HistoryError, SettingsError
from diktate.flow import Dictation, Insertion, Job, Receipt, Trouble
from diktate.history import History
from diktate.hotkeys import bindings
from diktate.insert.inserter import Clipboard
from diktate.paths import Paths
from diktate.pipeline import Tools
from diktate.session import Rules
from diktate.settings.schema import Settings, Value, row
from diktate.speech import host
from diktate.speech.host import EngineState, Host, Plan
from diktate.stt import places
from diktate.stt.languages import WHISPER
from diktate.words import N_

log = logging.getLogger(__name__)

CANCELLED = ".cancelled"
"""Added to the stem of a recording that was taken back; it is deleted after UNDO_S."""
UNDO_S = 600.0


class Toolbox:
    """Everything a dictation needs, set up for the settings of the moment."""

    def __init__(
        self,
        paths: Paths,
        settings: Settings,
        *,
        clipboard: Clipboard,
        engine_changed: Callable[[EngineState], None],
        slow: Callable[[], None],
        keys_held: Callable[[], bool],
    ) -> None:
        """`engine_changed` is called on the speech host's thread.

        `slow` is called on the worker while a window doesn't read; `keys_held` tells it whether a hotkey is down.
        """
        self.paths = paths
        self.settings = settings
        self._since = datetime.now(UTC)
        self.history = History(paths.history_file)
        self.speech = Host(self._plan, engine_changed)
        self._inserter = insert.inserter(clipboard)
        self._slow, self._keys_held = slow, keys_held

    def apply(self, settings: Settings) -> None:
        """Take new settings; dictations that are under way keep theirs. Returns at once."""
        before, self.settings = self.settings, settings
        if before.stt != settings.stt:
            self.speech.replan()

    def rules(self) -> Rules:
        style = cast("Literal['auto', 'toggle', 'hold']", self.settings.hotkeys.style)
        return Rules(style, float(self.settings.audio.longest_s))

    def bindings(self) -> dict[str, tuple[str, ...]]:
        """Give the combinations of each mode that has any."""
        keys = {mode.id: getattr(self.settings.hotkeys, mode.id) for mode in modes.MODES}
        return {mode: combinations for mode, combinations in keys.items() if combinations}

    def recorder(self, job: Job, report: Callable[[Ready | Ended], None]) -> Recorder:
        """Give the ears of one dictation; `report` is called on their thread."""
        return Recorder(
            self.paths.spool,
            job.id,
            device=job.settings.audio.device,
            longest_s=float(job.settings.audio.longest_s),
            stop=job.stop,
            report=report,
        )

    def tools(self) -> Tools:
        return Tools(speech=self.speech, draft=_draft, insert=self._insert, save=self._save)

    def tidy_up(self) -> None:
        """Forget what is due: old rows, recordings whose days are over, what was cancelled. Blocks; not for the GUI."""
        now = datetime.now(UTC)
        try:
            due = self.history.prune(now, self.settings.history.keep_days, self.settings.privacy.level)
            due += self.history.sounds_to_delete(now, self.settings.audio.keep_days)
            for sound in due:
                Path(sound).unlink(missing_ok=True)
            self.history.forget_sounds(due)
        except HistoryError as error:
            log.warning("history: %s", error.kind)
        for recording in self.paths.spool.glob(f"*{CANCELLED}.wav"):
            if now.timestamp() - recording.stat().st_mtime > UNDO_S:
                recording.unlink(missing_ok=True)

    def take_in_leftovers(self) -> int:
        """Give recordings that the last run could not write down a row each; says how many. Blocks; not for the GUI."""
        taken = 0
        for found in leftovers(self.paths.spool):
            running = found.started + timedelta(seconds=found.seconds) > self._since
            if running or found.path.stem.endswith(CANCELLED) or self.history.knows(found.path.stem):
                continue
            if self.settings.privacy.level > 0:
                self.history.add(_cut_off(found), level=self.settings.privacy.level)
                taken += 1
            else:
                found.path.unlink(missing_ok=True)
        return taken

    def discard(self, job: Job, *, cancelled: bool) -> None:
        """Let go of a recording without words: at once, or kept for UNDO_S if the user took it back. Blocks."""
        job.ended.wait(5.0)
        sound = self._sound(job)
        if cancelled and job.settings.privacy.level > 0 and sound.exists():
            sound.rename(sound.with_name(f"{job.id}{CANCELLED}.wav"))
        else:
            sound.unlink(missing_ok=True)

    def _plan(self) -> Plan:
        return plan(self.settings, self.paths)

    def _insert(self, text: str, job: Job) -> Insertion:
        how = job.settings.insert
        return self._inserter.insert(
            text,
            method=cast("Literal['auto', 'paste', 'clipboard']", how.method),
            then=cast("Literal['none', 'enter', 'tab']", how.then),
            cancel=job.cancel,
            on_slow=self._slow,
            hold_off=self._keys_held,
        )

    def _save(self, dictation: Dictation) -> None:
        """Write the row and drop the recording where the settings say so; one that failed keeps its sound."""
        receipt, level = dictation.receipt, self.settings.privacy.level
        sound = self.paths.spool / f"{receipt.id}.wav"
        delivered = receipt.error is None and receipt.insert is not None and bool(receipt.insert.confirmed)
        keep = not delivered or (level >= 2 and self.settings.audio.keep_days > 0)  # noqa: PLR2004 - "standard"
        try:
            self.history.add(replace(dictation, sound=str(sound) if keep else None), level=level)
        except HistoryError:
            keep = not delivered  # without a row it would be taken for one whose words were lost
            raise
        finally:
            if not keep:
                sound.unlink(missing_ok=True)

    def _sound(self, job: Job) -> Path:
        return self.paths.spool / f"{job.id}.wav"


def _cut_off(found: Leftover) -> Dictation:
    """Give the row of a recording whose dictation never came to its end."""
    error = Trouble(
        "error", N_("diktate ended before this was written."), N_("`diktate transcribe` writes its recording down.")
    )
    receipt = Receipt(
        id=found.path.stem,
        session_id=found.path.stem,
        mode=modes.MODES[0].id,
        started_at=found.started.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        audio_s=round(found.seconds, 3),
        error=error,
    )
    return Dictation(receipt, sound=str(found.path))


def _draft(job: Job) -> Draft:
    return Draft(modes.find(job.mode), trailing_space=job.settings.insert.trailing_space)


def plan(settings: Settings, paths: Paths) -> Plan:
    """Say what the speech process is to run; ModelError if no model is there."""
    stt = settings.stt
    located = places.locate(stt.model, paths.models)
    return Plan(
        engine=located.engine,
        model=located.id,
        folder=str(located.folder),
        longest_s=located.whole_clip_up_to_s,
        device=stt.device,
        compute_type=stt.compute_type,
        prompt_from_previous=located.prompt_from_previous,
        unload_after_s=stt.unload_after_min * 60.0,
    )


def checked(key: str, value: object) -> Value:
    """Give the value if it can really be used, beyond its type: keys that can be read, a mode and languages there are.

    Raises SettingsError saying what is allowed.
    """
    setting = row(key)
    given = setting.check(value)
    if setting.source == "keys" and isinstance(given, tuple):
        for refused in bindings.read({key: given}).unusable:
            raise SettingsError("{said}", "{advice}", said=refused.error.what, advice=refused.error.fix)
    if setting.source == "modes" and not modes.known(str(given)):
        known = ", ".join(mode.id for mode in modes.MODES)
        raise SettingsError(N_("There is no such mode."), N_("Allowed: {known}."), known=known)
    if key == "stt.language" and (unknown := set(host.languages(str(given))) - WHISPER):
        codes = ", ".join(sorted(unknown))
        raise SettingsError(N_("{codes} is no language code."), N_("Use codes such as en or de, or auto."), codes=codes)
    return given
