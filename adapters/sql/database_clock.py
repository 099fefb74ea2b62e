"""The clock of a database server, so that workers agree on the time whatever their machines say."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...application.ports import Clock

_MEASURED_FOR = 5.0
"""Seconds for which a measurement is good; an engine asks its store for something at least that often."""


class DatabaseClock:
    """The `Clock` port: the database's time when it was last asked, and what has passed since.

    Leases and what is due compare instants that came from different machines. A call of the store takes the
    caller's `now`, because one decision of the domain uses it many times; so that all callers mean the same
    by it, they take it from here. What has passed is counted by the machine's monotonic clock: a step of its
    wall clock changes nothing. The answer of the database has been under way for a moment, so this clock is
    that much late and never early, and no run starts before its time.

    Until the database was first asked it is the machine's clock; `SqlEngineStore.open` asks.
    """

    def __init__(self, machine: Clock) -> None:
        self._machine = machine
        self._measured: tuple[datetime, float] | None = None

    @property
    def stale(self) -> bool:
        """Whether the database is to be asked again."""
        return self._measured is None or self._machine.monotonic() - self._measured[1] > _MEASURED_FOR

    def set(self, now: datetime) -> None:
        """Take over what the database has just answered."""
        self._measured = now, self._machine.monotonic()

    def now(self) -> datetime:
        """Return the current instant by the database's clock."""
        if self._measured is None:
            return self._machine.now()
        then, at = self._measured
        return then + timedelta(seconds=self._machine.monotonic() - at)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return self._machine.monotonic()

    def local(self, instant: datetime) -> datetime:
        """Return an aware instant in the machine's own time zone."""
        return self._machine.local(instant)
