"""The instants at which an expression fires in a zone, by Debian's rule for the nights of a clock change.

An expression that follows the real clock fires whenever the wall clock shows a matching time: twice
in a repeated hour, never in a skipped one. Any other names fixed times, each of which comes once: the
first time that the clock shows it or, where it never does, at the first instant after the gap.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from .clock_changes import stretches_from
from .expression import CronExpression
from .matching_days import MatchingDays

ONE_DAY = timedelta(days=1)


class WallTimes:
    """The times that an expression names, on a wall clock that knows no zone."""

    def __init__(self, expression: CronExpression) -> None:
        self._times = expression.times
        self._days = MatchingDays(expression.days)

    def between(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Yield the times from `start` on and before `end`."""
        day = self._days.first_from(midnight(start))
        first = bisect_left(self._times, start - day)
        while day < end:
            for time in self._times[first:]:
                if day + time >= end:
                    return
                yield day + time
            day, first = self._days.first_from(day + ONE_DAY), 0


def occurrences(expression: CronExpression, timezone: str, after: datetime) -> Iterator[datetime]:
    """Yield every instant, aware UTC, strictly after `after` and strictly ascending, up to the horizon."""
    times = WallTimes(expression)
    last = start_at = after.astimezone(UTC)
    shown: datetime | None = None  # the latest that the wall clock has shown so far
    for stretch in stretches_from(timezone, start_at):
        begin, end = stretch.wall_begin, stretch.wall_end
        start = begin if expression.follows_clock or shown is None else shown
        shown = end if shown is None else max(shown, end)
        if stretch.end <= start_at:
            continue
        if stretch.begin <= start_at:
            start = max(start, (start_at + stretch.offset).replace(tzinfo=None))
        for time in times.between(start, end):
            # A time before the begin was skipped: it comes now.
            instant = max(time, begin).replace(tzinfo=UTC) - stretch.offset
            if instant > last:
                yield instant
                last = instant


def midnight(wall: datetime) -> datetime:
    """Return the begin of the day."""
    return wall.replace(hour=0, minute=0, second=0, microsecond=0)
