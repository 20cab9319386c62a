"""Notes when the tray icon of a process appears: an item announced on the session bus (StatusNotifierItem)."""

from __future__ import annotations

import os
import threading
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

WATCHER = "org.kde.StatusNotifierWatcher"
TURN_S = 0.2
LOOK_S = 0.005


class TrayItems:
    """Listens to the desktop's tray on a thread of its own. Use `with`; OSError or LookupError if there is none."""

    def __init__(self) -> None:
        self._seen: dict[int, float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="tray items", daemon=True)

    def __enter__(self) -> Self:
        from jeepney import MatchRule, message_bus
        from jeepney.io.blocking import open_dbus_connection

        if "DBUS_SESSION_BUS_ADDRESS" not in os.environ:
            raise LookupError
        self._bus: DBusConnection = open_dbus_connection()
        if not self._ask(message_bus.NameHasOwner(WATCHER)):
            self._bus.close()
            raise LookupError
        self._rule = MatchRule(type="signal", interface=WATCHER, member="StatusNotifierItemRegistered")
        self._ask(message_bus.AddMatch(self._rule))
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        self._bus.close()

    def wait(self, pid: int, until: float) -> float | None:
        """Give the moment (`time.monotonic()`) its icon was announced; None if it was not until then."""
        while pid not in self._seen and time.monotonic() < until:
            time.sleep(LOOK_S)
        return self._seen.get(pid)

    def _listen(self) -> None:
        with self._bus.filter(self._rule, bufsize=100) as signals:
            while not self._over.is_set():
                try:
                    news = self._bus.recv_until_filtered(signals, timeout=TURN_S)
                except TimeoutError:
                    continue
                at = time.monotonic()
                pid = self._pid(news)
                if pid is not None:
                    self._seen.setdefault(pid, at)

    def _pid(self, news: Message) -> int | None:
        from jeepney import message_bus
        from jeepney.wrappers import DBusErrorResponse

        try:
            return self._ask(message_bus.GetConnectionUnixProcessID(bus_name(news.body[0])))
        except DBusErrorResponse:  # gone again
            return None

    def _ask(self, message: Message) -> int:
        from jeepney.wrappers import unwrap_msg

        answer = unwrap_msg(self._bus.send_and_get_reply(message, timeout=5))
        return int(answer[0]) if answer else 0


def bus_name(item: str) -> str:
    """Give whose item it is: some hosts say `NAME`, others `NAME/path`."""
    return item.partition("/")[0]
