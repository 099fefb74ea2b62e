"""Schedules as the property tests take them."""

from __future__ import annotations

from datetime import datetime

from hypothesis import assume

from cronlytic_mcp.domain.schedule import CronSchedule


def firing(expression: str, timezone: str = "UTC") -> CronSchedule:
    """Return the schedule; a generated one that never fires is no case."""
    schedule = CronSchedule(expression, timezone)
    problems = schedule.find_problems()
    assert {problem.rule for problem in problems} <= {"never_fires"}
    assume(not problems)
    return schedule


def runs_between(schedule: CronSchedule, after: datetime, end: datetime) -> list[datetime]:
    """Return every run after one instant and up to another."""
    runs = schedule.next_runs(after, 10)
    while runs[-1] <= end:
        runs += schedule.next_runs(runs[-1], 500)
    return [run for run in runs if run <= end]
