"""How many runs fall into each hour of the week and each minute of the hour, and where there is room."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from .week_plan import WeekPlan

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SHOWN = 5
_HOURS_A_WEEK = 7 * 24


@frozen
class HourLoad:
    """An hour of the week in UTC, and how many runs start in it."""

    weekday: str
    hour: int
    runs: int


@frozen
class MinuteLoad:
    """A minute of the hour, how many runs start in it all week, and the most that do at once."""

    minute: int
    runs: int
    peak: int


@frozen
class Load:
    """The runs of a week, counted.

    by_hour: seven days from Monday, each with its 24 hours, in UTC. by_minute: 60 minutes of the hour.
    busiest_hours, busiest_minutes: at most `SHOWN`, none without runs. quietest_minutes: `SHOWN` of the
    minutes with the least at once; of equals, those that are no multiple of five come first, because
    everybody else's schedules are there.
    """

    runs: int
    by_hour: tuple[tuple[int, ...], ...]
    by_minute: tuple[int, ...]
    busiest_hours: tuple[HourLoad, ...]
    busiest_minutes: tuple[MinuteLoad, ...]
    quietest_minutes: tuple[MinuteLoad, ...]


def measure_load(plan: WeekPlan) -> Load:
    """Return the load of a plan."""
    week = _from_monday(plan)
    hours = [sum(week[hour * 60 : hour * 60 + 60]) for hour in range(_HOURS_A_WEEK)]
    minutes = [MinuteLoad(m, sum(week[m::60]), max(week[m::60])) for m in range(60)]
    return Load(
        runs=sum(week),
        by_hour=tuple(tuple(hours[day * 24 : day * 24 + 24]) for day in range(7)),
        by_minute=tuple(minute.runs for minute in minutes),
        busiest_hours=_busiest_hours(hours),
        busiest_minutes=tuple(
            sorted((m for m in minutes if m.runs), key=lambda m: (-m.runs, -m.peak, m.minute))[:SHOWN]
        ),
        quietest_minutes=tuple(sorted(minutes, key=_quietness)[:SHOWN]),
    )


def is_popular(minute: int) -> bool:
    """Whether a minute of the hour is one that people like to type."""
    return minute % 5 == 0


def _from_monday(plan: WeekPlan) -> Sequence[int]:
    since_monday = (plan.start.weekday() * 24 + plan.start.hour) * 60 + plan.start.minute
    split = len(plan.counts) - since_monday
    return plan.counts[split:] + plan.counts[:split]


def _busiest_hours(hours: Sequence[int]) -> tuple[HourLoad, ...]:
    busy = sorted(
        (hour for hour in range(_HOURS_A_WEEK) if hours[hour]), key=lambda hour: (-hours[hour], hour)
    )
    return tuple(HourLoad(WEEKDAYS[hour // 24], hour % 24, hours[hour]) for hour in busy[:SHOWN])


def _quietness(load: MinuteLoad) -> tuple[int, int, bool, int]:
    return load.peak, load.runs, is_popular(load.minute), load.minute
