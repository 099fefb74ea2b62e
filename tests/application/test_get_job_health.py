"""A job's health comes from its log, its schedule and whether it is paused."""

from __future__ import annotations

from datetime import timedelta

import pytest

from cronlytic_mcp.application.get_job_health import get_job_health
from cronlytic_mcp.domain.errors import InvalidArguments, JobNotFound
from cronlytic_mcp.domain.health.verdict import Condition
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from tests.application.stories import spec

pytestmark = pytest.mark.anyio


async def job_with_runs(gateway, clock, statuses: str, gap: timedelta, **changes) -> str:
    """Make a job with a log, newest first, from a text such as ``"ssf"``."""
    job = await gateway.create(spec(**changes))
    for age, letter in reversed(list(enumerate(statuses, 1))):
        status = RunStatus.SUCCESS if letter == "s" else RunStatus.FAILED
        gateway.record_run(job.job_id, LogEntry(clock.now() - age * gap, status, 200, 0.25))
    return job.job_id


async def test_a_new_job_has_no_data(gateway, clock) -> None:
    job = await gateway.create(spec())
    health = await get_job_health(gateway, clock, job.job_id)
    assert health.job == job
    assert [window.success_rate for window in health.runs.windows] == [None, None, None]
    assert health.verdict.condition is Condition.NO_DATA


async def test_the_windows_and_the_verdict_come_from_the_log(gateway, clock) -> None:
    hour = timedelta(hours=1)
    job_id = await job_with_runs(gateway, clock, "sff" + "s" * 27, hour, cron_expression="0 * * * *")
    health = await get_job_health(gateway, clock, job_id)
    assert [(w.runs, w.successes, w.expected) for w in health.runs.windows] == [
        (1, 1, 1),
        (4, 2, 4),
        (24, 22, 24),
    ]
    assert (health.runs.mean_duration, health.runs.failure_streak) == (0.25, 0)
    assert health.verdict.condition is Condition.HEALTHY


async def test_a_log_of_fifty_that_begins_inside_the_day_is_said_to_be_cut(gateway, clock) -> None:
    job_id = await job_with_runs(
        gateway, clock, "s" * 60, timedelta(minutes=5), cron_expression="*/5 * * * *"
    )
    windows = (await get_job_health(gateway, clock, job_id)).runs.windows
    assert [(w.hours, w.complete, w.runs, w.missing) for w in windows] == [
        (1, True, 12, 0),
        (4, True, 48, 0),
        (24, False, 50, 0),
    ]


async def test_a_paused_job_is_paused(gateway, clock) -> None:
    job_id = await job_with_runs(gateway, clock, "fff", timedelta(minutes=5))
    await gateway.pause(job_id)
    health = await get_job_health(gateway, clock, job_id)
    assert (health.verdict.condition, health.runs.failure_streak) == (Condition.PAUSED, 3)


async def test_an_id_that_no_job_has_is_refused(gateway, clock) -> None:
    with pytest.raises(JobNotFound):
        await get_job_health(gateway, clock, "unknown")
    with pytest.raises(InvalidArguments):
        await get_job_health(gateway, clock, "../ping")
