"""What the embedded engine's gateway does beyond the contract of all gateways."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.local.gateway import BODIES_SHOWN, LocalGateway
from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.application.engine_ports import Result
from cronlytic_mcp.domain.capabilities import Capabilities
from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.run import Outcome
from cronlytic_mcp.domain.engine.settlement import reclaim, settle
from cronlytic_mcp.domain.errors import InvalidJob
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunDetail, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot
from tests.clock import NOON, FakeClock

pytestmark = pytest.mark.anyio

HOUR = timedelta(hours=1)
HOURLY = JobSpec("hourly", "https://example.com/", CronSchedule("0 * * * *"))


class Bell:
    def __init__(self):
        self.rung = 0

    def ring(self):
        self.rung += 1


@pytest.fixture
def clock():
    return FakeClock()


@pytest.fixture
def store():
    return MemoryEngineStore()


@pytest.fixture
def gateway(store, clock):
    return LocalGateway(store, clock)


async def claim(store, now):
    batch = await store.claim_due(now, 10, now + HOUR, lambda view: decide_due(view, now))
    return batch.claims[0]


async def test_it_takes_all_that_a_job_can_have_and_lasts_as_long_as_its_store(gateway):
    assert gateway.capabilities == Capabilities(
        backend="local",
        time_zones=True,
        executes=True,
        durable=False,
        needs_credentials=False,
        intervals=True,
        one_shots=True,
        descriptions=True,
        options=True,
    )


async def test_ids_are_uuids(gateway):
    job = await gateway.create(HOURLY)

    assert str(UUID(job.job_id)) == job.job_id


async def test_an_engine_is_told_of_every_change(store, clock):
    bell = Bell()
    gateway = LocalGateway(store, clock, on_change=bell.ring)

    job = await gateway.create(HOURLY)
    await gateway.update(job.job_id, evolve(HOURLY, schedule=IntervalSchedule(5)))
    await gateway.pause(job.job_id)
    await gateway.resume(job.job_id)
    assert bell.rung == 4
    await gateway.list()
    await gateway.logs(job.job_id)

    assert bell.rung == 4


async def test_what_is_done_to_a_job_is_told_as_events(gateway, store):
    job = await gateway.create(HOURLY)
    await gateway.update(job.job_id, evolve(HOURLY, name="renamed"))
    await gateway.pause(job.job_id)
    await gateway.resume(job.job_id)
    await gateway.delete(job.job_id)

    events = await store.events_since(0, 10, job_id=job.job_id)
    assert [event.kind.value for event in events] == [
        "job_created",
        "job_changed",
        "job_paused",
        "job_resumed",
        "job_deleted",
    ]
    assert events[-1].data == {"name": "renamed"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"schedule": IntervalSchedule(0)}, "interval_seconds"),
        ({"schedule": IntervalSchedule(366 * 86400 + 1)}, "interval_seconds"),
        ({"schedule": OneShot(NOON.replace(tzinfo=None) + HOUR)}, "run_at"),
        ({"schedule": OneShot(NOON)}, "run_at"),
        ({"policy": ExecutionPolicy(end_at=NOON)}, "options.end_at"),
        ({"policy": ExecutionPolicy(retries=11)}, "options.retries"),
        ({"schedule": CronSchedule("0 3 * * *", "Mars/Olympus")}, "timezone"),
        ({"description": "x" * 1001}, "description"),
        ({"description": "a\x00b"}, "description"),
        ({"group": "a b"}, "group"),
        ({"group": ""}, "group"),
        ({"url": "ftp://example.com/"}, "url"),
        ({"headers": {"idempotency-Key": "x"}}, "headers.Idempotency-Key"),
        ({"headers": {f"X-{n}": "x" for n in range(50)}}, "headers"),
    ],
)
async def test_what_breaks_a_rule_is_refused_with_the_field(gateway, changes, field):
    with pytest.raises(InvalidJob) as refused:
        await gateway.create(evolve(HOURLY, **changes))

    assert [problem.field for problem in refused.value.problems] == [field]
    assert await gateway.list() == ()


async def test_a_single_run_that_is_over_can_still_be_renamed(gateway, store, clock):
    job = await gateway.create(evolve(HOURLY, schedule=OneShot(NOON + HOUR)))
    clock.advance(HOUR)
    await claim(store, clock.now())

    renamed = await gateway.update(job.job_id, evolve(job.spec, name="renamed"))

    assert (renamed.spec.name, renamed.next_run_at) == ("renamed", None)


async def test_the_log_holds_what_only_an_engine_knows(gateway, store, clock):
    job = await gateway.create(HOURLY)
    clock.advance(HOUR + timedelta(seconds=2))
    claimed = await claim(store, clock.now())
    await store.start([claimed.lease], clock.now())
    outcome = Outcome(success=False, attempts=3, status=500, elapsed_seconds=0.5, error="It answered 500.")
    await store.finish([Result(claimed.lease, outcome, clock.now())], settle)

    (entry,) = await gateway.logs(job.job_id)

    detail = RunDetail(claimed.run.run_id, "baseline-cron", 3, 2.0)
    assert entry == LogEntry(clock.now(), RunStatus.FAILED, 500, 0.5, "It answered 500.", detail)


async def test_the_log_has_what_was_answered_to_the_newest_runs_and_to_the_newest_failures(
    gateway, store, clock
):
    job = await gateway.create(HOURLY)
    for number in range(2 * BODIES_SHOWN + 2):
        clock.advance(HOUR)
        claimed = await claim(store, clock.now())
        await store.start([claimed.lease], clock.now())
        outcome = Outcome(success=number > 1, attempts=1, status=200, body=f"answer {number}")
        await store.finish([Result(claimed.lease, outcome, clock.now())], settle)

    bodies = [entry.detail.body for entry in await gateway.logs(job.job_id)]

    newest = [f"answer {number}" for number in range(2 * BODIES_SHOWN + 1, BODIES_SHOWN + 1, -1)]
    assert bodies == [*newest, *[None] * BODIES_SHOWN, "answer 1", "answer 0"]


async def test_an_interrupted_run_is_in_the_log_as_failed_and_says_why(gateway, store, clock):
    job = await gateway.create(HOURLY)
    clock.advance(HOUR)
    claimed = await claim(store, clock.now())
    await store.start([claimed.lease], clock.now())
    clock.advance(2 * HOUR)
    now = clock.now()
    await store.reclaim_lapsed(now, 10, now + HOUR, lambda job, run: reclaim(job, run, now))

    (entry,) = await gateway.logs(job.job_id)

    assert (entry.timestamp, entry.status, entry.response_code) == (NOON + HOUR, RunStatus.FAILED, None)
    assert "unknown" in entry.error_message
    assert (entry.detail.attempts, entry.detail.lateness) == (1, 0.0)


async def test_what_was_never_sent_is_in_no_log(gateway, store, clock):
    job = await gateway.create(HOURLY)
    await gateway.pause(job.job_id)
    clock.advance(5 * HOUR)
    resumed = await gateway.resume(job.job_id)

    assert await gateway.logs(job.job_id) == ()
    assert [run.count for run in await store.list_runs(job.job_id, 10)] == [5]
    assert resumed.status is JobStatus.PENDING
