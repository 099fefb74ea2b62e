"""Jobs of the engine as the tests of its decisions take them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import evolve

from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.planned_job import JobView, PlannedJob
from cronlytic_mcp.domain.engine.run import Outcome, Run, RunSource, RunState, make_run_id
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot, Schedule

NOON = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)
MINUTELY, HOURLY, DAILY = CronSchedule("* * * * *"), CronSchedule("0 * * * *"), CronSchedule("0 3 * * *")


def at(minutes: float = 0, seconds: float = 0) -> datetime:
    return NOON + timedelta(minutes=minutes, seconds=seconds)


def every(seconds: int) -> IntervalSchedule:
    return IntervalSchedule(seconds)


def once(instant: datetime) -> OneShot:
    return OneShot(instant)


def a_spec(schedule: Schedule = HOURLY, **policy) -> JobSpec:
    return JobSpec("job", "https://example.com/", schedule, policy=ExecutionPolicy(**policy))


def a_job(schedule: Schedule = HOURLY, *, now: datetime = NOON, **policy) -> PlannedJob:
    return create("job-1", a_spec(schedule, **policy), now).job


def a_view(schedule: Schedule = HOURLY, *, active: int = 0, queued: Run | None = None, **policy) -> JobView:
    return JobView(a_job(schedule, **policy), active, queued)


def a_run(fire_at: datetime, state: RunState = RunState.CLAIMED, **changes) -> Run:
    source = changes.pop("source", RunSource.BASELINE_CRON)
    run = Run(make_run_id("job-1", fire_at, source), "job-1", fire_at, source, state, fire_at)
    return evolve(run, **changes)


def ended(fire_at: datetime, *, success: bool, seconds: float = 1, **changes) -> Run:
    outcome = Outcome(success, 1, 200 if success else 500, 0.1, "" if success else "no")
    return a_run(
        fire_at,
        RunState.SUCCESS if success else RunState.FAILED,
        started_at=fire_at,
        finished_at=fire_at + timedelta(seconds=seconds),
        outcome=outcome,
        **changes,
    )


def kinds(change) -> list[str]:
    return [event.kind.value for event in change.events]
