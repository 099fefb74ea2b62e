"""Looking at one job, pausing and resuming it, and reading its logs."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.application.get_job import get_job
from cronlytic_mcp.application.get_job_logs import get_job_logs
from cronlytic_mcp.application.pause_job import pause_job
from cronlytic_mcp.application.resume_job import resume_job
from cronlytic_mcp.domain.errors import InvalidArguments, JobNotFound
from cronlytic_mcp.domain.job import JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from tests.application.stories import spec

pytestmark = pytest.mark.anyio

USE_CASES = (get_job, pause_job, resume_job, get_job_logs)


async def test_a_job_pauses_and_resumes(gateway) -> None:
    job = await gateway.create(spec())
    assert await get_job(gateway, job.job_id) == job
    assert (await pause_job(gateway, job.job_id)).status is JobStatus.PAUSED
    resumed = await resume_job(gateway, job.job_id)
    assert (resumed.status, resumed.next_run_at) == (JobStatus.PENDING, job.next_run_at)


@pytest.mark.parametrize("use_case", USE_CASES)
@pytest.mark.parametrize("job_id", ["", "../ping", "x/resume?", "a b", "x" * 65, "%2e%2e", "é"])
async def test_ids_that_cannot_be_ids_never_reach_the_backend(gateway, use_case, job_id) -> None:
    with pytest.raises(InvalidArguments, match="list_jobs"):
        await use_case(gateway, job_id)


@pytest.mark.parametrize("use_case", USE_CASES)
async def test_unknown_ids_are_not_found(gateway, use_case) -> None:
    with pytest.raises(JobNotFound, match="list_jobs"):
        await use_case(gateway, "unknown")


async def with_runs(gateway, statuses: str) -> str:
    job = await gateway.create(spec())
    for age, letter in reversed(list(enumerate(statuses))):
        status = RunStatus.SUCCESS if letter == "s" else RunStatus.FAILED
        instant = datetime(2026, 1, 15, tzinfo=UTC) - timedelta(hours=age)
        gateway.record_run(job.job_id, LogEntry(instant, status, 200, 0.25))
    return job.job_id


async def test_logs_come_newest_first_up_to_the_limit(gateway) -> None:
    job_id = await with_runs(gateway, "s" * 30)
    logs = await get_job_logs(gateway, job_id)
    assert len(logs.entries) == 20
    assert logs.entries[0].timestamp == datetime(2026, 1, 15, tzinfo=UTC)
    assert len((await get_job_logs(gateway, job_id, limit=50)).entries) == 30


async def test_the_summary_is_of_all_entries_whatever_is_shown(gateway) -> None:
    job_id = await with_runs(gateway, "ffsssf")
    logs = await get_job_logs(gateway, job_id, status="failed", limit=2)
    assert [entry.status for entry in logs.entries] == [RunStatus.FAILED] * 2
    assert (logs.summary.runs, logs.summary.success_rate, logs.summary.streak) == (6, 0.5, 2)


async def test_a_job_that_never_ran_has_no_data(gateway) -> None:
    job = await gateway.create(spec())
    logs = await get_job_logs(gateway, job.job_id)
    assert (logs.entries, logs.summary.success_rate) == ((), None)


async def test_log_arguments_are_refused_together(gateway) -> None:
    with pytest.raises(InvalidArguments) as refused:
        await get_job_logs(gateway, "x", limit=51, status="pending")
    assert [problem.field for problem in refused.value.problems] == ["limit", "status"]
