"""The speech process from inside: sound in, pieces of text out; joins audio/ and stt/.

It alone imports the engines. It ends when its input ends, so it never outlives the app. Standard output is its line to
the app; whatever a library prints goes to standard error, which the app keeps in its log.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from diktate import stt
from diktate.audio import segmenter, vad
from diktate.errors import DiktateError, SpeechError
from diktate.flow import RATE_HZ, Piece, seconds
from diktate.speech import wire
from diktate.stt import check
from diktate.words import N_

if TYPE_CHECKING:
    from diktate.flow import Samples
    from diktate.stt.backend import Recognizer


@dataclass
class Dictation:
    """What has arrived of one dictation."""

    job: str
    languages: tuple[str, ...]
    detector: vad.Detector
    pcm: bytearray = field(default_factory=bytearray)
    probabilities: list[float] = field(default_factory=list)


class Child:
    """Answers the app's messages one after another, on the process's main thread."""

    def __init__(self, send: Callable[[wire.Message], None]) -> None:
        self._send = send
        self._load: wire.Load | None = None
        self._recognizer: Recognizer | None = None
        self._network: Any = None
        self._open: dict[str, Dictation] = {}
        self.unwanted: set[str] = set()
        """Jobs that were taken back; filled by the reading thread, so that a long decode can stop between pieces."""

    def handle(self, message: wire.Message) -> None:
        """Do what one message asks for; an error becomes a message itself."""
        job = getattr(message, "job", "")
        try:
            self._answer(message)
        except DiktateError as error:
            self._open.pop(job, None)
            self._send(wire.Trouble(job, error.kind, error.what, error.fix))

    def _answer(self, message: wire.Message) -> None:
        match message:
            case wire.Load():
                self._load_model(message)
            case wire.Begin(job, languages):
                self._open[job] = Dictation(job, languages, vad.Detector(self._network))
            case wire.Sound(job, pcm) if job in self._open:
                self._hear(self._open[job], pcm)
            case wire.End(job) if job in self._open:
                self._finish(self._open.pop(job))

    def _load_model(self, load: wire.Load) -> None:
        started = time.monotonic()
        self._load = load
        self._network = self._network or vad.session()
        check.check(Path(load.folder))  # a wrong file can end a native engine, and with it this process
        limits = stt.backend.Limits(load.device, load.compute_type)
        self._recognizer = recognizer = stt.find(load.engine).load(Path(load.folder), limits)
        took_ms = (time.monotonic() - started) * 1000
        self._send(wire.Loaded(recognizer.device, recognizer.compute_type, took_ms, recognizer.notes))

    def _hear(self, dictation: Dictation, pcm: bytes) -> None:
        dictation.pcm += pcm
        dictation.probabilities += dictation.detector.add(_samples(pcm))

    def _finish(self, dictation: Dictation) -> None:
        if self._recognizer is None or self._load is None:
            raise SpeechError(N_("No speech model is loaded."), N_("Choose one in the settings."))
        ended = time.monotonic()
        dictation.probabilities += dictation.detector.flush()
        samples = _samples(bytes(dictation.pcm))
        busy_s, before = 0.0, ""
        for span in segmenter.pieces(dictation.probabilities, self._load.longest_s):
            if dictation.job in self.unwanted:
                break
            started = time.monotonic()
            piece = self._piece(samples, span, dictation.languages, before)
            busy_s += time.monotonic() - started
            before = piece.text if self._load.prompt_from_previous else ""
            self._send(wire.Words(dictation.job, piece))
        self.unwanted.discard(dictation.job)
        tail_ms = (time.monotonic() - ended) * 1000
        self._send(wire.Done(dictation.job, seconds(len(dictation.pcm)), busy_s * 1000, tail_ms))

    def _piece(self, samples: Samples, span: segmenter.Span, languages: tuple[str, ...], before: str) -> Piece:
        assert self._recognizer is not None  # noqa: S101 - _finish has checked
        sound = samples[round(span.start_s * RATE_HZ) : round(span.end_s * RATE_HZ)]
        heard = self._recognizer.recognize(sound, languages=languages, prompt=before)
        return Piece(
            start_s=span.start_s,
            end_s=min(span.end_s, len(samples) / RATE_HZ),  # the last window is filled up with silence
            text=heard.text,
            language=heard.language,
            speech_s=span.speech_s,
            no_speech_p=heard.no_speech_p,
            logprob=heard.logprob,
            words=heard.words,
        )


def main() -> None:
    """Run the speech process on standard input and output until the app closes them."""
    # whatever a native library prints must not land between two messages
    line = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    inbox: queue.SimpleQueue[wire.Message | None] = queue.SimpleQueue()
    child = Child(lambda message: wire.write(line, message))
    threading.Thread(target=_read, args=(sys.stdin.buffer, inbox, child.unwanted), daemon=True).start()
    try:
        while (message := inbox.get()) is not None:
            child.handle(message)
    except BrokenPipeError:
        pass  # the app is gone: nobody is left to hear anything
    os._exit(0)  # native engines may hang in their own clean-up; everything that matters has been sent


def _read(stream: BinaryIO, inbox: queue.SimpleQueue[wire.Message | None], unwanted: set[str]) -> None:
    """Take messages off the pipe as they come, so that the app never waits for a decode; ends with None."""
    while (message := wire.read(stream)) is not None:
        if isinstance(message, wire.End) and not message.wanted:
            unwanted.add(message.job)
        inbox.put(message)
    inbox.put(None)


def _samples(pcm: bytes) -> Samples:
    import numpy as np

    return np.frombuffer(pcm, dtype="<i2").astype(np.float32) / 32768.0


if __name__ == "__main__":
    main()
