"""What a schedule means from now on."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from cronlytic_mcp.application.schedule_report import ScheduleReport, report_schedule
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.clock import FakeClock


def test_it_says_the_runs_in_the_schedules_and_in_the_machines_zone():
    clock = FakeClock(datetime(2027, 3, 26, 12, 0, tzinfo=UTC), zone=ZoneInfo("Asia/Tokyo"))

    report = report_schedule(CronSchedule("30 2 * * *", "Europe/Berlin"), clock, count=3)

    assert report == ScheduleReport(
        normalized="30 2 * * *",
        description="At 02:30 (Europe/Berlin)",
        timezone="Europe/Berlin",
        next_runs=report.next_runs,
        next_runs_local=report.next_runs,  # the same instants
        warnings=report.warnings,
    )
    assert [run.isoformat() for run in report.next_runs] == [
        "2027-03-27T02:30:00+01:00",
        "2027-03-28T03:00:00+02:00",
        "2027-03-29T02:30:00+02:00",
    ]
    assert [run.isoformat() for run in report.next_runs_local] == [
        "2027-03-27T10:30:00+09:00",
        "2027-03-28T10:00:00+09:00",
        "2027-03-29T09:30:00+09:00",
    ]


def test_it_warns_of_the_expression_and_of_the_clocks():
    clock = FakeClock(datetime(2027, 3, 26, 12, 0, tzinfo=UTC))

    report = report_schedule(CronSchedule("5-9/7 2 13 * 5", "Europe/Berlin"), clock)

    assert [warning.split()[0:3] for warning in report.warnings] == [
        ["minute:", "the", "step"],
        ["The", "job", "runs"],
    ]
    assert (
        report_schedule(CronSchedule("30 2 * * *", "Europe/Berlin"), clock)
        .warnings[0]
        .startswith("On 2027-03-28 02:30 does not exist")
    )


def test_a_text_as_a_backend_stored_it_is_shown_in_its_numeric_form():
    report = report_schedule(CronSchedule("@daily"), FakeClock())

    assert report.normalized == "0 0 * * *"
    assert len(report.next_runs) == len(report.next_runs_local) == 5


def test_a_text_that_cannot_be_read_is_refused():
    with pytest.raises(InvalidArguments):
        report_schedule(CronSchedule("every day"), FakeClock())
