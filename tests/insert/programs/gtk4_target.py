"""A window with a GTK4 Entry: `gtk4_target.py TITLE FILE`; what it holds goes to FILE at each change."""

import sys
from pathlib import Path
from typing import Any

import gi

gi.require_version("Gtk", "4.0")
from gi.repository import Gtk  # noqa: E402 - the version is chosen before


def show(app: Any) -> None:
    window = Gtk.ApplicationWindow(application=app, title=sys.argv[1], default_width=400, default_height=100)
    entry = Gtk.Entry()
    window.set_child(entry)
    entry.connect("changed", lambda *_: Path(sys.argv[2]).write_text(entry.get_text(), encoding="utf-8"))
    window.present()
    entry.grab_focus()


app = Gtk.Application(application_id=None)
app.connect("activate", show)
app.run([])
