"""E-mail addresses: exactly one, plainly written, and no slip of the keyboard in a well-known domain."""

from __future__ import annotations


def check_address(text: str) -> str:
    """Return the one address in `text`. Raises RefusedError, which never quotes it."""
    raise NotImplementedError


def masked(address: str) -> str:
    """Return "a***@e***.org": enough to know one's own list by, not enough to write to."""
    raise NotImplementedError
