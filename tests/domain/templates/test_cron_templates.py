"""Every cron template keeps its claim: its runs are exactly the days and times that its title says."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest

from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.domain.templates.cron_template_table import CRON_TEMPLATES
from cronlytic_mcp.domain.templates.cron_templates import CronTemplate, TemplateGroup, ZoneEffect

START = datetime(2026, 1, 1, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
SPRING_CHANGE = date(2026, 3, 29)
"""The day without a 02:00 to 02:59 in Berlin."""
ONE_DAY = timedelta(days=1)

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
ALL_HOURS = range(24)


class Claim(NamedTuple):
    """What a title says, in no words of cron: the days, and the times of each of them."""

    times: list[time]
    day: Callable[[date], bool] = lambda day: True


def at(*texts: str) -> list[time]:
    return [time.fromisoformat(text) for text in texts]


def minutes(of_hour: Iterable[int], hours: Iterable[int] = ALL_HOURS) -> list[time]:
    of_hour = tuple(of_hour)
    return [time(hour, minute) for hour in hours for minute in of_hour]


def weekdays(*chosen: int) -> Callable[[date], bool]:
    return lambda day: day.weekday() in chosen


def dates(*chosen: tuple[int, int]) -> Callable[[date], bool]:
    return lambda day: (day.day, day.month) in chosen


def days_of_month(*chosen: int) -> Callable[[date], bool]:
    return lambda day: day.day in chosen


WORKING = weekdays(MON, TUE, WED, THU, FRI)

CLAIMS = {
    "Every minute": Claim(minutes(range(60))),
    "Every 2 minutes": Claim(minutes(range(0, 60, 2))),
    "Every 5 minutes": Claim(minutes(range(0, 60, 5))),
    "Every 10 minutes": Claim(minutes(range(0, 60, 10))),
    "Every 15 minutes": Claim(minutes((0, 15, 30, 45))),
    "Every 15 minutes, from 7 minutes past the hour": Claim(minutes((7, 22, 37, 52))),
    "Every 20 minutes": Claim(minutes((0, 20, 40))),
    "Every 30 minutes": Claim(minutes((0, 30))),
    "Every hour, on the hour": Claim(minutes((0,))),
    "Every hour at 17 minutes past, when fewer jobs start": Claim(minutes((17,))),
    "Every 2 hours from midnight": Claim(minutes((0,), range(0, 24, 2))),
    "Every 3 hours from midnight": Claim(minutes((0,), range(0, 24, 3))),
    "Every 4 hours from midnight": Claim(minutes((0,), range(0, 24, 4))),
    "Every 6 hours: 00:00, 06:00, 12:00 and 18:00": Claim(at("00:00", "06:00", "12:00", "18:00")),
    "Every 12 hours: midnight and noon": Claim(at("00:00", "12:00")),
    "Every day at 00:00": Claim(at("00:00")),
    "Every day at 03:17, when fewer jobs start": Claim(at("03:17")),
    "Every day at 09:00": Claim(at("09:00")),
    "Every day at 12:00": Claim(at("12:00")),
    "Every day at 18:00": Claim(at("18:00")),
    "Every day at 09:00 and 17:00": Claim(at("09:00", "17:00")),
    "Every day at 08:00, 13:00 and 18:00": Claim(at("08:00", "13:00", "18:00")),
    "Every hour from 22:00 to 05:00": Claim(minutes((0,), (0, 1, 2, 3, 4, 5, 22, 23))),
    "Monday to Friday at 09:00": Claim(at("09:00"), WORKING),
    "Monday to Friday at 18:00": Claim(at("18:00"), WORKING),
    "Every hour from 09:00 to 17:00, Monday to Friday": Claim(minutes((0,), range(9, 18)), WORKING),
    "Every 30 minutes from 09:00 to 16:30, Monday to Friday": Claim(minutes((0, 30), range(9, 17)), WORKING),
    "Every 15 minutes from 09:00 to 16:45, Monday to Friday": Claim(
        minutes((0, 15, 30, 45), range(9, 17)), WORKING
    ),
    "Every 5 minutes from 09:00 to 16:55, Monday to Friday": Claim(
        minutes(range(0, 60, 5), range(9, 17)), WORKING
    ),
    "Every hour from 18:00 to 08:00, Monday to Friday": Claim(
        minutes((0,), (*range(9), *range(18, 24))), WORKING
    ),
    "Every Monday at 09:00": Claim(at("09:00"), weekdays(MON)),
    "Every Friday at 17:00": Claim(at("17:00"), weekdays(FRI)),
    "Every Sunday at 03:17, when fewer jobs start": Claim(at("03:17"), weekdays(SUN)),
    "Every Tuesday and Thursday at 09:00": Claim(at("09:00"), weekdays(TUE, THU)),
    "Every Monday, Wednesday and Friday at 09:00": Claim(at("09:00"), weekdays(MON, WED, FRI)),
    "Saturday and Sunday at 10:00": Claim(at("10:00"), weekdays(SAT, SUN)),
    "On the 1st of every month at 00:00": Claim(at("00:00"), days_of_month(1)),
    "On the 1st of every month at 09:00": Claim(at("09:00"), days_of_month(1)),
    "On the 15th of every month at 09:00": Claim(at("09:00"), days_of_month(15)),
    "On the 1st and 15th of every month at 09:00": Claim(at("09:00"), days_of_month(1, 15)),
    "On the 28th of every month at 18:00, the last day that every month has": Claim(
        at("18:00"), days_of_month(28)
    ),
    "On the first day of every quarter at 09:00": Claim(at("09:00"), dates((1, 1), (1, 4), (1, 7), (1, 10))),
    "On 1 January and 1 July at 09:00": Claim(at("09:00"), dates((1, 1), (1, 7))),
    "Every year on 1 January at 00:00": Claim(at("00:00"), dates((1, 1))),
    "Every year on 31 December at 18:00": Claim(at("18:00"), dates((31, 12))),
    "On 29 February at 09:00, in leap years only": Claim(at("09:00"), dates((29, 2))),
}

each_template = pytest.mark.parametrize("template", CRON_TEMPLATES, ids=lambda t: t.template_id)


def with_zone(*effects: ZoneEffect) -> pytest.MarkDecorator:
    chosen = [template for template in CRON_TEMPLATES if template.zone in effects]
    return pytest.mark.parametrize("template", chosen, ids=lambda t: t.template_id)


def runs_of(template: CronTemplate, start: datetime, end: datetime, zone: str = "UTC") -> list[datetime]:
    schedule = CronSchedule(template.expression, zone)
    runs: list[datetime] = []
    after = start - timedelta(minutes=1)
    while not runs or runs[-1] < end:
        runs += schedule.next_runs(runs[-1] if runs else after, 500)
    return [run for run in runs if run < end]


def span_of(claim: Claim) -> timedelta:
    """Long enough for a leap year where runs are few, and a month with its weekends where they are many."""
    return timedelta(days=9 * 366) if len(claim.times) < 3 else timedelta(days=35)


@each_template
def test_the_runs_are_those_of_the_title_and_no_others(template: CronTemplate) -> None:
    claim = CLAIMS[template.title]
    span = span_of(claim)
    days = (START.date() + timedelta(days=n) for n in range(span.days))
    expected = [
        datetime.combine(day, moment, UTC) for day in days if claim.day(day) for moment in claim.times
    ]
    assert runs_of(template, START, START + span) == expected
    assert expected


@each_template
def test_the_expression_is_in_the_form_that_every_backend_takes(template: CronTemplate) -> None:
    schedule = CronSchedule(template.expression)
    assert (schedule.normalized, schedule.warnings) == (template.expression, ())


def test_ids_titles_and_expressions_differ_and_groups_stay_together() -> None:
    for values in zip(*((t.template_id, t.title, t.expression) for t in CRON_TEMPLATES), strict=True):
        assert len(set(values)) == len(CRON_TEMPLATES)
    assert list(dict.fromkeys(template.group for template in CRON_TEMPLATES)) == list(TemplateGroup)
    assert [t.group for t in CRON_TEMPLATES] == sorted(
        (t.group for t in CRON_TEMPLATES), key=list(TemplateGroup).index
    )
    assert len(CRON_TEMPLATES) >= 30


@with_zone(ZoneEffect.NONE)
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("start", [datetime(2026, 3, 7, tzinfo=UTC), datetime(2026, 10, 24, tzinfo=UTC)])
def test_where_the_zone_has_no_effect_its_runs_are_those_of_utc(template, zone, start) -> None:
    end = start + timedelta(days=3)
    assert runs_of(template, start, end, zone) == runs_of(template, start, end)


@with_zone(ZoneEffect.HOURS)
@pytest.mark.parametrize(
    "change", [datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)]
)
def test_the_gap_over_a_change_of_the_clocks_differs_by_an_hour(template, change) -> None:
    runs = runs_of(template, change - timedelta(days=3), change + timedelta(days=3), "Europe/Berlin")
    gaps = [later - earlier for earlier, later in pairwise(runs)]
    usual = gaps[0]
    unusual = [gap for gap in gaps if gap != usual]
    assert [abs(gap - usual) for gap in unusual] == [timedelta(hours=1)]


@with_zone(ZoneEffect.TIME_OF_DAY, ZoneEffect.DAY)
def test_with_a_zone_days_and_times_stay_on_the_clock(template: CronTemplate) -> None:
    claim = CLAIMS[template.title]
    first = date(2026, 1, 1) if len(claim.times) < 3 else date(2026, 3, 20)
    days = [first + timedelta(days=n) for n in range(span_of(claim).days)]
    wall = [datetime.combine(day, moment, BERLIN) for day in days if claim.day(day) for moment in claim.times]
    expected = [moment for moment in wall if moment.date() != SPRING_CHANGE or moment.hour != 2]
    start, end = (
        datetime.combine(day, time(), BERLIN).astimezone(UTC) for day in (first, days[-1] + ONE_DAY)
    )
    assert [run.astimezone(BERLIN) for run in runs_of(template, start, end, BERLIN.key)] == expected


def test_in_utc_the_local_time_moves_by_an_hour() -> None:
    daily = next(t for t in CRON_TEMPLATES if t.template_id == "daily-morning")
    local = {run.astimezone(BERLIN).hour for run in runs_of(daily, START, START + timedelta(days=365))}
    assert local == {10, 11}


def test_the_day_begins_with_the_zone() -> None:
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    assert (monday.strftime("%A"), monday.astimezone(ZoneInfo("America/New_York")).strftime("%A")) == (
        "Monday",
        "Sunday",
    )
