"""Every sample on disk before anyone else reads it, whatever happens to the process or the disk."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
import threading
import time
import wave
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from diktate.audio.spool import Spool, leftovers, open_wav, prune
from diktate.errors import MicrophoneError
from diktate.flow import Sound
from tests.audio.fakes import counting


def child(code: str, *arguments: object) -> subprocess.Popen[str]:
    # standard error may be a file, and then a limit on file sizes would end the child's own complaints
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def all_of(sound: Sound) -> bytes:
    return b"".join(sound.blocks())


def test_what_is_appended_is_what_is_read(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path / "spool", "a")
    spool.append(counting(1000))
    spool.append(counting(777, 1001))
    spool.end()

    assert all_of(spool) == counting(1777)
    assert spool.trouble is None
    assert spool.seconds == 1777 / 16000


def test_only_the_owner_can_read_a_recording(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path / "spool", "a")
    spool.end()

    assert stat.S_IMODE(spool.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.path.parent.stat().st_mode) == 0o700


@pytest.mark.expects_warnings
def test_a_recording_already_there_is_not_overwritten(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "a.wav").write_bytes(b"old")
    spool = Spool.create(tmp_path, "a")
    spool.append(counting(100))
    spool.end()

    assert (tmp_path / "a.wav").read_bytes() == b"old"
    assert spool.trouble is not None


def test_readers_at_the_same_time_all_hear_everything(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path, "a")
    with ThreadPoolExecutor(6) as pool:
        heard = [pool.submit(lambda: list(spool.blocks(20))) for _reader in range(5)]
        for start in range(0, 32_000, 137):
            spool.append(counting(137, start))
            if start % 1370 == 0:
                time.sleep(0.001)
        heard.append(pool.submit(lambda: list(spool.blocks())))
        spool.end()
        results = [b"".join(future.result(20)) for future in heard]

    assert all(result == results[0] for result in results)
    assert len(results[0]) == 2 * 137 * len(range(0, 32_000, 137))


def test_a_reader_waits_for_more(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path, "a")
    blocks = spool.blocks()
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(next(blocks)))
    reader.start()
    spool.append(counting(1599))
    assert not got

    spool.append(counting(1, 1600))
    reader.join(10)

    assert got == [counting(1600)]
    spool.end()


def test_the_trouble_is_known_when_the_blocks_have_ended(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path, "a")
    spool.append(counting(10))
    trouble = MicrophoneError("Gone.", "Plug it in.")
    spool.end(trouble)
    spool.end(None)

    assert all_of(spool) == counting(10)
    assert spool.trouble is trouble


def test_reading_a_deleted_recording_is_a_microphone_error(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path, "a")
    spool.append(counting(10))
    spool.end()
    spool.delete()

    with pytest.raises(MicrophoneError):
        all_of(spool)


KILLED = """
    import struct, sys, time
    from pathlib import Path
    from diktate.audio.spool import Spool
    from tests.audio.fakes import counting
    spool = Spool.create(Path(sys.argv[1]), "killed")
    for n in range(10_000):
        spool.append(counting(160, 160 * n))
        print(n + 1, flush=True)
        time.sleep(0.002)
