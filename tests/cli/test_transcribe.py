"""The command as a person runs it, on the small model."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.clips import MODEL, clips, words_in, wrong_words

SENTENCES = clips("sentence", "punct", "filler")


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    places = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("CONFIG", "DATA", "STATE", "CACHE")}
    return {**os.environ, **places, "HOME": str(tmp_path), "DIKTATE_STT_MODEL": str(MODEL)}


def diktate(env: dict[str, str], *args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "diktate", "transcribe", *map(str, args)]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=120, check=False)


def test_at_most_one_word_in_ten_of_the_sample_clips_is_wrong(env: dict[str, str]) -> None:
    assert len(SENTENCES) == 13

    done = diktate(env, "--json", *(clip.path for clip in SENTENCES))

    heard = [file["text"] for file in json.loads(done.stdout)["files"]]
    wrong = sum(wrong_words(clip.text, text) for clip, text in zip(SENTENCES, heard, strict=True))
    assert wrong <= words_in([clip.text for clip in SENTENCES]) // 10


def test_one_file_gives_one_json_object_with_everything_promised(env: dict[str, str]) -> None:
    clip = SENTENCES[0]

    done = diktate(env, "--json", clip.path)

    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert set(result) == {
        *("text", "language", "segments", "audio_s", "took_ms"),
        *("engine", "model", "device", "compute_type"),
    }
    assert result["segments"][0]["start_s"] < result["segments"][0]["end_s"] <= result["audio_s"]
    assert done.stderr == ""


def test_live_goes_through_the_pipeline_at_the_speed_of_speech_and_tells_the_wait(env: dict[str, str]) -> None:
    clip = SENTENCES[0]

    result = json.loads(diktate(env, "--live", "--speed", 4, "--json", clip.path).stdout)

    assert result["took_ms"] >= result["audio_s"] / 4 * 1000
    assert 0 < result["after_release_ms"] < result["took_ms"]
    assert result["receipt"]["after_release_ms"] == result["after_release_ms"]
    assert wrong_words(clip.text, result["text"]) == 0


def test_a_long_recording_is_cut_at_its_pauses_and_stays_right(env: dict[str, str], tmp_path: Path) -> None:
    chosen = clips("sentence") * 3
    joined = tmp_path / "long.wav"
    with wave.open(str(joined), "wb") as out:
        out.setparams((1, 2, 16000, 0, "NONE", "NONE"))
        for clip in chosen:
            out.writeframes(clip.pcm() + bytes(32000))

    result = json.loads(diktate(env, "--json", joined).stdout)

    spoken = " ".join(clip.text for clip in chosen)
    assert len(result["segments"]) > 1
    assert wrong_words(spoken, result["text"]) <= words_in([spoken]) // 10


@pytest.mark.parametrize(("form", "sign"), [("srt", "1\n00:00:00,"), ("vtt", "WEBVTT\n\n00:00:00.")])
def test_subtitles(env: dict[str, str], form: str, sign: str) -> None:
    done = diktate(env, "--format", form, SENTENCES[0].path)

    assert done.stdout.startswith(sign)
    assert " --> " in done.stdout


def test_any_format_is_read(env: dict[str, str], tmp_path: Path) -> None:
    clip = SENTENCES[0]
    flac = tmp_path / "clip.flac"
    subprocess.run(["sox", str(clip.path), "-r", "44100", "-c", "2", str(flac)], check=True, timeout=60)

    assert wrong_words(clip.text, diktate(env, flac).stdout) == 0


def test_a_file_that_is_no_sound_is_told_and_the_others_are_still_done(env: dict[str, str], tmp_path: Path) -> None:
    bad = tmp_path / "bad.wav"
    bad.write_text("not sound")

    done = diktate(env, bad, tmp_path / "missing.wav", SENTENCES[0].path)

    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 2
    assert "Traceback" not in done.stderr
    assert wrong_words(SENTENCES[0].text, done.stdout) == 0


def test_without_a_model_it_says_how_to_get_one(env: dict[str, str]) -> None:
    done = diktate({**env, "DIKTATE_STT_MODEL": ""}, SENTENCES[0].path)

    assert done.returncode == 1
    assert "diktate models get" in done.stderr
    assert "Traceback" not in done.stderr


def test_wrong_usage_ends_with_2(env: dict[str, str]) -> None:
    assert diktate(env).returncode == 2
    assert diktate(env, "--mode", "nonsense", "x.wav").returncode == 2
    assert diktate(env, "--live", "--speed", "0", "x.wav").returncode == 2
