"""A window with a GTK3 Entry: `gtk3_target.py TITLE FILE`; what it holds goes to FILE at each change."""

import sys
from pathlib import Path

import gi

gi.require_version("Gtk", "3.0")
from gi.repository import Gtk  # noqa: E402 - the version is chosen before

window, entry = Gtk.Window(title=sys.argv[1]), Gtk.Entry()
window.add(entry)
entry.connect("changed", lambda *_: Path(sys.argv[2]).write_text(entry.get_text(), encoding="utf-8"))
window.show_all()
Gtk.main()
