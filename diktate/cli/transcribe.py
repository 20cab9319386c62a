"""`diktate transcribe`: files to text, through the same speech process and the same rules as a dictation; no Qt."""

from __future__ import annotations

import argparse
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from diktate import modes
from diktate.errors import DiktateError, MicrophoneError, SpeechError
from diktate.flow import BYTES_PER_SAMPLE, RATE_HZ, Heard, Job, Piece, seconds
from diktate.words import N_

BLOCK_BYTES = RATE_HZ * BYTES_PER_SAMPLE // 10
"""A tenth of a second, as the recorder gives it."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command of this file."""
    command = commands.add_parser("transcribe", help="sound files to text", description="Sound files to text.")
    command.add_argument("files", nargs="+", metavar="FILE", help="anything with sound in it")
    command.add_argument("--model", metavar="ID|DIR", help="instead of the one in the settings")
    command.add_argument("--engine", metavar="ID", help="the speech engine the model is for")
    command.add_argument("--language", metavar="CODE", help="instead of the one in the settings; auto to detect it")
    command.add_argument("--mode", metavar="ID", choices=[mode.id for mode in modes.MODES], default="dictate")
    command.add_argument("--live", action="store_true", help="at the speed of speech, as a dictation")
    command.add_argument("--speed", type=float, default=1.0, metavar="N", help="with --live: N times as fast")
    command.add_argument("--format", choices=("txt", "srt", "vtt", "json"), default="txt")
    command.add_argument("--json", dest="format", action="store_const", const="json", help="the same as --format json")
    command.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Transcribe each file and print; a file that can't be read is told and the others are still done."""
    from diktate.cli.parser import failed
    from diktate.settings.store import Store

    if args.speed <= 0:
        return failed(SpeechError(N_("The speed must be above 0.")), 2)
    from diktate.paths import Paths

    paths = Paths.of_user()
    settings = Store(paths.settings_file).load().settings
    for key, value in (("stt.model", args.model), ("stt.language", args.language), ("mode", args.mode)):
        settings = settings.with_value(key, value) if value else settings
    from diktate.speech.host import Host
    from diktate.toolbox import plan

    planned = plan(settings, paths)
    host = Host(lambda: replace(planned, engine=args.engine or planned.engine), lambda _state: None)
    host.start()
    results, status = [], 0
    try:
        for name in args.files:
            try:
                results.append(_transcribed(Path(name), args, settings, host))
            except DiktateError as error:
                status = failed(error)
    finally:
        host.close()
    _print(results, args.format, several=len(args.files) > 1)
    return status


@dataclass(frozen=True)
class Result:
    """One file as text."""

    text: str = field(repr=False)
    pieces: tuple[Piece, ...]
    heard: Heard
    took_ms: float
    live: dict[str, Any] = field(default_factory=dict)


@dataclass
class FileSound:
    """A file's sound, given all at once or at the speed of speech; keeps the Sound protocol."""

    pcm: bytes = field(repr=False)
    speed: float = 0.0
    """0: all at once."""
    ended: threading.Event = field(default_factory=threading.Event)
    trouble: MicrophoneError | None = None
    ended_at: float = 0.0

    def blocks(self) -> Iterator[bytes]:
        started = time.monotonic()
        for start in range(0, len(self.pcm), BLOCK_BYTES):
            block = self.pcm[start : start + BLOCK_BYTES]
            if self.speed:
                due = started + seconds(start + len(block)) / self.speed
                self.ended.wait(max(0.0, due - time.monotonic()))
            yield block
        self.ended_at = time.monotonic()


def decoded(file: Path) -> bytes:
    """Read the sound of any file PyAV knows as PCM; SpeechError if there is none in it."""
    import av
    from av.audio.resampler import AudioResampler

    if not file.is_file():
        raise SpeechError(N_("{file} is not there."), N_("Check the name."), file=file)
    pcm = bytearray()
    try:
        with av.open(str(file)) as container:
            resampler = AudioResampler(format="s16", layout="mono", rate=RATE_HZ)
            for frame in container.decode(audio=0):
                for part in resampler.resample(frame):
                    pcm += part.to_ndarray().tobytes()
            for part in resampler.resample(None):
                pcm += part.to_ndarray().tobytes()
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise SpeechError(
            N_("{file} can't be read as sound."), N_("Is it a sound or video file, and complete?"), file=file
        ) from error
    return bytes(pcm)


def _transcribed(file: Path, args: argparse.Namespace, settings: Any, host: Any) -> Result:
    from diktate.draft import Draft
    from diktate.pipeline import receipt_of

    sound = FileSound(decoded(file), args.speed if args.live else 0.0)
    now = time.monotonic()
    job = Job(file.stem, args.mode, settings, datetime.now(UTC), now)
    job.first_sample.set(now)
    started = time.monotonic()
    hearing = host.hear(sound, job)
    job.ended.set()
    pieces = tuple(hearing)
    draft = Draft(modes.find(args.mode), trailing_space=False)
    for piece in pieces:
        draft.add(piece)
    text = draft.finish().text
    took_ms = (time.monotonic() - started) * 1000
    if sound.trouble:
        raise sound.trouble
    live: dict[str, Any] = {}
    if args.live:
        waited_ms = round((time.monotonic() - sound.ended_at) * 1000, 1)
        live = {"after_release_ms": waited_ms, "receipt": asdict(receipt_of(job, hearing.heard, None))}
        live["receipt"]["after_release_ms"] = waited_ms
    return Result(text, pieces, hearing.heard, took_ms, live)


def _print(results: list[Result], form: str, *, several: bool) -> None:
    if form == "json":
        each = [_as_json(result) for result in results]
        print(json.dumps({"files": each} if several else each[0] if each else {}, ensure_ascii=False))
        return
    for result in results:
        if form == "txt":
            print(result.text)
        else:
            print("WEBVTT\n" if form == "vtt" else "", end="\n" if form == "vtt" else "")
            print("\n".join(_subtitles(result.pieces, form)))


def _as_json(result: Result) -> dict[str, Any]:
    heard = result.heard
    segments = [{"start_s": p.start_s, "end_s": p.end_s, "text": p.text} for p in result.pieces]
    return {
        "text": result.text,
        "language": next((piece.language for piece in result.pieces if piece.language), None),
        "segments": segments,
        "audio_s": round(heard.audio_s, 3),
        "took_ms": round(result.took_ms, 1),
        "engine": heard.engine,
        "model": heard.model,
        "device": heard.device,
        "compute_type": heard.compute_type,
        **result.live,
    }


def _subtitles(pieces: tuple[Piece, ...], form: str) -> Iterator[str]:
    comma = "," if form == "srt" else "."
    for number, piece in enumerate(pieces, 1):
        if form == "srt":
            yield str(number)
        yield f"{_clock(piece.start_s, comma)} --> {_clock(piece.end_s, comma)}"
        yield f"{piece.text}\n"


def _clock(at_s: float, comma: str) -> str:
    whole, thousandths = divmod(round(at_s * 1000), 1000)
    minutes, secs = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{secs:02}{comma}{thousandths:03}"
