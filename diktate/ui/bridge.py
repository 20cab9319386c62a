"""Where other threads hand their news over: each signal is emitted on the thread that knows, and received on Qt's."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class Bridge(QObject):
    """Lives on the GUI thread; connect its signals to methods of QObjects only, or they run on the emitting thread."""

    keys_held = False
    """Whether a hotkey is held right now; written by the conductor, read by the worker."""
    key = Signal(object)
    """From the hotkey backend: Down, Up or Unusable."""
    engine = Signal(object)
    """From the speech host: EngineState."""
    ears = Signal(object)
    """From a recorder: a Reached or SoundEnded event."""
    slow = Signal()
    """From the worker: the window does not read the words yet."""
