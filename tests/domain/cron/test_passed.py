"""Counting occurrences by arithmetic comes to the same as going through them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.domain.cron.expression import read_expression
from cronlytic_mcp.domain.cron.passed import Passed, count_passed
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.domain.cron.expressions import EXPRESSIONS, INSTANTS, ZONES
from tests.domain.cron.schedules import firing, runs_between

SPANS = st.one_of(
    st.timedeltas(timedelta(0), timedelta(hours=3)), st.timedeltas(timedelta(0), timedelta(days=20))
)
# Fixed times and times by the clock, in and around the hours in which clocks change.
NIGHTLY = st.sampled_from(
    ["* * * * *", "*/7 1-3 * * *", "30 2 * * *", "0,30 1,2 * * *", "0 0 * * *", "59 23 * * 0", "15 0-4 * * 6"]
)
CHANGES = {
    "Europe/Berlin": ["2026-03-29T01:00", "2026-10-25T01:00"],
    "America/New_York": ["2026-03-08T07:00", "2026-11-01T06:00"],
    "Australia/Lord_Howe": ["2026-04-04T15:00", "2026-10-03T15:30"],
    "Asia/Beirut": ["2026-03-28T22:00", "2026-10-24T21:00"],
    "Pacific/Apia": ["2011-12-30T10:00"],
}


def count(expression, zone, after, until):
    return count_passed(read_expression(expression), zone, after, until)


def step(schedule, after, until):
    runs = runs_between(schedule, after, until)
    return Passed(len(runs), runs[-1] if runs else None)


@given(EXPRESSIONS, st.sampled_from(ZONES), INSTANTS, SPANS)
def test_the_count_is_that_of_stepping(expression, zone, after, span):
    schedule = firing(expression, zone)

    assert count(expression, zone, after, after + span) == step(schedule, after, after + span)


@given(NIGHTLY, st.sampled_from(sorted(CHANGES)), st.data())
def test_the_count_is_that_of_stepping_around_changes_of_the_clocks(expression, zone, data):
    change = datetime.fromisoformat(data.draw(st.sampled_from(CHANGES[zone]))).replace(tzinfo=UTC)
    minutes = st.integers(-1500, 1500).map(lambda minute: timedelta(minutes=minute))
    nearby = st.tuples(
        minutes, st.sampled_from([timedelta(0), timedelta(microseconds=1), timedelta(seconds=30)])
    )
    after, until = sorted(change + sum(data.draw(nearby), timedelta(0)) for _ in range(2))

    assert count(expression, zone, after, until) == step(CronSchedule(expression, zone), after, until)


def test_the_first_instant_is_left_out_and_the_last_one_is_in():
    noon = datetime(2026, 1, 15, 12, tzinfo=UTC)

    assert count("* * * * *", "UTC", noon, noon) == Passed(0, None)
    assert count("* * * * *", "UTC", noon, noon + timedelta(minutes=1)) == Passed(
        1, noon + timedelta(minutes=1)
    )
    assert count("0 * * * *", "UTC", noon - timedelta(microseconds=1), noon) == Passed(1, noon)


@pytest.mark.parametrize("zone", ["UTC", "Europe/Berlin"])
def test_a_month_of_minutes_is_counted_far_faster_than_it_is_stepped_through(zone):
    schedule, start = CronSchedule("* * * * *", zone), datetime(2026, 3, 7, tzinfo=UTC)
    end = start + timedelta(days=30)
    count("* * * * *", zone, start, end)  # what is remembered about zone and expression serves both

    began = perf_counter()
    counted = count("* * * * *", zone, start, end)
    arithmetic = perf_counter() - began
    began = perf_counter()
    stepped = len(schedule.next_runs(start, counted.count))
    stepping = perf_counter() - began

    assert counted.count == stepped == 43_200
    assert arithmetic * 10 < stepping
