"""Parse the arguments; run a command, or the app."""

from __future__ import annotations

import linecache
import os
import sys

from diktate import instance
from diktate.cli.parser import run
from diktate.errors import InstanceError
from diktate.paths import Paths
from diktate.words import N_


def main() -> None:
    """Run what the command line says and leave with its exit status."""
    sys.exit(run(sys.argv[1:], start))


def start(*, hidden: bool, debug: bool) -> int:
    """Run the app until it is quit; if one runs already, show its panel instead, without importing Qt."""
    paths = Paths.of_user()
    try:
        instance.ask(paths.runtime, "show", {"what": "" if hidden else "panel"})
    except instance.NotRunning:
        pass
    else:
        return 0
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise InstanceError(
            N_("There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set."),
            N_("Start diktate inside a desktop session, or use `diktate transcribe FILE`."),
        )
    # Before Qt: PySide6 reads the source of every module that is imported after it, to look for its own name.
    from diktate import toolbox as _toolbox  # noqa: F401
    from diktate.ui.app import main as app

    linecache.clearcache()  # the sources it has read
    return app(paths, hidden=hidden, debug=debug)


if __name__ == "__main__":
    main()
