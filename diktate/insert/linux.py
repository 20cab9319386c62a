"""Focus and paste keys on X11, by python-xlib and XTEST."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Literal

from Xlib import XK, X, Xatom
from Xlib.display import Display
from Xlib.error import BadWindow
from Xlib.ext import xtest
from Xlib.xobject.drawable import Window

from diktate.errors import InsertError
from diktate.insert.inserter import Focus, Read
from diktate.insert.x11_connection import Connection
from diktate.words import N_

_TERMINALS = """
    alacritty aterm com.mitchellh.ghostty cool-retro-term deepin-terminal eterm foot gnome-terminal
    gnome-terminal-server guake kgx kitty konsole lxterminal mate-terminal mlterm org.gnome.console org.gnome.ptyxis
    org.wezfurlong.wezterm ptyxis qterminal roxterm rxvt sakura st st-256color terminator terminology tilda tilix urxvt
    uxterm wezterm wezterm-gui xfce4-terminal xterm yakuake
"""
TERMINALS = frozenset(_TERMINALS.split())
"""Lower-case window classes of programs that paste PRIMARY on Shift+Insert.

Only these get PRIMARY: taking it drops the selection in GTK, so that a paste no longer replaces it (measured).
"""
_NO_TEXT = ("TARGETS", "TIMESTAMP", "MULTIPLE", "SAVE_TARGETS")
"""Asked by programs that only want to know whether they could paste."""
_KEYSYMS = {"enter": XK.XK_Return, "tab": XK.XK_Tab}


class X11Keys:
    """The keyboard and the focus of the X server in $DISPLAY; for one thread."""

    def __init__(self) -> None:
        self._connection = Connection()

    def focused(self) -> Focus | None:
        """Give the window with the focus; None for no window, the root, and the window manager's own stand-in."""
        with self._connection.use() as display:
            window = display.get_input_focus().focus
            if isinstance(window, int) or window.id == display.screen().root.id:
                return None
            mask = display.display.info.resource_id_mask
            if window.id & ~mask == _window_manager(display) & ~mask:
                return None
            names = _names(display, window)
            return Focus(window.id, names[1], not TERMINALS.isdisjoint(names), _reads(display, window, mask))

    def held(self) -> bool:
        with self._connection.use() as display:
            return any(display.query_keymap())

    def release_modifiers(self) -> bool:
        """Let go of modifiers that are down; what another keyboard really holds, the X server keeps down."""
        with self._connection.use() as display:
            for code in _modifiers_down(display):
                xtest.fake_input(display, X.KeyRelease, code)
            display.sync()
            return not _modifiers_down(display)

    def paste(self) -> None:
        """Send Shift+Insert: it pastes in every layout and toolkit tried, Ctrl+V does not in terminals (measured)."""
        with self._connection.use() as display:
            _send(display, XK.XK_Shift_L, XK.XK_Insert)

    def tap(self, key: Literal["enter", "tab"]) -> None:
        with self._connection.use() as display:
            _send(display, _KEYSYMS[key])

    def close(self) -> None:
        """Close the connection; the next call would open a new one."""
        self._connection.close()


def _window_manager(display: Display) -> int:
    """Give the window manager's own window, 0 if none: openbox and mutter focus one of theirs when nothing has it."""
    root = display.screen().root
    found = root.get_full_property(display.get_atom("_NET_SUPPORTING_WM_CHECK"), Xatom.WINDOW)
    return int(found.value[0]) if found and len(found.value) else 0


def _names(display: Display, window: Window) -> tuple[str, str]:
    """Give instance and class in lower case from the nearest ancestor that has them."""
    root = display.screen().root.id
    try:
        while isinstance(window, Window) and window.id != root:
            if names := window.get_wm_class():
                return names[0].lower(), names[1].lower()
            window = window.query_tree().parent
    except BadWindow:
        pass  # closed this moment
    return "", ""


def _reads(display: Display, window: Window, mask: int) -> Callable[[Read], bool]:
    """Tell reads of a text by the window's own X client; a read inside this process has the requestor 0."""
    client = 0 if _process(display, window) == os.getpid() else window.id & ~mask
    no_text = frozenset(display.get_atom(name) for name in _NO_TEXT)
    return lambda read: read.requestor & ~mask == client and read.target not in no_text


def _process(display: Display, window: Window) -> int:
    try:
        found = window.get_full_property(display.get_atom("_NET_WM_PID"), Xatom.CARDINAL)
    except BadWindow:
        return 0
    return int(found.value[0]) if found and len(found.value) else 0


def _modifiers_down(display: Display) -> list[int]:
    down = display.query_keymap()
    codes = {code for row in display.get_modifier_mapping() for code in row if code}
    return sorted(code for code in codes if down[code // 8] & (1 << code % 8))


def _send(display: Display, *keysyms: int) -> None:
    """Press keys in order and let go of them in reverse order."""
    if not display.has_extension("XTEST"):
        raise InsertError(
            N_("This X server lets no program press keys (XTEST is missing)."),
            N_("The text is on the clipboard: paste it with Ctrl+V."),
        )
    _follow_layout(display)
    codes = [_code(display, keysym) for keysym in keysyms]
    for code in codes:
        xtest.fake_input(display, X.KeyPress, code)
    for code in reversed(codes):
        xtest.fake_input(display, X.KeyRelease, code)
    display.sync()


def _follow_layout(display: Display) -> None:
    """Take in changes of the layout: python-xlib keeps the one from when the connection was opened."""
    while display.pending_events():
        event = display.next_event()
        if event.type == X.MappingNotify:
            display.refresh_keyboard_mapping(event)


def _code(display: Display, keysym: int) -> int:
    code = display.keysym_to_keycode(keysym)
    if not code:
        raise InsertError(
            N_("This keyboard layout has no key “{key}”."),
            N_("The text is on the clipboard: paste it with Ctrl+V."),
            key=XK.keysym_to_string(keysym) or hex(keysym),
        )
    return code
