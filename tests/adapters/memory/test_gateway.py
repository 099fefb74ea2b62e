"""What the memory gateway does besides the port's promises: a plan's name, runs told to it, a light start."""

from __future__ import annotations

import subprocess
import sys
from datetime import timedelta
from uuid import UUID

import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.domain.capabilities import Capabilities
from cronlytic_mcp.domain.errors import InvalidArguments, InvalidJob, JobNotFound, QuotaExceeded
from cronlytic_mcp.domain.job import JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.clock import FakeClock

pytestmark = pytest.mark.anyio

DAILY = JobSpec(name="daily", url="https://example.com/", schedule=CronSchedule("0 13 * * *"))


@pytest.fixture
def clock():
    return FakeClock()  # at noon


@pytest.fixture
def gateway(clock):
    return MemoryGateway(clock)


def run_at(instant, status=RunStatus.SUCCESS) -> LogEntry:
    return LogEntry(instant, status, 200, 0.1)


async def test_it_says_that_jobs_do_not_run_and_do_not_last(gateway):
    assert gateway.capabilities == Capabilities(
        backend="memory", time_zones=False, executes=False, durable=False, needs_credentials=False
    )


async def test_ids_are_uuids(gateway):
    job = await gateway.create(DAILY)

    assert str(UUID(job.job_id)) == job.job_id


async def test_the_limit_names_the_plan_that_was_given(clock):
    gateway = MemoryGateway(clock, job_limit=0, plan="demo")

    with pytest.raises(QuotaExceeded) as exceeded:
        await gateway.create(DAILY)

    assert exceeded.value.facts == {"plan": "demo", "used": 0, "limit": 0}


async def test_a_job_that_breaks_a_rule_is_refused_before_the_limit_is_looked_at(clock):
    gateway = MemoryGateway(clock, job_limit=0)

    with pytest.raises(InvalidJob):
        await gateway.create(JobSpec(name="", url="https://example.com/", schedule=DAILY.schedule))


@pytest.mark.parametrize("url", ["http://192.168.0.7/hook", "HTTPS://intranet/hook"])
async def test_where_a_url_may_lead_is_not_the_backends_rule(gateway, url):
    job = await gateway.create(JobSpec(name="local", url=url, schedule=DAILY.schedule))

    assert job.spec.url == url


@pytest.mark.parametrize(
    "url", ["", "example.com", "ftp://example.com", "https://", "https:///x", "http:// x"]
)
async def test_a_url_is_http_or_https_with_a_host(gateway, url):
    with pytest.raises(InvalidJob) as refused:
        await gateway.create(JobSpec(name="job", url=url, schedule=DAILY.schedule))

    assert [problem.field for problem in refused.value.problems] == ["url"]


async def test_the_next_run_moves_on_as_time_goes_by_although_nothing_runs(gateway, clock):
    job = await gateway.create(DAILY)
    due = job.next_run_at

    clock.advance(due - clock.now() - timedelta(microseconds=1))
    assert (await gateway.get(job.job_id)).next_run_at == due

    clock.advance(timedelta(microseconds=1))
    assert (await gateway.get(job.job_id)).next_run_at == due + timedelta(days=1)

    clock.advance(timedelta(days=30))
    assert [listed.next_run_at for listed in await gateway.list()] == [due + timedelta(days=31)]


async def test_a_resumed_jobs_next_run_counts_from_the_resume(gateway, clock):
    job = await gateway.create(DAILY)
    await gateway.pause(job.job_id)
    clock.advance(timedelta(days=3))

    resumed = await gateway.resume(job.job_id)

    assert resumed.next_run_at == job.next_run_at + timedelta(days=3)


async def test_a_job_handed_out_stays_as_it_was(gateway, clock):
    job = await gateway.create(DAILY)
    await gateway.pause(job.job_id)
    clock.advance(timedelta(days=1))

    assert job.status is JobStatus.PENDING
    assert job.next_run_at < clock.now()


async def test_a_paused_job_stays_paused_when_a_run_of_it_ends(gateway, clock):
    job = await gateway.create(DAILY)
    await gateway.pause(job.job_id)

    gateway.record_run(job.job_id, run_at(clock.now()))

    ran = await gateway.get(job.job_id)
    assert (ran.status, ran.next_run_at, ran.last_run_at) == (JobStatus.PAUSED, None, clock.now())


async def test_runs_told_out_of_order_leave_the_status_of_the_newest(gateway, clock):
    job = await gateway.create(DAILY)
    newest = run_at(clock.now(), RunStatus.FAILED)
    older = run_at(clock.now() - timedelta(hours=1))

    gateway.record_run(job.job_id, newest)
    gateway.record_run(job.job_id, older)

    ran = await gateway.get(job.job_id)
    assert (ran.status, ran.last_run_at) == (JobStatus.FAILED, newest.timestamp)
    assert await gateway.logs(job.job_id) == (newest, older)


async def test_a_run_of_no_job_is_refused(gateway, clock):
    with pytest.raises(JobNotFound):
        gateway.record_run("nobody", run_at(clock.now()))
    with pytest.raises(InvalidArguments):
        gateway.record_run("../nobody", run_at(clock.now()))


def test_a_gateway_without_jobs_imports_nothing_slow():
    program = (
        "import sys\n"
        "from cronlytic_mcp.adapters.memory.gateway import MemoryGateway\n"
        "from cronlytic_mcp.adapters.system.clock import SystemClock\n"
        "MemoryGateway(SystemClock())\n"
        "slow = {'aiohttp', 'asyncio', 'cattrs', 'croniter', 'cron_descriptor', 'idna', 'zoneinfo'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"
