"""When an expression fires: the calendar, the zones, and the nights on which clocks change."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from cronsim import CronSim
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cronlytic_mcp.domain.schedule import CronSchedule
from tests.domain.cron import oracle
from tests.domain.cron.expressions import DAY_FIELDS, EXPRESSIONS, HOURS, INSTANTS, MINUTES, ZONES, or_star
from tests.domain.cron.schedules import firing, runs_between

ONE_DAY = timedelta(days=1)
TIMES = st.tuples(or_star(MINUTES), or_star(HOURS)).map(" ".join)


def walls(schedule, after, count):
    """The next runs as the zone's wall clock shows them, with the offset."""
    zone = ZoneInfo(schedule.timezone)
    after = datetime.fromisoformat(after).replace(tzinfo=zone)
    return [run.astimezone(zone).isoformat(timespec="minutes") for run in schedule.next_runs(after, count)]


@pytest.mark.parametrize(
    ("expression", "after", "expected"),
    [
        ("5-5 * * * *", "2026-11-22 00:00", ["2026-11-22T00:05", "2026-11-22T01:05", "2026-11-22T02:05"]),
        ("0 9 * * 1-1", "2026-11-22 00:00", ["2026-11-23T09:00", "2026-11-30T09:00", "2026-12-07T09:00"]),
        ("*/70 * * * *", "2026-11-22 00:00", ["2026-11-22T01:00", "2026-11-22T02:00"]),
        ("0 12 * * 7", "2026-11-22 12:00", ["2026-11-29T12:00"]),
        ("0 0 * * 5-7", "2026-11-22 00:00", ["2026-11-27T00:00", "2026-11-28T00:00", "2026-11-29T00:00"]),
        ("0 0 31 * *", "2026-11-22 00:00", ["2026-12-31T00:00", "2027-01-31T00:00", "2027-03-31T00:00"]),
        ("0 0 29 2 *", "2096-03-01 00:00", ["2104-02-29T00:00", "2108-02-29T00:00"]),
        # Either day may match, unless one starts with *.
        ("0 0 13 * 5", "2026-11-10 00:00", ["2026-11-13T00:00", "2026-11-20T00:00", "2026-11-27T00:00"]),
        ("0 0 13 * */5", "2026-11-10 00:00", ["2026-11-13T00:00", "2026-12-13T00:00", "2027-06-13T00:00"]),
        ("0 0 */2 * 1", "2026-11-22 00:00", ["2026-11-23T00:00", "2026-12-07T00:00", "2026-12-21T00:00"]),
        ("0 0 1-31 * 1", "2026-11-22 00:00", ["2026-11-23T00:00", "2026-11-24T00:00"]),
        ("0 0 1 * 0-6", "2026-11-22 00:00", ["2026-11-23T00:00", "2026-11-24T00:00"]),
        ("0 0 30 2 1", "2026-11-22 00:00", ["2027-02-01T00:00", "2027-02-08T00:00", "2027-02-15T00:00"]),
        ("@weekly", "2026-11-21 00:00", ["2026-11-22T00:00", "2026-11-29T00:00"]),
    ],
)
def test_the_next_runs_on_a_calendar_without_zone(expression, after, expected):
    schedule = CronSchedule.parse(expression)

    assert walls(schedule, after, len(expected)) == [f"{wall}+00:00" for wall in expected]


@pytest.mark.parametrize(
    ("expression", "timezone", "after", "expected"),
    [
        # A fixed time comes once, the first time that the clock shows it ...
        (
            "30 1 * * *",
            "America/New_York",
            "2026-10-31 12:00",
            ["2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"],
        ),
        # ... or at the first instant after the gap,
        (
            "30 2 * * *",
            "America/New_York",
            "2026-03-07 12:00",
            ["2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"],
        ),
        # once also where several lie in the gap, or another one at its end.
        (
            "0,15,30 2,3 * * *",
            "Europe/Berlin",
            "2027-03-28 00:00",
            ["2027-03-28T03:00+02:00", "2027-03-28T03:15+02:00", "2027-03-28T03:30+02:00"],
        ),
        # A wildcard follows the real clock: nothing in the gap, both passes of what is repeated.
        (
            "*/30 2 * * *",
            "Europe/Berlin",
            "2027-03-28 00:00",
            ["2027-03-29T02:00+02:00", "2027-03-29T02:30+02:00"],
        ),
        (
            "30 * * * *",
            "America/New_York",
            "2026-11-01 00:00",
            [
                "2026-11-01T00:30-04:00",
                "2026-11-01T01:30-04:00",
                "2026-11-01T01:30-05:00",
                "2026-11-01T02:30-05:00",
            ],
        ),
        # Lord Howe: half an hour.
        (
            "15,45 2 * * *",
            "Australia/Lord_Howe",
            "2026-10-04 00:00",
            ["2026-10-04T02:30+11:00", "2026-10-04T02:45+11:00", "2026-10-05T02:15+11:00"],
        ),
        (
            "*/20 * * * *",
            "Australia/Lord_Howe",
            "2027-04-04 01:30",
            [
                "2027-04-04T01:40+11:00",
                "2027-04-04T01:40+10:30",
                "2027-04-04T02:00+10:30",
            ],
        ),
        # A whole day that does not exist.
        (
            "30 9 * * *",
            "Pacific/Apia",
            "2011-12-29 00:00",
            ["2011-12-29T09:30-10:00", "2011-12-31T00:00+14:00", "2011-12-31T09:30+14:00"],
        ),
        ("0 */12 30 12 *", "Pacific/Apia", "2011-12-01 00:00", ["2012-12-30T00:00+14:00"]),
        # A gap at midnight moves the run, not the day's others.
        (
            "0 0,1 * * *",
            "Asia/Beirut",
            "2026-03-28 12:00",
            ["2026-03-29T01:00+03:00", "2026-03-30T00:00+03:00"],
        ),
        # A repetition across midnight keeps to the order of the real clock.
        (
            "30 * * * *",
            "America/St_Johns",
            "2010-11-06 22:45",
            [
                "2010-11-06T23:30-02:30",
                "2010-11-06T23:30-03:30",
                "2010-11-07T00:30-03:30",
            ],
        ),
        (
            "0 * * * *",
            "America/St_Johns",
            "2010-11-06 22:45",
            [
                "2010-11-06T23:00-02:30",
                "2010-11-07T00:00-02:30",
                "2010-11-07T00:00-03:30",
                "2010-11-07T01:00-03:30",
            ],
        ),
        # An offset with seconds, Liberia until 1972.
        ("0 9 1 * *", "Africa/Monrovia", "1971-12-02 00:00", ["1972-01-01T09:00-00:44:30"]),
    ],
)
def test_the_nights_on_which_clocks_change(expression, timezone, after, expected):
    schedule = CronSchedule.parse(expression, timezone)

    assert walls(schedule, after, len(expected)) == expected


