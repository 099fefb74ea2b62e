"""How often a schedule fires: the mean and the smallest gap between runs, and a sentence about them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise, takewhile

from attrs import frozen

from .clock_changes import changes_between, offset_at
from .day_rule import DayRule
from .expression import CronExpression
from .matching_days import MatchingDays
from .occurrences import ONE_DAY, midnight, occurrences

_MOMENT = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)
_HOUR = timedelta(hours=1)
_WEEK = timedelta(days=7)
_YEAR = timedelta(days=365)
_FEWEST_DAYS = 4
_PERIODS = (("day", ONE_DAY), ("week", _WEEK), ("month", _YEAR / 12), ("year", _YEAR))


@frozen
class Frequency:
    """The gaps between runs. `sentence` says the same in plain words."""

    mean_gap: timedelta
    smallest_gap: timedelta
    sentence: str


def measure_frequency(expression: CronExpression, timezone: str, after: datetime) -> Frequency:
    """Return how often it fires in the year after `after`, or in more where that has too few runs.

    The mean is that of the wall clock. The smallest gap is exact, the nights of a clock change included.
    """
    days, span = _list_days(expression.days, (after + offset_at(timezone, after)).replace(tzinfo=None))
    times = expression.times
    gaps = {later - earlier for earlier, later in pairwise(times)}
    gaps |= {later - earlier + times[0] - times[-1] for earlier, later in pairwise(days)}
    mean = span / ((len(days) - 1) * len(times))
    smallest = _shorten_by_clock_changes(expression, timezone, after, min(gaps))
    if len(gaps) == 1 and (regular := _describe_regular(min(gaps))):
        return Frequency(mean, smallest, regular)
    # What is measured over a year or more is no promise: other years may have closer runs.
    runs = "runs" if expression.days.weekly else "the next runs"
    return Frequency(
        mean, smallest, f"{_describe_rate(mean)}; {runs} are at least {_describe(smallest)} apart"
    )


def _list_days(rule: DayRule, wall: datetime) -> tuple[list[datetime], timedelta]:
    """Return the matching days of a whole cycle with the first one after it, and the cycle's length.

    A cycle is a day or a week where every one is like the next, else a year; where a year has too few
    days, it is as long as these take.
    """
    search, start = MatchingDays(rule), midnight(wall)
    days = [search.first_from(start)]
    cycle, fewest = (ONE_DAY if rule.every_day else _WEEK, 1) if rule.weekly else (_YEAR, _FEWEST_DAYS)
    while days[-1] - start < cycle or len(days) <= fewest:
        days.append(search.first_from(days[-1] + ONE_DAY))
    return days, cycle if days[-2] - start < cycle else days[-1] - days[0]


def _shorten_by_clock_changes(
    expression: CronExpression, timezone: str, after: datetime, smallest: timedelta
) -> timedelta:
    for change in changes_between(timezone, after, after + _YEAR):
        # Only the gap across the change differs from those of the wall clock; a wider one is no news.
        reach = min(smallest, _YEAR)
        runs = takewhile(
            (change.at + reach).__ge__, occurrences(expression, timezone, change.at - reach - _MOMENT)
        )
        smallest = min([smallest, *(later - earlier for earlier, later in pairwise(runs))])
    return smallest


def _describe_regular(gap: timedelta) -> str | None:
    """Return e.g. ``every 15 minutes`` for a gap that is one unit, or several minutes or hours."""
    for name, unit in (("week", _WEEK), ("day", ONE_DAY), ("hour", _HOUR), ("minute", _MINUTE)):
        if gap == unit:
            return f"every {name}"
        if gap % unit == timedelta() and gap < ONE_DAY:
            return f"every {gap // unit} {name}s"
    return None


def _describe_rate(mean: timedelta) -> str:
    for name, period in _PERIODS:
        rate = period / mean
        if 1.5 <= rate < 2.5:
            return f"about twice a {name}"
        if rate >= 2.5:
            return f"about {round(rate)} times a {name}"
        if rate >= 0.95:
            return f"about once a {name}"
    years = round(mean / _YEAR)
    return "about once a year" if years == 1 else f"about once every {years} years"


def _describe(gap: timedelta) -> str:
    """Return the two largest units of a gap, such as ``1 hour 30 minutes``."""
    parts = []
    for name, unit in (("day", ONE_DAY), ("hour", _HOUR), ("minute", _MINUTE)):
        count, gap = divmod(gap, unit)
        if count:
            parts.append(f"{count} {name}{'' if count == 1 else 's'}")
    return " ".join(parts[:2])
