"""What goes over the connection: a request, a reply, a state, as bytes of JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from diktate.errors import DiktateError, InstanceError
from diktate.words import N_

MESSAGE_BYTES = 64 * 1024
FOLLOW = "follow"
NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Request:
    """What a command asks of the app."""

    command: str
    arguments: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Reply:
    """What the app answers; if not ok, the body is `{"what", "fix"}`."""

    ok: bool
    body: Mapping[str, Any] = field(repr=False)

    @classmethod
    def refusal(cls, error: DiktateError) -> Reply:
        return cls(ok=False, body={"what": error.what, "fix": error.fix})


def packed(values: Mapping[str, Any]) -> bytes:
    """Give the bytes to send, or raise InstanceError if they are too many."""
    message = json.dumps(values, ensure_ascii=False).encode()
    if len(message) > MESSAGE_BYTES:
        raise InstanceError(
            N_("That is too long for one message."), N_("At most {limit} bytes fit."), limit=MESSAGE_BYTES
        )
    return message


def unpacked(message: bytes) -> Request:
    """Read a request; ValueError or RecursionError if it is none."""
    match json.loads(message):
        case {"command": str(command), "arguments": dict(arguments)}:
            return Request(command, arguments)
        case _:
            raise ValueError
