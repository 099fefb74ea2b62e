"""What an expression means, written a second time: minute by minute, straight from the rules, and slow.

Nothing here knows how the code under test works; both only know Debian's rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
WEEKDAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]


def number(word: str) -> int:
    if word.upper() in MONTHS:
        return MONTHS.index(word.upper()) + 1
    if word.upper() in WEEKDAYS:
        return WEEKDAYS.index(word.upper())
    return int(word)


def item_matches(item: str, value: int, low: int, high: int) -> bool:
    span, _, step = item.partition("/")
    if span == "*":
        first, last = low, high
    elif "-" in span:
        first, last = map(number, span.split("-"))
    else:
        first = last = number(span)
    return first <= value <= last and (value - first) % int(step or 1) == 0


def field_matches(text: str, value: int, low: int, high: int) -> bool:
    return any(item_matches(item, value, low, high) for item in text.split(","))


def time_matches(expression: str, wall: datetime) -> bool:
    minute, hour, *_ = expression.split()
    return field_matches(minute, wall.minute, 0, 59) and field_matches(hour, wall.hour, 0, 23)


def day_matches(expression: str, day: date) -> bool:
    _, _, of_month, month, of_week = expression.split()
    weekday = day.isoweekday() % 7
    by_month = field_matches(of_month, day.day, 1, 31)
    by_week = field_matches(of_week, weekday, 0, 7) or (weekday == 0 and field_matches(of_week, 7, 0, 7))
    both = of_month.startswith("*") or of_week.startswith("*")
    return field_matches(month, day.month, 1, 12) and (by_month and by_week if both else by_month or by_week)


def wall_matches(expression: str, wall: datetime) -> bool:
    return time_matches(expression, wall) and day_matches(expression, wall.date())


def is_wildcard(expression: str) -> bool:
    minute, hour, *_ = expression.split()
    return minute.startswith("*") or hour.startswith("*")


def runs_between(expression: str, timezone: str, after: datetime, end: datetime) -> Iterator[datetime]:
    """Look at every minute of the real clock; `after` and `end` are at full minutes."""
    zone = ZoneInfo(timezone)
    instant = after.astimezone(UTC)
    before = instant.astimezone(zone).replace(tzinfo=None)
    while (instant := instant + MINUTE) <= end:
        shown = instant.astimezone(zone)
        wall = shown.replace(tzinfo=None, fold=0)
        if is_wildcard(expression):
            fires = wall_matches(expression, wall)
        else:
            skipped = range(1, (wall - before) // MINUTE)
            fires = (shown.fold == 0 and wall_matches(expression, wall)) or any(
                wall_matches(expression, before + count * MINUTE) for count in skipped
            )
        if fires:
            yield instant
        before = wall


@cache
def change_hours(timezone: str, year: int) -> tuple[datetime, ...]:
    """The full hours of a year, in UTC, before which the zone's offset changed."""
    zone, hour = ZoneInfo(timezone), timedelta(hours=1)
    hours = [datetime(year, 1, 1, tzinfo=UTC) + count * hour for count in range(366 * 24)]
    offsets = [instant.astimezone(zone).utcoffset() for instant in hours]
    return tuple(hours[index] for index in range(1, len(hours)) if offsets[index] != offsets[index - 1])


LEAP_YEAR = [date(2028, 1, 1) + timedelta(days=count) for count in range(366)]
