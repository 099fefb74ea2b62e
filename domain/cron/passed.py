"""How many occurrences lie between two instants, and the last of them, without going through them all."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import takewhile

from attrs import frozen

from .clock_changes import changes_between, offset_at
from .expression import CronExpression
from .occurrences import ONE_DAY, midnight, occurrences

_MOMENT = timedelta(microseconds=1)


@frozen
class Passed:
    """How many occurrences, and the last of them; None where there are none."""

    count: int
    last: datetime | None


def count_passed(expression: CronExpression, timezone: str, after: datetime, until: datetime) -> Passed:
    """Return the occurrences after `after` and up to and with `until`, both aware UTC.

    The times of a matching day are counted, not visited; only around a change of the zone's clocks, where
    times are skipped or repeated, the occurrences themselves tell.
    """
    total, last = 0, None
    for begin, end, calm in _parts(timezone, after, until):
        part = (_count_calm if calm else _count_each)(expression, timezone, begin, end)
        total, last = total + part.count, part.last or last
    return Passed(total, last)


def _parts(timezone: str, after: datetime, until: datetime) -> Iterator[tuple[datetime, datetime, bool]]:
    """Yield the parts of the time from `after` to `until`, and whether the clocks stand still in them."""
    for change in changes_between(timezone, after - ONE_DAY, until + ONE_DAY):
        size = abs(change.after - change.before)
        begin, end = max(after, change.at - size - _MOMENT), min(until, change.at + size)
        if begin < end:
            yield after, begin, True
            yield begin, end, False
            after = end
    yield after, until, True


def _count_each(expression: CronExpression, timezone: str, begin: datetime, end: datetime) -> Passed:
    found = list(takewhile(end.__ge__, occurrences(expression, timezone, begin)))
    return Passed(len(found), found[-1] if found else None)


def _count_calm(expression: CronExpression, timezone: str, begin: datetime, end: datetime) -> Passed:
    if begin >= end:
        return Passed(0, None)
    offset, times = offset_at(timezone, end), expression.times
    low, high = (begin + offset).replace(tzinfo=None), (end + offset).replace(tzinfo=None)
    first, final = midnight(low), midnight(high)
    days = [day for day in _days(first, final) if expression.days.matches(day)]
    before_first = bisect_right(times, low - first) if days and days[0] == first else 0
    until_final = bisect_right(times, high - final) if days and days[-1] == final else len(times)
    count = len(days) * len(times) - before_first - (len(times) - until_final) if days else 0
    if not count:
        return Passed(0, None)
    # The last matching day has none of them where the time of day ends before the first.
    wall = days[-1] + times[until_final - 1] if until_final else days[-2] + times[-1]
    return Passed(count, wall.replace(tzinfo=end.tzinfo) - offset)


def _days(first: datetime, final: datetime) -> Iterator[datetime]:
    while first <= final:
        yield first
        first += ONE_DAY
