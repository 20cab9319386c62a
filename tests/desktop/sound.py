"""PulseAudio with a virtual microphone: what is played into `mic_in` is heard from the source `mic`."""

from __future__ import annotations

import signal
import wave
from pathlib import Path

from tests.desktop.programs import Process, Programs

# Without norewinds=1 a null sink works in blocks of 2 s: the first samples come after 1.2-1.6 s and the
# start of the speech is lost; with it they come after 12 ms.
MODULES = {
    "speaker": "module-null-sink sink_name=speaker rate=48000 channels=2 norewinds=1",
    "mic_in": "module-null-sink sink_name=mic_in rate=48000 channels=1 norewinds=1",
    "mic": "module-remap-source source_name=mic master=mic_in.monitor source_properties=device.description=VirtualMic",
}
ASOUNDRC = """
pcm.!default { type pulse hint { show on description "Default (pulse)" } }
ctl.!default { type pulse }
"""


class Sound:
    """The sound server of one desk, and what can go wrong with it."""

    def __init__(self, desk: Programs) -> None:
        self._desk = desk
        self._server: Process | None = None
        self._spoken = 0

    def environment(self) -> dict[str, str]:
        """Where programs find the server. It holds without one, too: nothing then starts a server of its own."""
        run, state = self._desk.base / "run", self._desk.base / "state"
        return {
            "PULSE_SERVER": f"unix:{run}/pulse.sock",
            "PULSE_RUNTIME_PATH": f"{run}/pulse",
            "PULSE_STATE_PATH": f"{state}/pulse",
            "PULSE_COOKIE": f"{run}/cookie",
        }

    def start(self) -> None:
        base = self._desk.base
        socket = base / "run/pulse.sock"
        socket.unlink(missing_ok=True)  # left behind by a killed server
        for folder in ("run/pulse", "state/pulse"):
            (base / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
        (base / "home/.asoundrc").write_text(ASOUNDRC)
        script = [f"load-module module-native-protocol-unix auth-anonymous=1 socket={socket}"]
        script += [f"load-module {module}" for module in MODULES.values()]
        script += ["set-default-sink speaker", "set-default-source mic"]
        (base / "desk.pa").write_text("\n".join(script) + "\n")
        words = "--daemonize=no --exit-idle-time=-1 --disable-shm=yes --use-pid-file=no --log-target=stderr"
        calm = "--realtime=no --high-priority=no"
        self._server = self._desk.spawn(
            ["pulseaudio", "-n", "-F", base / "desk.pa", *words.split(), *calm.split()], "pulseaudio"
        )
        self._desk.wait(lambda: self._pactl("get-default-source").strip() == "mic", "the sound server")

    def say(self, wav: Path, *, wait: bool) -> Process:
        """Play a file into the microphone; with `wait` until its last sample has been heard."""
        process = self._desk.spawn(["paplay", "--device=mic_in", wav], "paplay")
        if wait and process.wait(seconds(wav) + 30) != 0:
            raise RuntimeError(f"paplay failed: {self._desk.log('paplay')[-300:]}")
        return process

    def speak(self, text: str, voice: str, wpm: int) -> Path:
        """Write speech as a 16 kHz mono WAV with 0.3 s of silence around; nothing is played yet."""
        self._spoken += 1
        raw, wav = (self._desk.base / "tmp" / f"spoken{self._spoken}{end}" for end in (".raw.wav", ".wav"))
        self._desk.run(["espeak-ng", "-v", voice, "-s", str(wpm), "-w", raw, text])
        # -D: no dither, so that silence is exactly 0 and the file the same each time
        self._desk.run(["sox", "-D", raw, "-r", "16000", "-c", "1", "-b", "16", wav, "pad", "0.3", "0.3"])
        raw.unlink()
        return wav

    def mute(self, *, muted: bool) -> None:
        self._pactl("set-source-mute", "mic", str(int(muted)))

    def unplug(self, *, others_left: bool) -> None:
        """Take the microphone away; streams end. With `others_left` they move silently to the speaker's monitor."""
        gone = ["mic", "mic_in"] if others_left else ["mic", "mic_in", "speaker"]
        loaded = self._loaded()
        for name in gone:
            if name in loaded:
                self._pactl("unload-module", loaded[name])

    def plug(self) -> None:
        """Bring back what is missing, as the default and unmuted."""
        loaded = self._loaded()
        for name, module in MODULES.items():
            if name not in loaded:
                self._pactl("load-module", *module.split())
        self._pactl("set-default-sink", "speaker")
        self._pactl("set-default-source", "mic")
        self.mute(muted=False)

    def kill(self) -> None:
        """Let the server die without a word to anyone."""
        if self._server is not None:
            self._server.send_signal(signal.SIGKILL)
            self._server.wait()

    def revive(self) -> None:
        """Have everything as it was at the start, whatever a test has done."""
        if self._server is None or self._server.poll() is not None:
            self.start()
        self.plug()

    def _loaded(self) -> dict[str, str]:
        """Our names to the numbers of the modules that are loaded now."""
        modules = [line.split() for line in self._pactl("list", "short", "modules").splitlines()]
        return {name: words[0] for name in MODULES for words in modules if _made(name) & set(words)}

    def _pactl(self, *words: str) -> str:
        return self._desk.run(["pactl", *words])


def _made(name: str) -> set[str]:
    return {f"sink_name={name}", f"source_name={name}"}


def seconds(wav: Path) -> float:
    """How long a WAV lasts."""
    with wave.open(str(wav)) as file:
        return float(file.getnframes() / file.getframerate())
