"""The port to whoever counts what an engine does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..domain.engine.event import Event
from ..domain.engine.run import Run


class EngineWatch(Protocol):
    """Is told what an engine has written; every method returns at once and raises nothing.

    It is the account of one process: what others write to the same store, they tell their own.
    """

    def note_claims(self, count: int) -> None:
        """Note that one call has claimed so many runs, 1 or more."""

    def note_ended(self, runs: Sequence[Run]) -> None:
        """Note runs, and stretches of them, of which nothing more will become."""

    def note_events(self, events: Sequence[Event]) -> None:
        """Note what is in the store's events now; without their sequence."""

    def note_lapsed(self, count: int) -> None:
        """Note that so many runs were taken over from engines that let their leases lapse."""
