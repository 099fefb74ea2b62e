"""How often a schedule fires: the gaps, and the sentence about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cronlytic_mcp.domain.schedule import CronSchedule
from tests.domain.cron.expressions import DAY_FIELDS, ZONES
from tests.domain.cron.schedules import firing, runs_between

AFTER = datetime(2026, 11, 22, 10, 7, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize(
    ("expression", "sentence", "mean", "smallest"),
    [
        ("* * * * *", "every minute", HOUR / 60, HOUR / 60),
        ("*/15 * * * *", "every 15 minutes", HOUR / 4, HOUR / 4),
        ("5-5 * * * *", "every hour", HOUR, HOUR),
        ("30 */2 * * *", "every 2 hours", 2 * HOUR, 2 * HOUR),
        ("30 2 * * *", "every day", DAY, DAY),
        ("0 9 * * 1", "every week", 7 * DAY, 7 * DAY),
        (
            "0 0 29 2 *",
            "about once every 4 years; the next runs are at least 1461 days apart",
            1461 * DAY,
            1461 * DAY,
        ),
        ("0 9,14 * * *", "about twice a day; runs are at least 5 hours apart", DAY / 2, 5 * HOUR),
        (
            "*/15 9-17 * * 1-5",
            "about 26 times a day; runs are at least 15 minutes apart",
            7 * DAY / 180,
            HOUR / 4,
        ),
        ("0 9 * * 1-5", "about 5 times a week; runs are at least 1 day apart", 7 * DAY / 5, DAY),
        (
            "30 8,18 * * 1",
            "about twice a week; runs are at least 10 hours apart",
            7 * DAY / 2,
            10 * HOUR,
        ),
        (
            "0 0 1 * *",
            "about once a month; the next runs are at least 28 days apart",
            365 * DAY / 12,
            28 * DAY,
        ),
        (
            "0 0 1 */3 *",
            "about 4 times a year; the next runs are at least 90 days apart",
            365 * DAY / 4,
            90 * DAY,
        ),
        (
            "0 0 1 1 *",
            "about once a year; the next runs are at least 365 days apart",
            1096 * DAY / 3,
            365 * DAY,
        ),
        # The first of half of the months, where it is a Sunday.
        (
            "0 0 1 1-6 */7",
            "about once a year; the next runs are at least 245 days apart",
            434 * DAY,
            245 * DAY,
        ),
        ("40 0,23 * * *", "about twice a day; runs are at least 1 hour apart", DAY / 2, HOUR),
        ("10 9,10,12 * * 2", "about 3 times a week; runs are at least 1 hour apart", 7 * DAY / 3, HOUR),
        (
            "0,50 */4 * * 0",
            "about twice a day; runs are at least 50 minutes apart",
            7 * DAY / 12,
            HOUR * 5 / 6,
        ),
        (
            "15 6 1,20 * *",
            "about twice a month; the next runs are at least 9 days apart",
            365 * DAY / 24,
            9 * DAY,
        ),
        ("59 7 * * 0,2", "about twice a week; runs are at least 2 days apart", 7 * DAY / 2, 2 * DAY),
        (
            "0,45 6,7 1 * *",
            "about 4 times a month; the next runs are at least 15 minutes apart",
            365 * DAY / 48,
            HOUR / 4,
        ),
    ],
)
def test_the_gaps_and_the_sentence(expression, sentence, mean, smallest):
    frequency = CronSchedule.parse(expression).frequency(AFTER)

    assert (frequency.sentence, frequency.smallest_gap) == (sentence, smallest)
    assert abs(frequency.mean_gap - mean) < mean / 100


@pytest.mark.parametrize(
    ("expression", "timezone", "smallest"),
    [
        ("0 9 * * *", "Europe/Berlin", 23 * HOUR),  # the short day in spring
        ("30 2 * * *", "Europe/Berlin", 23.5 * HOUR),  # 03:00 that day, 02:30 the next
        ("0 1,3 * * *", "Europe/Berlin", HOUR),
        ("0 */2 * * *", "Europe/Berlin", HOUR),  # 02:00 comes twice in autumn
        ("*/40 * * * *", "Europe/Berlin", HOUR / 3),
        ("15,45 2 * * *", "Australia/Lord_Howe", HOUR / 4),  # 02:15 moves to 02:30 one day
        ("0 0 1 1 *", "Europe/Berlin", 365 * DAY),
    ],
)
def test_the_smallest_gap_counts_the_nights_on_which_clocks_change(expression, timezone, smallest):
    assert CronSchedule.parse(expression, timezone).frequency(AFTER).smallest_gap == smallest


@given(
    st.sampled_from(["0 9", "30 2", "0,30 1-3", "15 */8", "45 0,23"]),
    DAY_FIELDS,
    st.sampled_from(ZONES),
    st.integers(2000, 2040),
)
@settings(max_examples=50)
def test_no_two_runs_of_the_coming_year_are_closer_than_the_smallest_gap(times, days, timezone, year):
    schedule = firing(f"{times} {days}", timezone)
    after = datetime(year, 2, 3, 4, 5, tzinfo=UTC)

    frequency = schedule.frequency(after)

    runs = [run for run in schedule.next_runs(after, 366 * 6) if run <= after + 365 * DAY]
    assert all(later - earlier >= frequency.smallest_gap for earlier, later in pairwise(runs))
    assert frequency.mean_gap >= frequency.smallest_gap


@given(DAY_FIELDS, st.integers(2000, 2040))
@settings(max_examples=50)
def test_the_mean_gap_is_that_of_the_runs_of_years(days, year):
    schedule = firing(f"30 1 {days}")
    after, years = datetime(year, 2, 3, tzinfo=UTC), timedelta(days=4 * 365)
    frequency = schedule.frequency(after)
    runs = runs_between(schedule, after, after + years)
    assume(len(runs) > 60)  # fewer differ much from one year to the next

    mean = years / len(runs)

    assert abs(mean - frequency.mean_gap) < 0.2 * mean
