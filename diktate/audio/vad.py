"""How likely a frame is speech: Silero VAD v6 by ONNX Runtime, one window after another.

The network is the file that faster-whisper ships; only the file is used, so that a process which needs no Whisper
never imports it. 0.31 CPU-ms for each 32 ms window, equal to the batch result within 0.005 (Xeon 2.5 GHz, one thread).
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from diktate.errors import SpeechError
from diktate.flow import RATE_HZ
from diktate.words import N_

if TYPE_CHECKING:
    from diktate.flow import Samples

WINDOW = 512
"""Samples in one window: 32 ms."""
CONTEXT = 64
"""Samples of the window before that the network also wants to see."""
WINDOW_S = WINDOW / RATE_HZ


class Detector:
    """A streaming voice detector for one dictation; not thread-safe."""

    def __init__(self, session: Any) -> None:
        import numpy as np

        self._session = session
        self._state = [np.zeros((1, 1, 128), np.float32), np.zeros((1, 1, 128), np.float32)]
        self._context = np.zeros(CONTEXT, np.float32)
        self._rest = np.zeros(0, np.float32)

    def add(self, samples: Samples) -> list[float]:
        """Take more sound and give the speech probability of each window that is now complete, 0..1."""
        import numpy as np

        sound = np.concatenate([self._rest, samples])
        whole = len(sound) // WINDOW * WINDOW
        self._rest = sound[whole:]
        return [self._window(sound[start : start + WINDOW]) for start in range(0, whole, WINDOW)]

    def flush(self) -> list[float]:
        """Judge the last, incomplete window, filled up with silence."""
        import numpy as np

        missing = -len(self._rest) % WINDOW
        return self.add(np.zeros(missing, np.float32)) if missing else []

    def _window(self, window: Samples) -> float:
        import numpy as np

        seen = np.concatenate([self._context, window])[None, :]
        probability, *self._state = self._session.run(None, {"input": seen, "h": self._state[0], "c": self._state[1]})
        self._context = window[-CONTEXT:]
        return float(probability.reshape(-1)[0])


def session() -> Any:
    """Load the network; takes about 0.15 s. Raises SpeechError if its file or ONNX Runtime is missing."""
    try:
        import onnxruntime
    except ImportError as error:
        raise SpeechError(
            N_("ONNX Runtime can't be loaded: {why}."), N_("Install diktate again."), why=error
        ) from error
    options = onnxruntime.SessionOptions()
    options.inter_op_num_threads = options.intra_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(str(_network()), sess_options=options, providers=["CPUExecutionProvider"])


def _network() -> Path:
    found = importlib.util.find_spec("faster_whisper")
    folder = Path(found.origin).parent if found and found.origin else Path()
    file = folder / "assets" / "silero_vad_v6.onnx"
    if not file.is_file():
        raise SpeechError(N_("The voice detector's file is missing."), N_("Install diktate again."))
    return file
