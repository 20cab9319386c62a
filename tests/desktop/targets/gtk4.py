"""A GTK 4 window with an entry: `gtk4 TITLE FILE`. PyGObject has no types here, so its objects are Any."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import gi

from tests.desktop.targets.kept import keep

gi.require_version("Gtk", "4.0")
from gi.repository import GLib, Gtk  # noqa: E402 - the version has to be chosen first


def main(title: str, file: Path) -> None:
    GLib.set_prgname("gtk4.py")  # what the window says its program is; only a GtkApplication sets it by itself
    Gtk.init()
    window = Gtk.Window(title=title, default_width=420, default_height=100)
    entry = Gtk.Entry()
    window.set_child(entry)
    loop: Any = GLib.MainLoop()
    entry.connect("changed", lambda _entry: keep(file, entry.get_text()))
    window.connect("destroy", lambda _window: loop.quit())
    keep(file, "")
    window.present()
    entry.grab_focus()
    loop.run()


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
