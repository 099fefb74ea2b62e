"""Marking the minutes of a schedule by arithmetic gives the runs that the schedule itself names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.load.minute_counts import MinuteCounts
from cronlytic_mcp.domain.load.minute_mask import mark_minutes, marked_minutes, next_full_minute
from cronlytic_mcp.domain.schedule import CronSchedule

MINUTE = timedelta(minutes=1)
THREE_DAYS = 3 * 24 * 60
A_WEEK = 7 * 24 * 60

MINUTES = ["*", "*/7", "0", "59", "5,35", "10-20/3"]
HOURS = ["*", "*/5", "0", "2", "1-3", "9-17/4,23"]
DAYS = ["*", "1", "*/2", "28-31", "1-7", "*/31,2-7", "1-31"]
MONTHS = ["*", "3", "11", "1-6"]
WEEKDAYS = ["*", "1", "1-5", "0,6", "*/7", "0-6"]
ZONES = ["UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia"]

expressions = st.tuples(*map(st.sampled_from, (MINUTES, HOURS, DAYS, MONTHS, WEEKDAYS))).map(" ".join)
starts = st.integers(0, 3 * 365 * 1440).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)


def runs_between(schedule: CronSchedule, start: datetime, minutes: int) -> list[datetime]:
    end = start + minutes * MINUTE
    runs = schedule.next_runs(start - MINUTE, 10)
    while runs[-1] < end:
        runs += schedule.next_runs(runs[-1], 100)
    return [run for run in runs if run < end]


@given(expressions, st.sampled_from(ZONES), starts)
def test_the_marks_are_the_runs(expression: str, zone: str, start: datetime) -> None:
    schedule = CronSchedule(expression, zone)
    mask = mark_minutes(schedule, start, A_WEEK)
    assert [start + place * MINUTE for place in marked_minutes(mask)] == runs_between(schedule, start, A_WEEK)


@pytest.mark.parametrize("expression", ["30 2 * * *", "*/15 * * * *", "*/15 2 * * *", "0 1-3 * * *"])
@pytest.mark.parametrize("night", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
@pytest.mark.parametrize("offset", range(-90, 91, 30))
def test_the_nights_when_clocks_change_are_marked_as_they_are_run(expression, night, offset) -> None:
    schedule = CronSchedule(expression, "Europe/Berlin")
    start = night + timedelta(hours=1, minutes=offset)
    marked = [start + place * MINUTE for place in marked_minutes(mark_minutes(schedule, start, 300))]
    assert marked == runs_between(schedule, start, 300)


def test_what_cannot_be_read_is_refused() -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    for schedule in (CronSchedule("61 * * * *"), CronSchedule("0 3 * * *", "Mars/Base")):
        with pytest.raises(InvalidArguments):
            mark_minutes(schedule, start, 60)


def test_no_minutes_have_no_marks() -> None:
    assert mark_minutes(CronSchedule("* * * * *"), datetime(2026, 1, 1, tzinfo=UTC), 0) == 0


@pytest.mark.parametrize("seconds", [0, 0.000001, 30, 59.999999])
def test_the_next_full_minute_is_strictly_later(seconds: float) -> None:
    instant = datetime(2026, 1, 1, 12, 0, tzinfo=UTC) + timedelta(seconds=seconds)
    assert next_full_minute(instant) == datetime(2026, 1, 1, 12, 1, tzinfo=UTC)


@given(st.lists(st.tuples(st.sets(st.integers(0, 63)), st.integers(1, 300)), max_size=12))
def test_counting_masks_is_counting_their_minutes(groups) -> None:
    counts = MinuteCounts(64)
    for minutes, times in groups:
        counts.add(sum(1 << minute for minute in minutes), times)
    expected = [sum(times for minutes, times in groups if minute in minutes) for minute in range(64)]
    assert counts.listed() == expected


def test_marks_come_in_ascending_order() -> None:
    mask = mark_minutes(CronSchedule("*/5 * * * *"), datetime(2026, 1, 1, tzinfo=UTC), THREE_DAYS)
    places = list(marked_minutes(mask))
    assert all(later - earlier == 5 for earlier, later in pairwise(places))
    assert len(places) == THREE_DAYS // 5
