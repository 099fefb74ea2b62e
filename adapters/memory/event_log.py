"""The events in memory, numbered in the order in which they came."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

from attrs import evolve

from ...domain.engine.event import Event


class EventLog:
    """Gives each event the next sequence; forgotten events leave gaps."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self.last = 0

    def add(self, events: Iterable[Event]) -> None:
        """Add events in their order."""
        for event in events:
            self.last += 1
            self._events.append(evolve(event, sequence=self.last))

    def since(self, sequence: int, job_id: str | None) -> Iterator[Event]:
        """Yield the events after a place, of one job where it is given."""
        start = bisect_right(self._events, sequence, key=lambda event: event.sequence)
        return (event for event in islice(self._events, start, None) if job_id in (None, event.job_id))

    def forget(self, before: datetime, limit: int) -> int:
        """Delete up to `limit` events of before an instant, and return how many."""
        old = [event.sequence for event in self._events if event.at < before][:limit]
        forgotten = set(old)
        self._events = [event for event in self._events if event.sequence not in forgotten]
        return len(old)
