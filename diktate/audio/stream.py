"""What a stream from a microphone is, and how a foreign sample rate becomes ours."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from diktate.flow import RATE_HZ

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Format:
    """How a device delivers: interleaved signed 16 bit samples."""

    rate_hz: int
    channels: int


OURS = Format(RATE_HZ, 1)


class FormatRefused(Exception):  # noqa: N818 - answered by asking again, no user ever meets it
    """The device doesn't deliver the format asked for."""

    def __init__(self, own: Format) -> None:
        super().__init__(own)
        self.own = own
        """What it does deliver."""


class Stream(Protocol):
    """A microphone that is open and delivering."""

    @property
    def latency_s(self) -> float:
        """How long a sample is under way before it is delivered."""
        ...

    def stop(self) -> None:
        """Deliver no more. Can hang for ever when the sound system does."""
        ...

    def close(self) -> None:
        """Give the device back, after `stop`. Can hang as well."""
        ...


class OpenStream(Protocol):
    """Opens a microphone and starts it; `diktate.audio.portaudio.open_stream` is the real one."""

    def __call__(
        self, device: str, form: Format, heard: Callable[[bytes], None], ended: Callable[[], None], *, fresh: bool
    ) -> Stream:
        """Open the device of that name ("" is the system's own choice). Blocks, and can hang for ever.

        `heard` and `ended` are called on a thread of the sound system and only queue; `ended` means that the stream
        has ended, by `stop` or because the device is gone. With `fresh` the list of devices is read again first.
        Raises FormatRefused if only the format is wrong, MicrophoneError for all else.
        """
        ...


class Converter:
    """Makes our PCM out of another format, as it comes. Nothing is loaded for sound that is ours already."""

    def __init__(self, form: Format) -> None:
        self._form = form
        if form != OURS:
            import numpy as np
            import soxr

            self._np = np
            self._resampler = soxr.ResampleStream(form.rate_hz, RATE_HZ, 1, dtype="float32")
            log.info("the microphone delivers %d Hz, %d channels; converting", form.rate_hz, form.channels)

    def convert(self, sound: bytes, *, last: bool = False) -> bytes:
        """Give what can be given so far; with `last` also what was held back for the filter."""
        if self._form == OURS:
            return sound
        frames = self._np.frombuffer(sound, "<i2").reshape(-1, self._form.channels)
        mono: npt.NDArray[np.float32] = frames.astype(self._np.float32).mean(axis=1)
        ours = self._resampler.resample_chunk(mono, last=last)
        return bytes(self._np.clip(self._np.rint(ours), -32768, 32767).astype("<i2").tobytes())


def open_in_any_format(
    open_stream: OpenStream, device: str, heard: Callable[[bytes], None], ended: Callable[[], None], *, fresh: bool
) -> tuple[Stream, Format]:
    """Open the device in our format, or else in its own; the sound then needs a Converter."""
    try:
        return open_stream(device, OURS, heard, ended, fresh=fresh), OURS
    except FormatRefused as refused:
        own = refused.own
    try:
        return open_stream(device, own, heard, ended, fresh=False), own
    except FormatRefused as refused:
        from diktate.audio.devices import refusal

        raise refusal(device, (), "format") from refused