"""


@pytest.mark.parametrize("after", [3, 300, 1200])
def test_after_a_kill_every_appended_sample_is_there(tmp_path: Path, after: int) -> None:
    process = child(KILLED, tmp_path)
    assert process.stdout
    appended = 0
    while appended < after:
        appended = int(process.stdout.readline())
    process.send_signal(signal.SIGKILL)
    appended = max([appended, *map(int, process.stdout.read().split())])
    process.wait()
    process.stdout.close()

    with wave.open(str(tmp_path / "killed.wav")) as before_repair:
        assert before_repair.getparams()[:3] == (1, 2, 16_000)
        assert appended * 160 - before_repair.getnframes() < 16_000 * 6
    recovered = all_of(open_wav(tmp_path / "killed.wav"))
    assert len(recovered) >= 2 * 160 * appended
    assert recovered == b"".join(counting(160, 160 * n) for n in range(appended + 2))[: len(recovered)]
    with wave.open(str(tmp_path / "killed.wav")) as repaired:
        assert repaired.getnframes() * 2 == len(recovered)


FULL = """
    import os, resource, signal, sys
    from pathlib import Path
    from diktate.audio.spool import Spool
    from tests.audio.fakes import counting
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    spool = Spool(Path(sys.argv[1]) / "full.wav")
    resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
    spool.open()
    reading = spool.blocks()
    for n in range(500):
        spool.append(counting(160, 160 * n))
        if n == 40:
            first = next(reading)
    spool.end()
    wanted = counting(160 * 500)
    wanted = b"".join(counting(160, 160 * n) for n in range(500))
    assert first + b"".join(reading) == wanted
    assert b"".join(spool.blocks()) == wanted
    assert spool.trouble is not None
    print(spool.trouble)
"""


@pytest.mark.parametrize("limit", [0, 44, 30_001, 65_000])
def test_a_full_disk_loses_nothing_and_is_told(tmp_path: Path, limit: int) -> None:
    process = child(FULL, tmp_path, limit)
    told, _ = process.communicate(timeout=60)

    assert process.returncode == 0
    assert "could not be saved" in told
    assert "free some space" in told
    if limit > 44:
        with wave.open(str(tmp_path / "full.wav")) as saved:
            assert saved.getnframes() == (limit - 44) // 2


def test_a_foreign_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "stereo.wav"), "wb") as stereo:
        stereo.setparams((2, 2, 44_100, 0, "NONE", ""))
        stereo.writeframes(bytes(400))
    (tmp_path / "short.wav").write_bytes(b"RIFF")

    for name in ("stereo.wav", "short.wav", "missing.wav"):
        with pytest.raises(MicrophoneError) as refused:
            open_wav(tmp_path / name)
        assert refused.value.fix


def test_chunks_of_other_programs_behind_the_sound_are_not_heard(tmp_path: Path) -> None:
    path = tmp_path / "tagged.wav"
    spool = Spool.create(tmp_path, "tagged")
    spool.append(counting(100))
    spool.end()
    content = bytearray(path.read_bytes()) + b"LIST\x04\0\0\0abcd"
    content[4:8] = (len(content) - 8).to_bytes(4, "little")
    path.write_bytes(content)

    assert all_of(open_wav(path)) == counting(100)
    assert path.read_bytes() == content


def test_leftovers_are_given_oldest_first(tmp_path: Path) -> None:
    for stem, changed in (("late", 2_000_000), ("early", 1_000_000)):
        spool = Spool.create(tmp_path, stem)
        spool.append(counting(16_000))
        spool.end()
        os.utime(spool.path, (changed, changed))
    Spool.create(tmp_path, "empty").end()
    (tmp_path / "foreign.wav").write_bytes(b"nothing of ours")

    found = leftovers(tmp_path)

    assert [(left.path.stem, left.seconds) for left in found] == [("early", 1.0), ("late", 1.0)]
    assert found[0].started.timestamp() == 1_000_000 - 1


def test_repairing_a_leftover_keeps_when_it_was_spoken(tmp_path: Path) -> None:
    spool = Spool.create(tmp_path, "cut")
    spool.append(counting(16_000))
    os.utime(spool.path, (1_000_000, 1_000_000))

    assert leftovers(tmp_path)[0].started.timestamp() == 1_000_000 - 1
    assert leftovers(tmp_path)[0].started.timestamp() == 1_000_000 - 1
    spool.end()


def test_no_folder_means_no_leftovers(tmp_path: Path) -> None:
    assert leftovers(tmp_path / "never made") == []


def test_prune_keeps_what_it_is_told_to(tmp_path: Path) -> None:
    for stem in ("keep", "drop"):
        Spool.create(tmp_path, stem).end()

    assert prune(tmp_path, lambda stem: stem == "keep") == 1
    assert [path.stem for path in tmp_path.iterdir()] == ["keep"]
