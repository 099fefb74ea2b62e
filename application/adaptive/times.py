"""Spans and instants that somebody else gave."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ...domain.cron.served_years import find_instant_problem
from ...domain.errors import InvalidArguments, Problem


def read_milliseconds(field: str, number: float) -> timedelta:
    """Return so many milliseconds.

    Raises:
        InvalidArguments: nobody could count as many.
    """
    return _read(field, number, timedelta(milliseconds=1), "300000")


def read_minutes(field: str, number: float) -> timedelta:
    """Return so many minutes.

    Raises:
        InvalidArguments: nobody could count as many.
    """
    return _read(field, number, timedelta(minutes=1), "60")


def read_instant(field: str, instant: datetime) -> datetime:
    """Return an instant in UTC.

    Raises:
        InvalidArguments: it has no offset, or lies outside the years that are served.
    """
    if problem := find_instant_problem(field, instant):
        raise InvalidArguments([problem])
    return instant.astimezone(UTC)


def _read(field: str, number: float, unit: timedelta, example: str) -> timedelta:
    try:
        return number * unit
    except (OverflowError, ValueError):  # a number without end, or none at all
        raise InvalidArguments([Problem(field, "range", "is no span of time.", example)]) from None
