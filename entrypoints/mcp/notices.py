"""What the person should be told with the next answer, once."""

from __future__ import annotations


class Notices:
    """Sentences that wait for the next answer of a tool."""

    def __init__(self) -> None:
        self._waiting: list[str] = []

    def add(self, sentence: str) -> None:
        """Tell this with the next answer."""
        self._waiting.append(sentence)

    def take(self) -> list[str]:
        """Return what waits, and forget it."""
        waiting, self._waiting = self._waiting, []
        return waiting
