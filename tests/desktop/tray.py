"""Tray hosts, each with the smallest configuration that shows icons."""

from __future__ import annotations

from typing import Literal, TypeAlias

from tests.desktop.programs import Programs

Host: TypeAlias = Literal["xfce4", "tint2"]

XFCE4_PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
  <property name="configver" type="int" value="2"/>
  <property name="panels" type="array">
    <value type="int" value="1"/>
    <property name="panel-1" type="empty">
      <property name="position" type="string" value="p=6;x=0;y=0"/>
      <property name="position-locked" type="bool" value="true"/>
      <property name="length" type="uint" value="100"/>
      <property name="size" type="uint" value="32"/>
      <property name="icon-size" type="uint" value="24"/>
      <property name="plugin-ids" type="array">
        <value type="int" value="1"/><value type="int" value="2"/>
      </property>
    </property>
  </property>
  <property name="plugins" type="empty">
    <property name="plugin-1" type="string" value="tasklist"/>
    <property name="plugin-2" type="string" value="systray">
      <property name="square-icons" type="bool" value="true"/>
    </property>
  </property>
</channel>
"""
TINT2 = """
panel_items = TS
panel_position = top center horizontal
panel_size = 100% 32
systray_padding = 4 2 4
systray_icon_size = 24
"""


def start_xfce4(desk: Programs) -> None:
    """Start the Xfce panel: StatusNotifierItem and XEmbed in one plugin. Ready when the watcher's name is owned."""
    folder = desk.base / "cfg/xfce4/xfconf/xfce-perchannel-xml"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "xfce4-panel.xml").write_text(XFCE4_PANEL)
    desk.spawn(["xfce4-panel", "--disable-wm-check"], "xfce4-panel")


def start_tint2(desk: Programs) -> None:
    """Start tint2: XEmbed only."""
    file = desk.base / "cfg/tint2rc"
    file.write_text(TINT2)
    desk.spawn(["tint2", "-c", file], "tint2")
    desk.wait(lambda: desk.run(["xdotool", "search", "--onlyvisible", "--class", "tint2"]).strip(), "tint2")
