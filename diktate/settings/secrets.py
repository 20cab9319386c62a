"""API keys in the system's keyring. It may ask for a password and block until answered: never on the GUI thread."""

from __future__ import annotations

UNSAFE = ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
"""Backends that keep nothing, or keep it for everyone to read."""


def backend() -> str | None:
    """Name the keyring in use; None if there is none, or only one that would store keys in plain sight."""
    import keyring
    from keyring.errors import KeyringError

    try:
        chosen = keyring.get_keyring()
    except KeyringError:
        return None
    kind = type(chosen)
    if chosen.priority <= 0 or kind.__module__.startswith(
        ("keyring.backends.fail", "keyring.backends.null", "keyrings.alt")
    ):
        return None
    return kind.__module__.rpartition(".")[2]
