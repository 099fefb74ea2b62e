"""The port to what keeps secrets unreadable for whoever has the store alone."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen


class WrongKey(Exception):
    """A text was sealed with another key than those at hand, or was changed since."""


class Vault(Protocol):
    """Seals texts. The same text is sealed differently each time."""

    def seal(self, text: str) -> str:
        """Return a text of visible ASCII that only `open` understands."""

    def open(self, sealed: str) -> str:
        """Return what was sealed, with this key or with one that this one follows.

        Raises:
            WrongKey: it cannot be told what that was.
        """


@frozen
class Sealing:
    """Whether a store is sealed, and how many of its rows that hold secrets are not yet, out of how many."""

    encrypted: bool
    clear: int
    total: int
