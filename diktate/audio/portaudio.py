"""The microphone through PortAudio: the only place that touches sounddevice.

Importing it and starting PortAudio takes 0.3-0.5 s (measured), so that is done once and early by `warm_up`. PortAudio
reads the list of devices only then; reading it again ends every open stream, so `fresh` is granted only while none
is open. One lock keeps starting, ending, opening and closing apart.
"""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from diktate.audio import devices
from diktate.audio.devices import Microphone, Why, refusal
from diktate.audio.stream import Format, FormatRefused
from diktate.errors import MicrophoneError
from diktate.words import N_

log = logging.getLogger(__name__)

LATENCY_S = 0.1
"""Blocks of 25 ms and room for four: the lowest latency leaves 35 ms, which a busy machine oversleeps."""
FAREWELL_S = 0.5
PULSE_DEVICE = "pulse"
"""The ALSA plugin that leads to PulseAudio; it takes the source from the environment."""
NO_PLUGIN = N_("libasound2-plugins or pipewire-alsa may be missing")
FORMAT_ERRORS = {-9997, -9998}
"""paInvalidSampleRate, paInvalidChannelCount."""
BUSY_ERROR, ALSA_BUSY = -9985, -16

WINDOWS: bool = sys.platform == "win32"
WASAPI = "Windows WASAPI"

_lock = threading.RLock()
_open: set[PortAudioStream] = set()
"""The streams not yet closed, also those whose closing hangs."""
_leaving = threading.Event()


def warm_up() -> None:
    """Load PortAudio (0.3-0.5 s), so that the first key press needn't; from any thread but the GUI's."""
    with _lock:
        _load()


def microphones() -> tuple[Microphone, ...]:
    """Give PortAudio's list: all devices on Linux and macOS, those of the best host API on Windows. Blocks."""
    with _lock:
        sd = _load()
        if not _open:
            _restart(sd)
        return _listed(sd)


def open_stream(
    device: str, form: Format, heard: Callable[[bytes], None], ended: Callable[[], None], *, fresh: bool
) -> PortAudioStream:
    """Open and start a microphone, see `stream.OpenStream`."""
    with _lock, _com():
        sd = _load()
        if fresh and not _open:
            _restart(sd)
        stream = PortAudioStream()
        try:
            stream.open(sd, device, form, heard, ended)
        except (sd.PortAudioError, ValueError) as error:
            raise _refusal(sd, device, form, error) from error
        _open.add(stream)
        return stream


class PortAudioStream:
    """One open microphone."""

    def __init__(self) -> None:
        self._stream: Any = None
        self._overflows = 0

    def open(
        self, sd: Any, device: str, form: Format, heard: Callable[[bytes], None], ended: Callable[[], None]
    ) -> None:
        """Open and start; raises sounddevice's own errors."""

        def block(data: Any, _frames: int, _time: object, status: object) -> None:
            if _leaving.is_set():
                raise sd.CallbackAbort
            heard(bytes(data))
            if status:
                self._overflows += 1

        with _pinned(device):
            self._stream = sd.RawInputStream(
                samplerate=form.rate_hz,
                channels=form.channels,
                dtype="int16",
                latency=LATENCY_S,
                device=_number(sd, device),
                callback=block,
                finished_callback=ended,
                extra_settings=_extra(sd),
            )
            self._start()

    def _start(self) -> None:
        try:
            self._stream.start()
        except BaseException:
            self._stream.close()
            raise

    @property
    def latency_s(self) -> float:
        return float(self._stream.latency)

    def stop(self) -> None:
        # Outside the lock: it hangs as long as the sound server does, and the next dictation must be able to open.
        self._stream.stop()

    def close(self) -> None:
        with _lock, _com():
            self._stream.close()
            _open.discard(self)
        if self._overflows:
            log.info("the system was too busy %d times while recording; some sound is missing", self._overflows)


def _load() -> Any:
    first = "sounddevice" not in sys.modules
    import sounddevice as sd

    if first:
        # Its own exit handler ends PortAudio, which waits for ever for a stream that hangs.
        atexit.unregister(sd._exit_handler)  # noqa: SLF001 - the only handle there is
        atexit.register(_farewell)
        # Python unloads the library at its end, under the feet of a thread that hangs in it; ctypes never unloads.
        ctypes.CDLL(sd._libname)  # noqa: SLF001
        _quieten_alsa(quiet=True)
    return sd


def _farewell() -> None:
    """Leave, perhaps in mid-recording: a block that comes while Python ends crashes the process (seen).

    With `_leaving` set the next block ends its stream, and whoever holds it closes it. A stream whose server hangs
    delivers no block, so that one is left to the system.
    """
    _leaving.set()
    limit = time.monotonic() + FAREWELL_S
    while _open and time.monotonic() < limit:
        time.sleep(0.01)
    _quieten_alsa(quiet=False)


def _restart(sd: Any) -> None:
    """Have the list of devices read again (70 ms); ends open streams, so only when there are none."""
    with contextlib.suppress(sd.PortAudioError):
        sd._terminate()  # noqa: SLF001 - sounddevice has no public way
    sd._initialize()  # noqa: SLF001


