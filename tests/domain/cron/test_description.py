"""The description in plain English: its words, and that it never contradicts the runs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.domain.cron import claims
from tests.domain.cron.expressions import DAY_FIELDS, EXPRESSIONS, HOURS, INSTANTS, MINUTES, or_star
from tests.domain.cron.schedules import firing

MINUTE, ONE_DAY = timedelta(minutes=1), timedelta(days=1)
A_MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("expression", "description"),
    [
        ("* * * * *", "Every minute"),
        ("*/15 * * * *", "Every 15 minutes"),
        ("0,30 * * * *", "Every 30 minutes"),
        ("0 * * * *", "Every hour"),
        ("1 * * * *", "At 1 minute past the hour"),
        ("0 */6 * * *", "Every 6 hours"),
        ("5 */6 * * *", "At 5 minutes past the hour, every 6 hours"),
        ("0 */12 * * *", "At 00:00 and 12:00"),
        ("*/15 9-17 * * MON-FRI", "Every 15 minutes, between 09:00 and 17:59, Monday through Friday"),
        ("0 9-17 * * *", "At 0 minutes past the hour, between 09:00 and 17:59"),
        ("0-30 9 * * *", "Minutes 0 through 30 past the hour, between 09:00 and 09:59"),
        ("5 9,11,13 * * *", "At 09:05, 11:05 and 13:05"),
        ("30 2 1 * *", "At 02:30, on day 1 of the month"),
        ("0 0 1,15 * *", "At 00:00, on day 1 and 15 of the month"),
        ("0 0 1-7 1,7 *", "At 00:00, between day 1 and 7 of the month, only in January and July"),
        ("0 0 * * 0,6", "At 00:00, only on Sunday and Saturday"),
        ("0 0 29 2 *", "At 00:00, on day 29 of the month, only in February"),
        # Here cron-descriptor, shown what was typed, says what is not true: every 70 minutes,
        ("*/70 * * * *", "Every hour"),
        # every 7 minutes,
        (
            "*/7 9 * * *",
            "At 0, 7, 14, 21, 28, 35, 42, 49, and 56 minutes past the hour, between 09:00 and 09:59",
        ),
        # every 5 hours, every 31 days, every 5 months,
        ("0 */5 * * *", "At 00:00, 05:00, 10:00, 15:00 and 20:00"),
        ("0 0 */31 * *", "At 00:00, on day 1 of the month"),
        ("0 0 1 */5 *", "At 00:00, on day 1 of the month, only in January, June, and November"),
        # at 09:00 and 17:00 (which are but two of the times),,
        ("*/15 9,17 * * *", "Every 15 minutes, in the hours that begin at 09:00 and 17:00"),
        # on those days or on Monday,
        (
            "0 0 */10 * 1",
            "At 00:00, on day 1, 11, 21, and 31 of the month, but only those that fall on Monday",
        ),
        # on day 1 of the month, Monday through Friday (which reads as both),
        ("0 0 1 * 1-5", "At 00:00, on day 1 of the month, or on Monday through Friday"),
        ("0 0 13 3-5 5", "At 00:00, on day 13 of the month, or on Friday, March through May"),
        # on day 30 of February,
        ("0 0 1-31 * 1", "At 00:00"),
        ("0 0 30 2 1", "At 00:00, only on Monday, only in February"),
        # every 6 weeks.
        ("0 0 * * 1-5/6", "At 00:00, only on Monday"),
    ],
)
def test_the_words(expression, description):
    assert CronSchedule.parse(expression).description == description


def test_the_zone_is_said_unless_it_is_utc():
    assert CronSchedule("0 9 * * *", "Europe/Berlin").description == "At 09:00 (Europe/Berlin)"
    assert CronSchedule("0 9 * * *", "UTC").description == "At 09:00"


def test_a_zone_that_is_none_has_no_description():
    with pytest.raises(InvalidArguments):
        _ = CronSchedule("0 9 * * *", "Nowhere/Land").description


@given(or_star(MINUTES), or_star(HOURS))
def test_it_names_exactly_the_minutes_of_a_day_that_have_a_run(minutes, hours):
    schedule = CronSchedule(f"{minutes} {hours} * * *")
    says = claims.read(schedule.description, "UTC")
    day = [A_MONDAY + count * MINUTE for count in range(24 * 60)]

    runs = [run for run in schedule.next_runs(A_MONDAY - MINUTE, len(day)) if run < A_MONDAY + ONE_DAY]

    assert [minute for minute in day if says(minute)] == runs


@given(DAY_FIELDS)
@settings(max_examples=60)
def test_it_names_exactly_the_days_of_years_that_have_a_run(fields):
    schedule = firing(f"0 0 {fields}")
    says = claims.read(schedule.description, "UTC")
    days = [A_MONDAY + count * ONE_DAY for count in range(3 * 365)]

    runs = [run for run in schedule.next_runs(A_MONDAY - MINUTE, len(days)) if run <= days[-1]]

    assert [day for day in days if says(day)] == runs


@given(EXPRESSIONS, INSTANTS, st.sampled_from(["UTC", "Asia/Kathmandu", "Pacific/Kiritimati"]))
def test_time_and_days_together_agree_with_the_runs_in_a_zone(expression, after, timezone):
    schedule = firing(expression, timezone)
    says = claims.read(schedule.description, timezone)
    zone = schedule.zone()

    runs = schedule.next_runs(after, 5)

    assert all(says(run.astimezone(zone)) for run in runs)
    until_first = min(runs[0] - after, ONE_DAY) // MINUTE
    between = (runs[0] - count * MINUTE for count in range(1, until_first))
    assert not any(says(instant.astimezone(zone)) for instant in between)
