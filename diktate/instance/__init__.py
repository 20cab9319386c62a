"""One running app and the owner-only connection to it: JSON in bytes over a socket, nothing that could be executed.

Each connection is one thread of the app and one exchange: the mutual HMAC challenge of `multiprocessing.connection`
with a key only the owner can read, one request, one reply; `follow` instead gets a state on every change.
"""

from diktate.instance.client import NotRunning, ask, follow
from diktate.instance.messages import Reply, Request
from diktate.instance.server import Server

__all__ = ["NotRunning", "Reply", "Request", "Server", "ask", "follow"]
