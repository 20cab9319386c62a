"""Where settings, history, models, logs and resources live."""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP = "diktate"


@dataclass(frozen=True)
class Paths:
    """The folders of one user. Nothing is created here; whoever writes first makes its folder with `private`."""

    config: Path
    """settings.json"""
    data: Path
    """history.sqlite and models/"""
    state: Path
    """spool/ and the crash report"""
    logs: Path
    runtime: Path
    """The local connection; the path is kept short, a socket's may have 107 bytes."""

    @property
    def settings_file(self) -> Path:
        return self.config / "settings.json"

    @property
    def history_file(self) -> Path:
        return self.data / "history.sqlite"

    @property
    def models(self) -> Path:
        return self.data / "models"

    @property
    def spool(self) -> Path:
        return self.state / "spool"

    @classmethod
    def of_user(cls) -> Paths:
        """Give the platform's own places (XDG, %LOCALAPPDATA%, ~/Library)."""
        dirs = platformdirs.PlatformDirs(APP, appauthor=False, roaming=False)
        with warnings.catch_warnings():
            # without XDG_RUNTIME_DIR the folder below /tmp does, and the user's terminal need not hear of it
            warnings.simplefilter("ignore", platformdirs.RuntimeDirWarning)
            runtime = dirs.user_runtime_path
        return cls(
            config=dirs.user_config_path,
            data=dirs.user_data_path,
            state=dirs.user_state_path,
            logs=dirs.user_log_path,
            runtime=runtime,
        )


def private(folder: Path) -> Path:
    """Make the folder if need be, readable for its owner only, and give it back."""
    folder.mkdir(parents=True, exist_ok=True)
    if os.name == "posix" and folder.stat().st_mode & 0o077:
        folder.chmod(0o700)
    return folder


def resources() -> Path:
    """Give the folder of icons and help: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"
