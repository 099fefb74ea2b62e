"""The minutes in which a cron schedule fires, as the bits of one number.

A number of 10,080 bits holds a whole week, and to combine or to count such numbers costs the same
however often the schedule fires.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import TYPE_CHECKING

from ..schedule import CronSchedule

if TYPE_CHECKING:
    from ..cron.expression import CronExpression

_ONE_DAY = timedelta(days=1)
_ONE_MINUTE = timedelta(minutes=1)
_MINUTES_A_DAY = 1440


def mark_minutes(schedule: CronSchedule, start: datetime, minutes: int) -> int:
    """Return a number whose bit ``n`` is 1 if the schedule fires ``n`` minutes after `start`.

    `start` is a full minute, aware UTC; bits from `minutes` on are 0.

    Raises:
        InvalidArguments: the expression or the zone cannot be read.
    """
    from ..cron.clock_changes import changes_between, offset_at
    from ..cron.expression import read_expression

    expression = read_expression(schedule.expression)
    schedule.zone()
    end = start + timedelta(minutes=minutes)
    # A change before the start still decides about times that the clock shows again after it.
    if any(changes_between(schedule.timezone, start - _ONE_DAY, end)):
        return _mark_one_by_one(expression, schedule.timezone, start, end)
    wall = (start + offset_at(schedule.timezone, start)).replace(tzinfo=None)
    skipped = wall.hour * 60 + wall.minute
    days = _mark_days(expression, wall.date(), (skipped + minutes) // _MINUTES_A_DAY + 1)
    return days >> skipped & ~(-1 << minutes)


def marked_minutes(mask: int) -> Iterator[int]:
    """Yield the places of the bits that are 1, ascending."""
    bits = f"{mask:b}"[::-1]
    place = bits.find("1")
    while place >= 0:
        yield place
        place = bits.find("1", place + 1)


def next_full_minute(instant: datetime) -> datetime:
    """Return the first full minute strictly after `instant`, in UTC."""
    return instant.astimezone(UTC).replace(second=0, microsecond=0) + _ONE_MINUTE


def _mark_days(expression: CronExpression, first: date, count: int) -> int:
    minutes = sum(1 << minute for minute in expression.minute.values)
    day = sum(minutes << 60 * hour for hour in expression.hour.values)
    matching = (n for n in range(count) if expression.days.matches(first + n * _ONE_DAY))
    return sum(day << _MINUTES_A_DAY * n for n in matching)


def _mark_one_by_one(expression: CronExpression, timezone: str, start: datetime, end: datetime) -> int:
    """Return the mask of a time in which the zone's clocks change: only the runs themselves tell."""
    from ..cron.occurrences import occurrences

    runs = occurrences(expression, timezone, start - _ONE_MINUTE)
    places = {(run - start) // _ONE_MINUTE for run in takewhile(lambda run: run < end, runs)}
    return sum(1 << place for place in places)