def _listed(sd: Any) -> tuple[Microphone, ...]:
    apis = sd.query_hostapis()
    found = [device for device in sd.query_devices() if device["max_input_channels"] > 0]
    best = _best_api([str(apis[device["hostapi"]]["name"]) for device in found])
    default = sd.default.device[0]
    return tuple(
        Microphone(
            name=str(device["name"]),
            host_api=str(apis[device["hostapi"]]["name"]),
            default=device["index"] in {default, apis[device["hostapi"]]["default_input_device"]},
            channels=int(device["max_input_channels"]),
            title=str(device["name"]),
        )
        for device in found
        if best in {"", apis[device["hostapi"]]["name"]}
    )


def _best_api(names: list[str]) -> str:
    """Give the one host API to use; empty is any. MME cuts names at 31 characters, so it is only the last resort."""
    if not WINDOWS:
        return ""
    return next((api for api in (WASAPI, "MME") if api in names), "")


def _number(sd: Any, device: str) -> int | None:
    """Give PortAudio's number of the device for this moment; None is its own default. Raises ValueError if missing."""
    found = [entry for entry in sd.query_devices() if entry["max_input_channels"] > 0]
    apis = sd.query_hostapis()
    if WINDOWS:
        best = _best_api([str(apis[entry["hostapi"]]["name"]) for entry in found])
        found = [entry for entry in found if best in {"", apis[entry["hostapi"]]["name"]}]
        if not device and found:
            return int(apis[found[0]["hostapi"]]["default_input_device"])
    named = {str(entry["name"]): int(entry["index"]) for entry in reversed(found)}
    if device in named:
        return named[device]
    if PULSE_DEVICE in named:
        return named[PULSE_DEVICE]
    if device:
        raise ValueError(device if not devices.HAS_PULSE else NO_PLUGIN)
    return None


@contextlib.contextmanager
def _pinned(device: str) -> Iterator[None]:
    """Name the PulseAudio source while the stream is opened; libpulse reads the variable then and never again."""
    if not devices.HAS_PULSE or not device:
        yield
        return
    before = os.environ.get("PULSE_SOURCE")
    os.environ["PULSE_SOURCE"] = device
    try:
        yield
    finally:
        os.environ.pop("PULSE_SOURCE")
        if before is not None:
            os.environ["PULSE_SOURCE"] = before


def _extra(sd: Any) -> Any:
    """Have Windows convert the rate: in shared mode WASAPI refuses any other than its own."""
    return sd.WasapiSettings(auto_convert=True) if WINDOWS and _uses_wasapi(sd) else None


def _uses_wasapi(sd: Any) -> bool:
    return any(api["name"] == WASAPI and api["devices"] for api in sd.query_hostapis())


def _refusal(sd: Any, device: str, form: Format, error: Exception) -> FormatRefused | MicrophoneError:
    """Find out why, by looking at what there is now."""
    code, host_code = _codes(error)
    if code in FORMAT_ERRORS and (own := _own_format(sd, device)) and own != form:
        return FormatRefused(own)
    present = devices.microphones()
    return refusal(device, present, _why(device, present, code, host_code), str(error.args[0]) if error.args else "")


def _why(device: str, present: tuple[Microphone, ...], code: int, host_code: int) -> Why:
    if not present:
        return "none"
    if device and device not in {microphone.name for microphone in present}:
        return "missing"
    if code == BUSY_ERROR or host_code == ALSA_BUSY:
        return "busy"
    return "format" if code in FORMAT_ERRORS else "other"


def _codes(error: Exception) -> tuple[int, int]:
    """Give PortAudio's number and the host's own (0 if there is none)."""
    match error.args:
        case (_, int(code), (_, int(host_code), _)):
            return code, host_code
        case (_, int(code), *_):
            return code, 0
        case _:
            return 0, 0


def _own_format(sd: Any, device: str) -> Format | None:
    try:
        entry = sd.query_devices(_number(sd, device), "input")
    except (sd.PortAudioError, ValueError):
        return None
    return Format(int(entry["default_samplerate"]), min(2, int(entry["max_input_channels"])))


@contextlib.contextmanager
def _com() -> Iterator[None]:
    """Windows' sound needs COM on every thread that opens or closes; elsewhere nothing."""
    ole32 = getattr(ctypes, "windll").ole32 if WINDOWS else None  # noqa: B009 - mypy knows it on Windows only
    started = ole32 and ole32.CoInitializeEx(None, 0) >= 0
    try:
        yield
    finally:
        if ole32 and started:
            ole32.CoUninitialize()


def _quieten_alsa(*, quiet: bool) -> None:
    """Keep ALSA's complaints off the user's terminal; a C function of libc that does nothing takes them.

    PortAudio's own few lines on a lost device remain: it offers no way, and turning standard error off for the whole
    process would swallow other people's lines.
    """
    if not devices.HAS_PULSE:
        return
    with contextlib.suppress(OSError, AttributeError):
        nothing = ctypes.cast(ctypes.CDLL(None).getpid, ctypes.c_void_p) if quiet else None
        ctypes.CDLL("libasound.so.2").snd_lib_error_set_handler(nothing)
