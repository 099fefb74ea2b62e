"""Where keys are kept, one a line, the one in use first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol


class KeysUnusable(Exception):
    """Keys cannot be read or written; the message is the end of a sentence that begins with the place."""


class KeyPlace(Protocol):
    """Keeps keys. Every call but `stamp` may raise `KeysUnusable`."""

    def read(self) -> Sequence[str]:
        """Return the keys, at least one."""

    def create(self, key: str) -> None:
        """Keep the first key, where there is none yet."""

    def add(self, key: str) -> None:
        """Put a key before those that are there."""

    def stamp(self) -> object:
        """Return something that differs once the keys have changed, as far as that can be seen cheaply."""


def split_keys(text: str) -> Sequence[str]:
    """Return the keys in a text; empty lines and those that begin with ``#`` are none.

    Raises:
        KeysUnusable: there are none.
    """
    lines = (line.strip() for line in text.splitlines())
    keys = [line for line in lines if line and not line.startswith("#")]
    if not keys:
        raise KeysUnusable("holds no key")
    return keys
