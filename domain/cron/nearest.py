"""The cron expression that comes nearest to a schedule of another kind."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from math import log

_MINUTE, _HOUR, _DAY = 60, 3600, 86400
# Only steps that divide the hour or the day: their runs are evenly spaced.
_EVEN = {
    **{step * _MINUTE: f"*/{step} * * * *" for step in (2, 3, 4, 5, 6, 10, 12, 15, 20, 30)},
    **{step * _HOUR: f"0 */{step} * * *" for step in (2, 3, 4, 6, 8, 12)},
    _MINUTE: "* * * * *",
    _HOUR: "0 * * * *",
    _DAY: "0 0 * * *",
    7 * _DAY: "0 0 * * 0",
    30 * _DAY: "0 0 1 * *",
    365 * _DAY: "0 0 1 1 *",
}


def nearest_to_interval(seconds: int) -> str:
    """Return the expression whose runs are about so many seconds apart; a minute is the least."""
    return _EVEN[min(_EVEN, key=lambda gap: abs(log(gap / max(1, seconds))))]


def nearest_to_instant(at: datetime) -> str:
    """Return the expression, in UTC, that runs at the first full minute from an instant on, each year."""
    utc = at.astimezone(UTC)
    if utc.second or utc.microsecond:
        utc = utc.replace(second=0, microsecond=0) + timedelta(minutes=1)
    return f"{utc.minute} {utc.hour} {utc.day} {utc.month} *"
