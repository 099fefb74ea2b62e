"""What a file of jobs makes of a backend's jobs, planned and carried out."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.local.gateway import LocalGateway
from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.application.apply_jobs import StepOutcome, apply_jobs
from cronlytic_mcp.application.plan_jobs import plan_jobs
from cronlytic_mcp.domain.errors import InvalidJob, JobNotFound, ServiceUnavailable
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobStatus
from cronlytic_mcp.domain.portability.change_plan import Action
from cronlytic_mcp.domain.portability.document import PortableJob
from cronlytic_mcp.domain.portability.fault import FaultyFile
from cronlytic_mcp.domain.schedule import IntervalSchedule, OneShot
from tests.application.stories import spec

pytestmark = pytest.mark.anyio


def wanted(name: str, *, paused: bool = False, **changes) -> PortableJob:
    return PortableJob(spec(name=name, **changes), paused)


async def carry_out(gateway, clock, *jobs: PortableJob, prune: bool = False):
    told = []
    applied = await apply_jobs(gateway, await plan_jobs(gateway, clock, jobs, prune=prune), told.append)
    assert tuple(told) == applied
    return [(step.change.name, step.change.action, step.outcome, step.done) for step in applied]


class FailingGateway(MemoryGateway):
    """Refuses to write jobs of certain names, each with an error of its own."""

    def __init__(self, clock, **errors) -> None:
        super().__init__(clock)
        self.errors = errors

    async def create(self, given):
        if error := self.errors.get(given.name):
            raise error
        return await super().create(given)


async def test_jobs_are_made_changed_and_left_and_a_second_time_nothing_is_left_to_do(gateway, clock):
    kept = await gateway.create(spec(name="kept"))
    moved = await gateway.create(spec(name="moved"))
    other = await gateway.create(spec(name="other"))
    file = [wanted("new", paused=True), wanted("moved", cron_expression="0 4 * * *"), wanted("kept")]

    done = await carry_out(gateway, clock, *file)

    [new] = [job for job in await gateway.list() if job.spec.name == "new"]
    assert done == [
        ("new", Action.CREATE, StepOutcome.DONE, (f"created as {new.job_id}", "paused")),
        ("moved", Action.CHANGE, StepOutcome.DONE, ("changed",)),
    ]
    assert new.status is JobStatus.PAUSED
    assert (await gateway.get(moved.job_id)).spec.schedule.expression == "0 4 * * *"
    assert {job.job_id for job in await gateway.list()} == {
        new.job_id,
        *(job.job_id for job in (kept, moved, other)),
    }
    assert await carry_out(gateway, clock, *file) == []


async def test_a_job_rests_before_it_is_changed_and_goes_on_after_that(gateway, clock):
    job = await gateway.create(spec(name="job"))
    resting = wanted("job", cron_expression="0 4 * * *", paused=True)
    assert (await carry_out(gateway, clock, resting))[0][3] == ("paused", "changed")
    assert (await gateway.get(job.job_id)).status is JobStatus.PAUSED

    running = wanted("job", cron_expression="0 5 * * *")
    assert (await carry_out(gateway, clock, running))[0][3] == ("changed", "resumed")
    assert (await carry_out(gateway, clock, evolve(running, paused=True)))[0][3] == ("paused",)


async def test_only_pruning_deletes_and_never_after_something_has_failed(clock):
    gateway = FailingGateway(clock, bad=InvalidJob([]))
    await gateway.create(spec(name="old"))

    done = await carry_out(gateway, clock, wanted("bad"), wanted("good"), prune=True)
    assert [outcome for _, _, outcome, _ in done] == [
        StepOutcome.FAILED,
        StepOutcome.DONE,
        StepOutcome.NOT_TRIED,
    ]

    gateway.errors.clear()
    done = await carry_out(gateway, clock, wanted("bad"), wanted("good"), prune=True)
    assert [(name, words) for name, _, _, words in done][1:] == [("old", ("deleted",))]
    assert {job.spec.name for job in await gateway.list()} == {"bad", "good"}


async def test_a_job_that_is_gone_when_it_is_to_be_deleted_counts_as_deleted(gateway, clock):
    job = await gateway.create(spec(name="old"))
    plan = await plan_jobs(gateway, clock, [], prune=True)
    await gateway.delete(job.job_id)

    [step] = await apply_jobs(gateway, plan, lambda _: None)

    assert (step.outcome, step.done) == (StepOutcome.DONE, ("was gone already",))
    with pytest.raises(JobNotFound):
        await gateway.get(job.job_id)


async def test_a_backend_that_fails_ends_it_and_the_rest_is_said_not_to_have_been_tried(clock):
    gateway = FailingGateway(clock, second=ServiceUnavailable("it is down"))

    done = await carry_out(gateway, clock, *map(wanted, ("first", "second", "third")))

    assert [outcome for _, _, outcome, _ in done] == [
        StepOutcome.DONE,
        StepOutcome.FAILED,
        StepOutcome.NOT_TRIED,
    ]
    assert [job.spec.name for job in await gateway.list()] == ["first"]


async def test_what_the_backend_cannot_keep_is_told_of_all_documents_before_anything_is_done(gateway, clock):
    often = evolve(wanted("often"), spec=evolve(spec(name="often"), schedule=IntervalSchedule(10)))
    careful = evolve(wanted("careful"), spec=evolve(spec(name="careful"), policy=ExecutionPolicy(retries=3)))

    with pytest.raises(FaultyFile) as told:
        await plan_jobs(gateway, clock, [wanted("good"), often, careful])

    assert [(fault.document, fault.name, fault.rule) for fault in told.value.faults] == [
        (2, "often", "not_supported"),
        (3, "careful", "not_supported"),
    ]
    assert await gateway.list() == ()


async def test_what_would_never_run_is_refused_with_its_place(clock):
    gateway = LocalGateway(MemoryEngineStore(), clock)
    yesterday = clock.now() - timedelta(days=1)
    once = evolve(wanted("once"), spec=evolve(spec(name="once"), schedule=OneShot(yesterday)))
    ended = evolve(wanted("ended"), spec=evolve(spec(name="ended"), policy=ExecutionPolicy(end_at=yesterday)))

    with pytest.raises(FaultyFile) as told:
        await plan_jobs(gateway, clock, [once, ended])

    assert [(fault.document, fault.field, fault.rule) for fault in told.value.faults] == [
        (1, "run_at", "never_fires"),
        (2, "options.end_at", "never_fires"),
    ]
