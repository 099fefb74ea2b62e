"""The one UTC expression that has the same runs as a schedule in a zone, until the zone's clocks change."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import islice, takewhile, zip_longest

from attrs import frozen

from .clock_changes import changes_between, offset_at
from .day_rule import DayRule
from .expression import CronExpression, read_expression
from .fields import CronField
from .occurrences import ONE_DAY, occurrences

_LOOK_AHEAD = timedelta(days=3650)
_HOUR = timedelta(hours=1)
_MINUTE = timedelta(minutes=1)
_MOST_COMPARED = 200
# What every month has. A day that moves beyond it would be another one in some months.
_SHORTEST = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@frozen
class UtcEquivalent:
    """An expression in UTC, and the instant at which it stops to have the same runs.

    valid_until: None where the zone's clocks do not change within ten years.
    """

    expression: str
    valid_until: datetime | None


def find_utc_equivalent(expression: CronExpression, timezone: str, now: datetime) -> UtcEquivalent | None:
    """Return the equivalent from `now` on, or None where no single expression has the same runs."""
    change = next(changes_between(timezone, now, now + _LOOK_AHEAD), None)
    text = _shift(expression, -offset_at(timezone, now))
    if text is None:
        return None
    end = change.at if change else now + _LOOK_AHEAD
    # What is shifted follows from the fields; comparing the runs also catches what does not, such as a
    # fixed time that has passed already because the clock shows this hour for the second time.
    theirs = _runs(read_expression(text), "UTC", now, end)
    if any(one != other for one, other in zip_longest(_runs(expression, timezone, now, end), theirs)):
        return None
    return UtcEquivalent(text, change.at if change else None)


def _runs(expression: CronExpression, timezone: str, after: datetime, end: datetime) -> Iterable[datetime]:
    return islice(takewhile(end.__gt__, occurrences(expression, timezone, after)), _MOST_COMPARED)


def _shift(expression: CronExpression, by: timedelta) -> str | None:
    """Return the expression whose wall clock is `by` ahead of this one's, if there is one."""
    if not by:
        return expression.text
    moved = [time + by for time in expression.times]
    days = _shift_days(expression, {time // ONE_DAY for time in moved})
    hours = tuple(sorted({time % ONE_DAY // _HOUR for time in moved}))
    minutes = tuple(sorted({time % _HOUR // _MINUTE for time in moved}))
    # Fields multiply: 09:15 and 10:45 alone are no expression.
    if days is None or by % _MINUTE or len(hours) * len(minutes) != len(moved):
        return None
    return f"{_write_times(minutes, expression.minute)} {_write_times(hours, expression.hour)} {days}"


def _shift_days(expression: CronExpression, moves: set[int]) -> str | None:
    rule, month = expression.days, expression.month.text
    if moves == {0}:
        return f"{expression.day.text} {month} {expression.weekday.text}"
    if rule.every_day:
        return "* * *"
    if len(moves) > 1 or not _days_can_move(rule, by := moves.pop()):
        return None
    days = _write_list([day + by for day in rule.days])
    return f"{days} {month} {_write_list(sorted((day + by) % 7 for day in rule.weekdays))}"


def _days_can_move(rule: DayRule, by: int) -> bool:
    """Whether the days next to the matching ones are a rule too."""
    if rule.days and rule.weekdays and not rule.either:
        return False  # "both" needs a field that starts with *, and the moved list is none
    if len(rule.months) < 12 and (rule.weekdays or not rule.days):
        return False  # at the edge of a month a day moves into the next one
    shortest = min(_SHORTEST[month - 1] for month in rule.months)
    return all(day + by >= 1 and max(day, day + by) <= shortest for day in rule.days)


def _write_times(values: tuple[int, ...], field: CronField) -> str:
    if values == field.values:
        return field.text
    step = values[1] - values[0] if len(values) > 2 else 1
    if values != tuple(range(values[0], values[-1] + 1, step)):
        return _write_list(values)
    whole = values[0] == 0 and values[-1] + step >= field.kind.size
    span = "*" if whole else _write_list(range(values[0], values[-1] + 1))
    return span if step == 1 else f"{span}/{step}"


def _write_list(values: Sequence[int]) -> str:
    """Return the values as a range or a list, without a star to start with unless there are none."""
    if len(values) > 2 and values[-1] - values[0] == len(values) - 1:
        return f"{values[0]}-{values[-1]}"
    return ",".join(map(str, values)) or "*"