def test_a_run_in_the_first_pass_is_over_in_the_second():
    schedule = CronSchedule.parse("30 1 * * *", "America/New_York")

    assert schedule.next_runs(datetime(2026, 11, 1, 6, 10, tzinfo=UTC), 1) == [
        datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
    ]


@pytest.mark.parametrize(("past", "day"), [(0, 23), (1, 23), (-1, 22)])
def test_the_next_run_is_strictly_after(past, day):
    after = datetime(2026, 11, 22, 9, 0, tzinfo=UTC) + timedelta(microseconds=past)

    assert CronSchedule.parse("0 9 * * *").next_runs(after, 1) == [datetime(2026, 11, day, 9, 0, tzinfo=UTC)]


def test_runs_are_aware_utc_whatever_zone_the_instant_is_in():
    schedule = CronSchedule.parse("0 9 * * *", "Asia/Tokyo")

    runs = schedule.next_runs(datetime(2026, 11, 22, 9, 0, tzinfo=ZoneInfo("Asia/Tokyo")), 2)

    assert [run.isoformat() for run in runs] == ["2026-11-23T00:00:00+00:00", "2026-11-24T00:00:00+00:00"]


@given(EXPRESSIONS, INSTANTS)
@settings(max_examples=50)
def test_in_utc_every_minute_of_two_days_agrees_with_the_rules(expression, after):
    schedule = firing(expression)
    first = schedule.next_runs(after, 1)[0]
    begin = first - timedelta(hours=3)

    assert runs_between(schedule, begin, begin + 2 * ONE_DAY) == list(
        oracle.runs_between(expression, "UTC", begin, begin + 2 * ONE_DAY)
    )


@given(DAY_FIELDS, st.dates(date(1990, 1, 1), date(2090, 1, 1)))
@settings(max_examples=60)
def test_every_day_of_years_agrees_with_the_rules(days, start):
    schedule = firing(f"0 0 {days}")
    begin = datetime(start.year, start.month, start.day, tzinfo=UTC)
    expected = [
        begin + count * ONE_DAY
        for count in range(1, 4 * 365)
        if oracle.day_matches(f"0 0 {days}", (begin + count * ONE_DAY).date())
    ]

    assert runs_between(schedule, begin, begin + (4 * 365 - 1) * ONE_DAY) == expected


@given(TIMES, st.sampled_from(ZONES[1:]), st.integers(1995, 2036), st.data())
def test_every_minute_around_a_clock_change_agrees_with_the_rules(times, timezone, year, data):
    changes = oracle.change_hours(timezone, year)
    assume(changes)
    change = data.draw(st.sampled_from(changes))
    begin = change - timedelta(minutes=data.draw(st.integers(1, 200)))
    end = change + timedelta(hours=26)

    schedule = CronSchedule.parse(f"{times} * * *", timezone)

    assert runs_between(schedule, begin, end) == list(
        oracle.runs_between(f"{times} * * *", timezone, begin, end)
    )


@given(EXPRESSIONS, st.sampled_from(ZONES), INSTANTS, st.integers(1, 30))
def test_runs_ascend_and_do_not_depend_on_where_one_asks_again(expression, timezone, after, cut):
    schedule = firing(expression, timezone)
    runs = schedule.next_runs(after, 40)

    assert all(earlier < later for earlier, later in pairwise([after, *runs]))
    assert schedule.next_runs(runs[cut - 1], 40 - cut) == runs[cut:]
    assert schedule.next_runs(runs[cut] - timedelta(microseconds=1), 1) == [runs[cut]]


def single_range_with_step(expression):
    """`5-5/10`: one value for Debian and for us; cronsim goes on to the end of the field."""
    ranges = [item for field in expression.split() for item in field.split(",") if "/" in item]
    return any(len(set(map(oracle.number, r.split("/")[0].split("-")))) == 1 for r in ranges if "*" not in r)


@given(EXPRESSIONS, INSTANTS)
def test_cronsim_agrees_in_utc(expression, after):
    assume(not single_range_with_step(expression))
    schedule = firing(expression)

    second_opinion = CronSim(expression, after)

    assert schedule.next_runs(after, 10) == [next(second_opinion) for _ in range(10)]
