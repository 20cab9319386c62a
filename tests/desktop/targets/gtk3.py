"""A GTK 3 window with an entry: `gtk3 TITLE FILE`. PyGObject has no types here, so its objects are Any."""

from __future__ import annotations

import sys
from pathlib import Path

import gi

from tests.desktop.targets.kept import keep

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402 - the version has to be chosen first


def main(title: str, file: Path) -> None:
    window = Gtk.Window(title=title)
    entry = Gtk.Entry()
    window.add(entry)
    window.set_default_size(420, 100)
    entry.connect("changed", lambda _entry: keep(file, entry.get_text()))
    window.connect("destroy", Gtk.main_quit)
    keep(file, "")
    window.show_all()
    Gtk.main()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
