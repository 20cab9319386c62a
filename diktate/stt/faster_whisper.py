"""Whisper through CTranslate2 (faster-whisper 1.2), set for dictation: one window, one language, no invention."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diktate.errors import ModelError, SpeechError
from diktate.flow import RATE_HZ, Word
from diktate.stt.backend import Backend, Limits, Recognized
from diktate.words import N_

if TYPE_CHECKING:
    from diktate.flow import Samples

SHORTEST_S = 1.0
"""Shorter sound is filled up with silence: Whisper hears junk in clips under a second."""
POSITIONS = 448
"""Places in Whisper's decoder, prompt and words together."""
TOKENS_PER_S = 12
"""More than this is a loop: fast speech has about 5 tokens a second."""
PROMPT_CHARS = 200
LADDER = {"cuda": ("float16", "int8_float16", "float32"), "cpu": ("int8", "float32")}
"""What is tried, best first, for each device."""


class Whisper:
    """One loaded Whisper model."""

    def __init__(self, model: Any, device: str, notes: tuple[str, ...]) -> None:
        self._model = model
        self.device = device
        self.compute_type = str(model.model.compute_type)
        self.notes = notes

    def recognize(self, samples: Samples, *, languages: Sequence[str], prompt: str = "") -> Recognized:
        """Decode one window; see `Recognizer`."""
        import numpy as np

        missing = round(SHORTEST_S * RATE_HZ) - len(samples)
        sound = np.pad(samples, (0, missing)) if missing > 0 else samples
        with _failures_explained():
            language = self._language(sound, languages)
            segments, info = self._model.transcribe(
                sound, **_options(len(sound) / RATE_HZ, self.device, prompt), language=language
            )
            heard = list(segments)  # decoding happens here, not in the call above
        return Recognized(
            text="".join(segment.text for segment in heard).strip(),
            language=info.language,
            no_speech_p=max((segment.no_speech_prob for segment in heard), default=0.0),
            logprob=min((segment.avg_logprob for segment in heard), default=0.0),
            words=tuple(Word(word.start, word.end, word.word) for part in heard for word in part.words or ()),
        )

    def warm_up(self) -> None:
        """Encode and decode one second of faint noise: a missing cuBLAS shows at the first encode, not at loading."""
        import numpy as np

        noise = np.random.default_rng(0).normal(0, 0.01, RATE_HZ).astype(np.float32)
        self.recognize(noise, languages=("en",))

    def _language(self, sound: Samples, languages: Sequence[str]) -> str | None:
        if not self._model.model.is_multilingual:
            return "en"
        if len(languages) == 1:
            return languages[0]
        if not languages:
            return None
        _best, _p, likely = self._model.detect_language(audio=sound)
        return max((pair for pair in likely if pair[0] in languages), key=lambda pair: pair[1], default=(None, 0))[0]


def load(folder: Path, limits: Limits) -> Whisper:
    """Load the model folder on the best device and precision that work, and say what they are."""
    notes: list[str] = []
    for device in _devices(limits, notes):
        for compute_type in _precisions(device, limits, notes):
            try:
                whisper = Whisper(_open(folder, device, compute_type, limits.threads), device, tuple(notes))
                whisper.warm_up()
            except ModelError:
                raise
            except SpeechError as error:
                notes.append(f"{device} {compute_type}: {error.what}")
            else:
                return whisper
    raise SpeechError(
        N_("The speech model could not be loaded: {why}"),
        N_("Run `diktate doctor`, or choose another model."),
        why=notes[-1] if notes else "?",
    )


def _open(folder: Path, device: str, compute_type: str, threads: int) -> Any:
    from faster_whisper import WhisperModel

    with _failures_explained():
        model = WhisperModel(
            str(folder),
            device=device,
            compute_type=compute_type,
            cpu_threads=threads or max(1, min(8, (os.cpu_count() or 2))),
            local_files_only=True,
        )
    wanted, given = model.model.n_mels, model.feature_extractor.mel_filters.shape[0]
    if wanted != given:  # shows only at the first encode otherwise, as "Invalid input features shape"
        raise ModelError(
            N_("The model wants {wanted} mel bands and its preprocessor_config.json gives {given}."),
            N_("Download the model again."),
            wanted=wanted,
            given=given,
        )
    return model


def _options(seconds: float, device: str, prompt: str) -> dict[str, Any]:
    """Give the arguments for one piece of dictation, each with its reason in the field's own experience.

    No fallback temperatures above 0.4 (each decodes five times), no timestamps (their rounding loses the tail), no text
    of the model's own as context (loops feed loops), a cap on tokens. CTranslate2 counts the prompt twice against
    `max_new_tokens`, so twice the wanted number is asked for.
    """
    wanted = 16 + round(TOKENS_PER_S * seconds)
    room = POSITIONS - 8 - (PROMPT_CHARS if prompt else 0)
    return {
        "beam_size": 5 if device == "cuda" else 1,
        "temperature": [0.0, 0.4],
        "condition_on_previous_text": False,
        "without_timestamps": True,
        "vad_filter": False,
        "max_new_tokens": min(2 * wanted, room),
        "initial_prompt": prompt[-PROMPT_CHARS:] or None,
        "task": "transcribe",
    }


def _devices(limits: Limits, notes: list[str]) -> Iterator[str]:
    if limits.device != "cpu":
        import ctranslate2

        if ctranslate2.get_cuda_device_count() > 0:
            yield "cuda"
        elif limits.device == "cuda":
            notes.append("No NVIDIA graphics card or driver was found, so the processor is used.")
    yield "cpu"


def _precisions(device: str, limits: Limits, notes: list[str]) -> tuple[str, ...]:
    """Give what to try: only what was asked for if the device can do it, else the ladder with a note why."""
    import ctranslate2

    with _failures_explained():
        supported = ctranslate2.get_supported_compute_types(device)
    if limits.compute_type in supported:
        return (limits.compute_type, *(each for each in LADDER[device] if each != limits.compute_type))
    if limits.compute_type != "auto":
        notes.append(f"{limits.compute_type} is not possible on {device}.")
    return tuple(each for each in LADDER[device] if each in supported) or ("float32",)


@contextmanager
def _failures_explained() -> Iterator[None]:
    """Turn what CTranslate2 raises (RuntimeError, ValueError) into SpeechError; its text names no user's words."""
    try:
        yield
    except (RuntimeError, ValueError, OSError) as error:
        raise SpeechError(
            N_("The speech engine failed: {why}"),
            N_("Run `diktate doctor` to see what is in use."),
            why=str(error)[:200],
        ) from error


BACKEND = Backend("faster-whisper", "Whisper", needs=("faster_whisper", "ctranslate2"), load=load)
