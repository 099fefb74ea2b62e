"""A clock that stands still until a test moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
"""A Thursday in winter, at a full hour: a start that makes next runs easy to read."""


class FakeClock:
    """The `Clock` port for tests: time passes only through `advance`."""

    def __init__(self, instant: datetime = NOON, *, zone: tzinfo = UTC) -> None:
        self._instant = instant.astimezone(UTC)
        self._monotonic = 1000.0
        self._zone = zone

    def now(self) -> datetime:
        """Return the instant that the test has set, aware, in UTC."""
        return self._instant

    def monotonic(self) -> float:
        """Return seconds that move with `advance` only."""
        return self._monotonic

    def local(self, instant: datetime) -> datetime:
        """Return the instant in the zone that the test has chosen for the machine."""
        return instant.astimezone(self._zone)

    def advance(self, by: timedelta | float) -> None:
        """Let time pass: a `timedelta` or seconds."""
        duration = by if isinstance(by, timedelta) else timedelta(seconds=by)
        self._instant += duration
        self._monotonic += duration.total_seconds()
