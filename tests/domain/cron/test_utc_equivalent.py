"""The UTC expression that has the same runs until the clocks change: right whenever there is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cronlytic_mcp.domain.schedule import CronSchedule
from tests.domain.cron.expressions import DAY_FIELDS, HOURS, INSTANTS, MINUTES, ZONES
from tests.domain.cron.schedules import firing

NOW = datetime(2026, 11, 22, 10, 7, tzinfo=UTC)
SPRING = "2027-03-28T01:00:00+00:00"
NEVER = None


@pytest.mark.parametrize(
    ("expression", "timezone", "equivalent", "valid_until"),
    [
        ("30 2 * * *", "UTC", "30 2 * * *", NEVER),
        ("*/70 */5 */2 * 1", "UTC", "*/70 */5 */2 * 1", NEVER),
        ("@daily", "Africa/Abidjan", "0 0 * * *", NEVER),
        ("0 0 29 2 *", "Europe/London", "0 0 29 2 *", SPRING),
        ("0 9 * * MON-FRI", "Europe/Berlin", "0 8 * * 1-5", SPRING),
        ("*/15 9-17 * * 1-5", "Europe/Berlin", "*/15 8-16 * * 1-5", SPRING),
        ("15 */2 * * *", "Europe/Berlin", "15 1-23/2 * * *", SPRING),
        ("0 1,3 1 * *", "Europe/Berlin", "0 0,2 1 * *", SPRING),
        ("*/10 * 13 * 5", "Asia/Tokyo", None, None),
        ("* * * * *", "Asia/Tokyo", "* * * * *", NEVER),
        ("*/30 * * * *", "Asia/Kolkata", "*/30 * * * *", NEVER),
        ("0 * * * *", "Asia/Kolkata", "30 * * * *", NEVER),
        ("0 9-11 * * *", "Asia/Kathmandu", "15 3-5 * * *", NEVER),
        # Every day is the same, so a time may move to another one.
        ("30 0,9 * * *", "Asia/Tokyo", "30 0,15 * * *", NEVER),
        # The days move along where they are a rule again.
        ("0 3 * * 1-5", "Asia/Tokyo", "0 18 * * 0-4", NEVER),
        ("0 20 * * SUN,SAT", "America/Phoenix", "0 3 * * 0,1", NEVER),
        ("0 3 2-28 * *", "Asia/Tokyo", "0 18 1-27 * *", NEVER),
        ("0 3 31 1,3 *", "Asia/Tokyo", "0 18 30 1,3 *", NEVER),
        ("0 3 15 6 *", "Asia/Tokyo", "0 18 14 6 *", NEVER),
        ("0 3 10 * 1", "Asia/Tokyo", "0 18 9 * 0", NEVER),
        ("0 3 */31 * *", "Asia/Tokyo", None, None),
        # They are none at the edge of a month,
        ("0 3 1 * *", "Asia/Tokyo", None, None),
        ("0 3 31 * *", "Asia/Tokyo", None, None),
        ("0 20 28 * *", "America/Phoenix", None, None),
        ("0 3 * 6 *", "Asia/Tokyo", None, None),
        ("0 3 * 6 1", "Asia/Tokyo", None, None),
        ("0 3 10 6 1", "Asia/Tokyo", None, None),
        # where only some of the times move to another day,
        ("0 3,12 * * 1", "Asia/Tokyo", None, None),
        # where both days must match,
        ("0 3 10 * */2", "Asia/Tokyo", None, None),
        # and where the times are no longer every minute of every hour.
        ("15,45 9 * * *", "Asia/Kolkata", None, None),
        ("0,45 * * * *", "Asia/Kolkata", "15,30 * * * *", NEVER),
    ],
)
def test_the_equivalent_from_now_until_the_clocks_change(expression, timezone, equivalent, valid_until):
    found = CronSchedule(expression, timezone).utc_equivalent(NOW)

    assert (found.expression if found else None) == equivalent
    assert (found.valid_until.isoformat() if found and found.valid_until else None) == valid_until


def test_there_is_none_while_a_fixed_time_is_in_its_second_pass():
    schedule = CronSchedule("30 1 * * *", "America/New_York")
    second_pass = datetime(2026, 11, 1, 6, 10, tzinfo=UTC)

    assert schedule.utc_equivalent(second_pass) is None
    assert schedule.utc_equivalent(second_pass + timedelta(hours=1)) is not None


def test_there_is_none_for_an_offset_with_seconds():
    schedule = CronSchedule("30 1 * * *", "Africa/Monrovia")

    assert schedule.utc_equivalent(datetime(1971, 6, 1, tzinfo=UTC)) is None


TIMES = st.tuples(
    st.one_of(MINUTES, st.sampled_from(["0", "30", "15,45", "*/15", "*/7", "*", "0-30", "5,20,35,50"])),
    st.one_of(HOURS, st.sampled_from(["*", "3", "20", "*/2", "9-17", "1,13", "22,23"])),
).map(" ".join)
DAYS = st.one_of(DAY_FIELDS, st.sampled_from(["* * *", "* * 1-5", "2-27 * *", "10 * 1"]))


@given(TIMES, DAYS, st.sampled_from(ZONES), INSTANTS, st.integers(0, 399))
def test_its_runs_are_those_of_the_schedule(times, days, timezone, now, later):
    schedule = firing(f"{times} {days}", timezone)
    found = schedule.utc_equivalent(now)
    assume(found is not None)
    equivalent = CronSchedule.parse(found.expression)
    # Somewhere in its time, and at the very end of it.
    end = found.valid_until or now + timedelta(days=3650)
    starts = [now, min(now + timedelta(days=later), end), max(now, end - timedelta(days=2))]

    for start in starts:
        ours, theirs = schedule.next_runs(start, 50), equivalent.next_runs(start, 50)
        assert [run for run in ours if run < end] == [run for run in theirs if run < end]
