"""Check a cron expression: every problem, or what it means."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from ..domain.cron.served_years import find_instant_problem
from ..domain.errors import InvalidArguments, Problem
from ..domain.schedule import CronSchedule
from .argument_checks import find_range_problem
from .ports import Clock
from .schedule_report import report_runs

MOST_RUNS = 20
_LONGEST_ECHO = 64


@frozen
class CronReport:
    """Whether an expression and its zone are valid; every problem, or what they mean.

    next_runs: aware, in the schedule's zone. next_runs_local: the same instants in the machine's zone.
    """

    valid: bool
    problems: tuple[Problem, ...]
    normalized: str | None
    description: str | None
    timezone: str
    next_runs: tuple[datetime, ...]
    next_runs_local: tuple[datetime, ...]
    warnings: tuple[str, ...]
    frequency: str | None


def validate_cron(
    clock: Clock,
    expression: str,
    *,
    timezone: str = "UTC",
    count: int = 5,
    after: datetime | None = None,
) -> CronReport:
    """Return whether a cron expression and a zone are valid, and their first `count` runs after an instant.

    Args:
        clock: says which instant `after` is where it is left out, and the machine's zone.
        expression: as a person or a model wrote it.
        timezone: an IANA name.
        count: 1 to 20.
        after: an aware instant in the years 1970-2199; the runs are strictly after it.

    Raises:
        InvalidArguments: `count` or `after` is out of range; with the problems of the other two as well.
    """
    start = clock.now() if after is None else after
    schedule = CronSchedule(expression, timezone)
    problems = schedule.find_problems()
    if unusable := tuple(_find_argument_problems(count, start)):
        raise InvalidArguments(problems + unusable)
    if problems:
        return _report_problems(problems, timezone)
    report = report_runs(schedule, clock, start, count)
    return CronReport(
        valid=True,
        problems=(),
        normalized=report.normalized,
        description=report.description,
        timezone=report.timezone,
        next_runs=report.next_runs,
        next_runs_local=report.next_runs_local,
        warnings=report.warnings,
        frequency=schedule.frequency(start).sentence,
    )


def _find_argument_problems(count: int, after: datetime) -> Iterator[Problem]:
    yield from find_range_problem("count", count, 1, MOST_RUNS)
    if problem := find_instant_problem("after", after):
        yield problem


def _report_problems(problems: tuple[Problem, ...], timezone: str) -> CronReport:
    return CronReport(
        valid=False,
        problems=problems,
        normalized=None,
        description=None,
        timezone=str(timezone)[:_LONGEST_ECHO],
        next_runs=(),
        next_runs_local=(),
        warnings=(),
        frequency=None,
    )
