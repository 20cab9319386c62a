"""Starting the app, or showing the one that already runs."""

from __future__ import annotations

import argparse
import os
import sys

from diktate import instance
from diktate.errors import InstanceError
from diktate.paths import Paths
from diktate.words import N_


def run(args: argparse.Namespace) -> int:
    """Run the app until it is quit; a second start shows the first one's panel. Qt is imported only for the first."""
    paths = Paths.of_user()
    try:
        instance.ask(paths.runtime, "show", {"what": "" if args.hidden else "panel"})
    except instance.NotRunning:
        pass
    else:
        return 0
    if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        raise InstanceError(
            N_("There is no screen here: neither DISPLAY nor WAYLAND_DISPLAY is set."),
            N_("Start diktate inside a desktop session, or use `diktate transcribe FILE`."),
        )
    from diktate.ui.app import main

    return main(paths, hidden=args.hidden, debug=args.debug)
