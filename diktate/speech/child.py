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
from diktate.flow import BYTES_PER_SAMPLE, RATE_HZ, Piece, seconds
from diktate.speech import wire
from diktate.stt import check
from diktate.words import N_

if TYPE_CHECKING:
    from diktate.flow import Samples
    from diktate.stt.backend import Recognizer


CONTEXT_WITHIN_S = 15.0
"""What was said longer ago than this no longer helps to hear what follows."""
CONTEXT_FROM_S = 1.0
"""Less speech than this, and Whisper echoes the context instead of listening."""


@dataclass
class Dictation:
    """What has arrived of one dictation, and what has been heard of it."""

    job: str
    languages: tuple[str, ...]
    detector: vad.Detector
    segmenter: segmenter.Segmenter
    pcm: bytearray = field(default_factory=bytearray)
    busy_s: float = 0.0
    last: Piece | None = None


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
                self._begin(job, languages)
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

    def _begin(self, job: str, languages: tuple[str, ...]) -> None:
        if self._load is None or self._recognizer is None:
            raise SpeechError(N_("No speech model is loaded."), N_("Choose one in the settings."))
        cutter = segmenter.Segmenter(self._load.longest_s)
        self._open[job] = Dictation(job, languages, vad.Detector(self._network), cutter)

    def _hear(self, dictation: Dictation, pcm: bytes) -> None:
        """Take more sound; what a pause has ended is decoded now, while the user still speaks."""
        dictation.pcm += pcm
        likely = dictation.detector.add(_samples(pcm))
        self._decode(dictation, dictation.segmenter.add(likely))

    def _finish(self, dictation: Dictation) -> None:
        ended = time.monotonic()
        likely = dictation.detector.flush()
        self._decode(dictation, dictation.segmenter.add(likely) + dictation.segmenter.end())
        self.unwanted.discard(dictation.job)
        tail_ms = (time.monotonic() - ended) * 1000
        self._send(wire.Done(dictation.job, seconds(len(dictation.pcm)), dictation.busy_s * 1000, tail_ms))

    def _decode(self, dictation: Dictation, spans: list[segmenter.Span]) -> None:
        for span in spans:
            if dictation.job in self.unwanted:
                return
            started = time.monotonic()
            dictation.last = self._piece(dictation, span)
            dictation.busy_s += time.monotonic() - started
            self._send(wire.Words(dictation.job, dictation.last))

    def _piece(self, dictation: Dictation, span: segmenter.Span) -> Piece:
        assert self._recognizer is not None  # noqa: S101 - _begin has checked
        first, last = (round(at_s * RATE_HZ) * BYTES_PER_SAMPLE for at_s in (span.start_s, span.end_s))
        sound = _samples(bytes(dictation.pcm[first:last]))
        heard = self._recognizer.recognize(sound, languages=dictation.languages, prompt=self._context(dictation, span))
        return Piece(
            start_s=span.start_s,
            end_s=span.start_s + len(sound) / RATE_HZ,  # the detector's last window is filled up with silence
            text=heard.text,
            language=heard.language,
            speech_s=span.speech_s,
            no_speech_p=heard.no_speech_p,
            logprob=heard.logprob,
            words=heard.words,
        )

    def _context(self, dictation: Dictation, span: segmenter.Span) -> str:
        """Give the words before this piece where they help to hear it."""
        before = dictation.last
        if before is None or self._load is None or not self._load.prompt_from_previous:
            return ""
        recent = span.start_s - before.end_s < CONTEXT_WITHIN_S
        return before.text if recent and span.speech_s >= CONTEXT_FROM_S else ""


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
