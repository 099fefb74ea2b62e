"""What is said aloud because a person may not expect it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.domain.schedule import CronSchedule


@pytest.mark.parametrize(
    "expression",
    [
        "* * * * *",
        "*/15 9-17 * * 1-5",
        "0 0 1 * *",
        "0 0 * * 1",
        "0 0 */2 * *",
        "0 0 */2 * */1",
        "0 0 1 1-12 *",
    ],
)
def test_a_plain_expression_surprises_nobody(expression):
    assert CronSchedule(expression).warnings == ()


@pytest.mark.parametrize(
    ("expression", "warning"),
    [
        ("*/70 * * * *", "minute: the step of '*/70' is larger than its range, which leaves only 0."),
        ("0 8-10/3 * * *", "hour: the step of '8-10/3' is larger than its range, which leaves only 8."),
        ("0 0 */31 * *", "day of month: the step of '*/31' is larger than its range, which leaves only 1."),
        ("0 0 * * 6-7/2", "day of week: the step of '6-7/2' is larger than its range, which leaves only 6."),
        (
            "0 0 13 * 5",
            "The job runs when EITHER day of month (13) and day of week (5) matches, not only when both do: that is cron's rule.",
        ),
        (
            "0 0 1-31 * MON",
            "The job runs when EITHER day of month (1-31) and day of week (1) matches, not only when both do: that is cron's rule. Together they name every day.",
        ),
        (
            "0 0 */2 * 1",
            "The job runs only when BOTH day of month (*/2) and day of week (1) match, because one of them starts with '*'.",
        ),
    ],
)
def test_what_surprises_is_said(expression, warning):
    assert CronSchedule(expression).warnings == (warning,)


def test_a_huge_step_is_repeated_in_short():
    [warning] = CronSchedule("*/" + "9" * 200 + " * * * *").warnings

    assert len(warning) < 120


def warnings(expression, timezone, after, count=3):
    schedule = CronSchedule(expression, timezone)
    instant = datetime.fromisoformat(after).replace(tzinfo=UTC)
    return schedule.clock_warnings(instant, schedule.next_runs(instant, count))


@pytest.mark.parametrize(
    ("expression", "timezone", "after", "warning"),
    [
        (
            "30 2 * * *",
            "Europe/Berlin",
            "2027-03-27 12:00",
            "On 2027-03-28 02:30 does not exist in Europe/Berlin, where the clocks change; the job runs once, at 03:00.",
        ),
        (
            "30 1 * * *",
            "America/New_York",
            "2026-10-31 12:00",
            "On 2026-11-01 01:30 comes twice in America/New_York, where the clocks change; the job runs the first time only.",
        ),
        (
            "*/15 * * * *",
            "Europe/Berlin",
            "2027-03-28 00:50",
            "On 2027-03-28 02:00, 02:15, 02:30 and 1 more do not exist in Europe/Berlin, where the clocks change; the job does not run then.",
        ),
        (
            "*/30 * * * *",
            "America/New_York",
            "2026-11-01 04:50",
            "On 2026-11-01 01:00 and 01:30 come twice in America/New_York, where the clocks change; the job runs both times.",
        ),
        (
            "0 9 * * *",
            "Pacific/Apia",
            "2011-12-28 00:00",
            "On 2011-12-30 09:00 does not exist in Pacific/Apia, where the clocks change; the job runs once, at 2011-12-31 00:00.",
        ),
    ],
)
def test_a_night_on_which_clocks_change_is_said_where_it_meets_the_runs(expression, timezone, after, warning):
    assert warning in warnings(expression, timezone, after)


def test_in_the_second_pass_the_repeated_hour_is_still_said():
    assert "come twice" in warnings("*/10 * * * *", "America/New_York", "2026-11-01 06:05")[0]


def test_fixed_times_are_warned_of_the_coming_nights_long_before():
    spring, autumn = warnings("30 2 * * *", "Europe/Berlin", "2026-11-22 12:00")

    assert spring.startswith("On 2027-03-28 02:30 does not exist")
    assert autumn.startswith("On 2027-10-31 02:30 comes twice")


def test_each_night_is_said_once_however_many_runs_meet_it():
    assert len(warnings("*/10 1-3 * * *", "Europe/Berlin", "2027-03-27 23:00", count=20)) == 1


def test_rare_runs_far_ahead_are_looked_at_too():
    found = warnings("30 2 31 10 *", "Europe/Berlin", "2031-11-22 12:00", count=6)

    assert [warning[:32] for warning in found] == ["On 2032-10-31 02:30 comes twice "]


@pytest.mark.parametrize(
    ("expression", "timezone", "after"),
    [
        ("30 2 * * *", "UTC", "2027-03-27 12:00"),
        ("30 2 * * *", "Asia/Tokyo", "2027-03-27 12:00"),
        ("0 9 * * *", "Europe/Berlin", "2027-03-27 12:00"),
        ("30 2 * * 1", "Europe/Berlin", "2027-03-27 12:00"),  # they change on Sundays
        ("*/15 * * * *", "Europe/Berlin", "2027-03-27 12:00"),  # not before the runs that are shown
        ("*/30 9 * * *", "Europe/Berlin", "2027-03-27 12:00"),
        ("0 3 * * *", "Europe/Berlin", "2027-10-31 12:00"),
    ],
)
def test_where_they_do_not_meet_nothing_is_said(expression, timezone, after):
    assert warnings(expression, timezone, after) == ()


def test_no_runs_need_no_warning():
    schedule = CronSchedule("*/15 * * * *", "Europe/Berlin")

    assert schedule.clock_warnings(datetime(2027, 3, 28, tzinfo=UTC) - timedelta(hours=1), []) == ()
