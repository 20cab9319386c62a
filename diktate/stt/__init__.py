"""Speech engines: BACKENDS is the table of them."""

from diktate.stt.backend import Backend
from diktate.stt.faster_whisper import BACKEND as FASTER_WHISPER

BACKENDS: tuple[Backend, ...] = (FASTER_WHISPER,)


def find(engine: str) -> Backend:
    """Give the backend of that id; the first one if there is none."""
    return next((backend for backend in BACKENDS if backend.id == engine), BACKENDS[0])
