"""A job is run at once: the same path as its schedule's runs, and no effect on the schedule."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from cronlytic_mcp.application.run_job_now import WAITING_LIMIT, run_job_now
from cronlytic_mcp.domain.engine.errors import RunNotFound
from cronlytic_mcp.domain.engine.event import Event, EventKind
from cronlytic_mcp.domain.engine.lifecycle import pause
from cronlytic_mcp.domain.engine.run import RunSource, RunState
from cronlytic_mcp.domain.errors import InvalidArguments, JobNotFound, RateLimited
from tests.application.engine.world import HOURLY, after, answer, at, at_once

pytestmark = pytest.mark.anyio


def now(world, **arguments):
    return run_job_now(world.store, world.clock, "job-1", **arguments)


async def test_without_an_engine_the_run_waits_and_the_call_returns_at_once(world):
    await world.add(HOURLY)

    asked = await now(world)

    assert (asked.run.state, asked.run.source, asked.finished) == (RunState.QUEUED, RunSource.MANUAL, False)
    assert world.clock.now() == at()


async def test_waiting_returns_the_run_as_it_ended(world):
    await world.add(HOURLY)
    world.targets.behave(after(3, at_once(answer(500))))
    async with world.running() as engine:
        asked = await now(world, wait_seconds=20, wake=engine.wake)

    assert (asked.finished, asked.run.state, asked.run.outcome.status) == (True, RunState.FAILED, 500)
    assert asked.run.started_at == at()
    assert world.clock.now() < at(seconds=4)
    assert world.targets.keys == [asked.run.run_id]


async def test_a_run_that_takes_longer_than_the_wait_is_returned_as_it_stands(world):
    await world.add(HOURLY)
    world.targets.behave(after(10))
    async with world.running() as engine:
        asked = await now(world, wait_seconds=2, wake=engine.wake)
        assert world.clock.now() == at(seconds=2)
        await asyncio.sleep(10)

    assert (asked.finished, asked.run.state) == (False, RunState.RUNNING)
    assert (await world.store.get_run(asked.run.run_id)).state is RunState.SUCCESS


async def test_schedule_and_failures_stay_as_they_are_also_of_a_paused_job(world):
    await world.add(HOURLY)
    world.targets.behave(at_once(answer(500)))
    paused = await world.change(partial(pause, now=world.clock.now()))
    async with world.running() as engine:
        asked = await now(world, wait_seconds=5, wake=engine.wake)

    job = await world.store.get_job("job-1")
    assert asked.run.state is RunState.FAILED
    assert (job.plan, job.failures, job.starts, job.paused) == (paused.plan, 0, 0, True)


async def test_more_than_five_waiting_runs_are_refused(world):
    await world.add(HOURLY)
    for _ in range(WAITING_LIMIT):
        await now(world)

    with pytest.raises(RateLimited, match="5 runs of this job"):
        await now(world)
    assert len(await world.runs()) == WAITING_LIMIT


@pytest.mark.parametrize("seconds", [-1, 20.5, float("nan")])
async def test_a_wait_out_of_bounds_is_refused_and_nothing_runs(world, seconds):
    await world.add(HOURLY)

    with pytest.raises(InvalidArguments, match="wait_seconds"):
        await now(world, wait_seconds=seconds)
    assert await world.runs() == []


async def test_an_unknown_job_is_refused(world):
    with pytest.raises(JobNotFound):
        await now(world)


async def test_a_job_that_is_deleted_while_somebody_waits_ends_the_wait(world):
    await world.add(HOURLY)
    waiting = asyncio.create_task(now(world, wait_seconds=20))
    await asyncio.sleep(1)
    await world.store.delete_job("job-1", Event(EventKind.JOB_DELETED, "job-1", world.clock.now()))

    with pytest.raises(RunNotFound):
        await waiting
    assert world.clock.now() - at() < timedelta(seconds=2)
