"""Checking a cron expression before a job is made with it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cronlytic_mcp.application.validate_cron import CronReport, validate_cron
from cronlytic_mcp.domain.errors import InvalidArguments
from tests.clock import NOON, FakeClock


def isoformat(instants):
    return [instant.isoformat() for instant in instants]


def test_a_valid_expression_is_explained():
    clock = FakeClock(zone=ZoneInfo("America/New_York"))

    report = validate_cron(clock, "*/15 9-17 * * MON-FRI", timezone="Europe/Berlin", count=2)

    assert (report.valid, report.problems, report.warnings) == (True, (), ())
    assert report.normalized == "*/15 9-17 * * 1-5"
    assert (
        report.description
        == "Every 15 minutes, between 09:00 and 17:59, Monday through Friday (Europe/Berlin)"
    )
    assert report.timezone == "Europe/Berlin"
    assert report.frequency == "about 26 times a day; runs are at least 15 minutes apart"
    assert isoformat(report.next_runs) == ["2026-01-15T13:15:00+01:00", "2026-01-15T13:30:00+01:00"]
    assert isoformat(report.next_runs_local) == ["2026-01-15T07:15:00-05:00", "2026-01-15T07:30:00-05:00"]


def test_left_to_itself_it_shows_five_runs_from_now_on_in_utc():
    report = validate_cron(FakeClock(), "0 * * * *")

    assert report.timezone == "UTC"
    assert isoformat(report.next_runs) == [f"2026-01-15T{hour}:00:00+00:00" for hour in range(13, 18)]


def test_the_runs_are_strictly_after_the_given_instant():
    after = datetime(2027, 3, 27, 2, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    report = validate_cron(FakeClock(), "30 2 * * *", timezone="Europe/Berlin", count=1, after=after)

    assert isoformat(report.next_runs) == ["2027-03-28T03:00:00+02:00"]
    assert report.warnings[0] == (
        "On 2027-03-28 02:30 does not exist in Europe/Berlin, where the clocks change; the job runs once, at 03:00."
    )


def test_what_surprises_in_the_typed_text_is_said_even_where_the_numeric_form_hides_it():
    report = validate_cron(FakeClock(), "0 0 * * 6-7/3")

    assert report.normalized == "0 0 * * 6"
    assert report.warnings == (
        "day of week: the step of '6-7/3' is larger than its range, which leaves only 6.",
    )


def test_an_invalid_expression_is_an_answer_with_every_problem():
    report = validate_cron(FakeClock(), "60 24 * * FRI-MON", timezone="Berlin")

    assert report == CronReport(
        valid=False,
        problems=report.problems,
        normalized=None,
        description=None,
        timezone="Berlin",
        next_runs=(),
        next_runs_local=(),
        warnings=(),
        frequency=None,
    )
    assert [(problem.field, problem.rule) for problem in report.problems] == [
        ("cron_expression", "range"),
        ("cron_expression", "range"),
        ("cron_expression", "order"),
        ("timezone", "unknown"),
    ]


@pytest.mark.parametrize("timezone", ["x" * 10_000, None])
def test_an_invalid_zone_is_not_repeated_at_length(timezone):
    report = validate_cron(FakeClock(), "* * * * *", timezone=timezone)

    assert not report.valid
    assert len(report.timezone) <= 64


@pytest.mark.parametrize("count", [-1, 0, 21, 10**9])
def test_a_count_out_of_range_is_refused(count):
    with pytest.raises(InvalidArguments) as refused:
        validate_cron(FakeClock(), "* * * * *", count=count)

    [problem] = refused.value.problems
    assert (problem.field, problem.rule) == ("count", "range")
    assert str(count) in problem.message


@pytest.mark.parametrize("count", [1, 20])
def test_one_to_twenty_runs_are_shown(count):
    assert len(validate_cron(FakeClock(), "0 0 29 2 */7", count=count).next_runs) == count


def test_what_is_wrong_with_the_arguments_is_said_together_with_the_rest():
    with pytest.raises(InvalidArguments) as refused:
        validate_cron(FakeClock(), "60 * * * *", timezone="Berlin", count=0, after=NOON.replace(year=2200))

    assert [(problem.field, problem.rule) for problem in refused.value.problems] == [
        ("cron_expression", "range"),
        ("timezone", "unknown"),
        ("count", "range"),
        ("after", "range"),
    ]


def test_an_instant_without_offset_is_refused():
    with pytest.raises(InvalidArguments, match="after: must have an offset from UTC"):
        validate_cron(FakeClock(), "* * * * *", after=NOON.astimezone(UTC).replace(tzinfo=None))
