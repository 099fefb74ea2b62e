"""The machine's clock: the one place that asks the system for the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The `Clock` port on the machine's own clocks and its configured time zone."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back, whatever is done to the wall clock."""
        return time.monotonic()

    def local(self, instant: datetime) -> datetime:
        """Return an aware instant in the machine's time zone, with the offset it has at that instant."""
        return instant.astimezone()
