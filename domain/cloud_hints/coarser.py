"""The cron expressions that stand in for an interval and for a single time: whole minutes, in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ..errors import InvalidArguments, Problem

_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
# Only steps that divide the hour or the day: with any other the gap at its end would be shorter.
_EXPRESSIONS: dict[timedelta, str] = {
    _MINUTE: "* * * * *",
    **{step * _MINUTE: f"*/{step} * * * *" for step in (2, 3, 4, 5, 6, 10, 12, 15, 20, 30)},
    _HOUR: "0 * * * *",
    **{step * _HOUR: f"0 */{step} * * *" for step in (2, 3, 4, 6, 8, 12)},
    _DAY: "0 0 * * *",
    7 * _DAY: "0 0 * * 0",
    28 * _DAY: "0 0 1 * *",
    365 * _DAY: "0 0 1 1 *",
}
"""By the shortest gap between two of their runs, which grows from one to the next."""


def coarser_expression(interval: timedelta) -> tuple[str, timedelta]:
    """Return the tightest expression whose runs are at least `interval` apart, and its shortest gap.

    Raises:
        InvalidArguments: no expression is as coarse.
    """
    for gap, expression in _EXPRESSIONS.items():
        if gap >= interval:
            return expression, gap
    milliseconds = 365 * _DAY // timedelta(milliseconds=1)
    message = f"must be at most {milliseconds} here, a year; pause_until lets a job rest."
    raise InvalidArguments([Problem("interval_ms", "range", message, str(milliseconds))])


def minute_from(at: datetime) -> datetime:
    """Return the first full minute, in UTC, that is not before an instant."""
    full = at.astimezone(UTC).replace(second=0, microsecond=0)
    return full if full == at else full + _MINUTE


def dated_expression(minute: datetime) -> str:
    """Return the expression of a full minute in UTC; it comes again after a year."""
    return f"{minute.minute} {minute.hour} {minute.day} {minute.month} *"
