"""What retention forgets, and what it keeps."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest

from cronlytic_mcp.application.sweep_store import CHUNK, Swept, sweep_store
from cronlytic_mcp.domain.adaptive.analysis import fail_analysis, start_analysis
from cronlytic_mcp.domain.adaptive.errors import AnalysisNotFound
from cronlytic_mcp.domain.engine.retention import Retention
from tests.application.engine.world import HOURLY, MINUTELY, after, at, every, forever

pytestmark = pytest.mark.anyio

DAY = timedelta(days=1)


def sweep(world, **retention):
    settings = {"runs_for": 365 * DAY, "runs_per_job": 10_000, "bodies_for": 365 * DAY} | retention
    return sweep_store(world.store, world.store.analyses, world.clock, Retention(**settings))


async def run_for(world, seconds: float) -> None:
    async with world.running():
        await asyncio.sleep(seconds)


async def test_runs_and_events_go_by_age(world):
    await world.add(HOURLY)
    await run_for(world, 10 * 3600 + 1)

    swept = await sweep(world, runs_for=timedelta(hours=3))

    assert swept == Swept(runs=7, bodies=0, events=8)
    assert [run.fire_at for run in await world.runs()] == [at(480), at(540), at(600)]
    assert [event.at for event in await world.store.events_since(0, 100)] == [at(480), at(540), at(600)]


async def test_runs_go_by_number_for_each_job(world):
    await world.add(HOURLY)
    await world.add(HOURLY, job_id="job-2")
    await run_for(world, 5 * 3600 + 1)

    swept = await sweep(world, runs_per_job=2)

    assert swept.runs == 6
    assert [len(await world.runs(job_id)) for job_id in ("job-1", "job-2")] == [2, 2]


async def test_bodies_go_sooner_than_runs(world):
    await world.add(HOURLY)
    await run_for(world, 4 * 3600 + 1)

    swept = await sweep(world, bodies_for=timedelta(hours=2))

    assert swept == Swept(runs=0, bodies=2, events=0)
    assert [run.outcome.body for run in await world.runs()] == [None, None, "ok", "ok"]


async def test_more_than_a_chunk_is_forgotten_in_several(world):
    await world.add(every(1))
    await run_for(world, 2 * CHUNK + 10.5)

    swept = await sweep(world, runs_per_job=5)

    assert swept.runs == 2 * CHUNK + 5
    assert len(await world.runs()) == 5


async def test_a_run_in_flight_is_never_forgotten(world):
    await world.add(MINUTELY)
    world.targets.behave(forever)
    async with world.running():
        await asyncio.sleep(61)
        world.clock.step(DAY)
        swept = await sweep(world, runs_for=timedelta(minutes=1), runs_per_job=1)

    assert swept.runs == 0
    assert len(await world.runs()) >= 1


async def test_a_second_sweep_finds_nothing(world):
    await world.add(HOURLY)
    world.targets.behave(after(1))
    await run_for(world, 10 * 3600 + 5)
    await sweep(world, runs_for=timedelta(hours=1), bodies_for=timedelta())

    assert await sweep(world, runs_for=timedelta(hours=1), bodies_for=timedelta()) == Swept(0, 0, 0)


async def test_analyses_go_by_age_but_not_those_of_this_month_whose_tokens_count(world):
    await world.add(HOURLY)
    analyses = world.store.analyses
    await analyses.open_session("job-1", partial(begin, session_id=SESSION, now=world.clock.now()))
    await analyses.change_session(SESSION, partial(fail_analysis, warning="given up", now=world.clock.now()))

    world.clock.step(10 * DAY)
    assert (await sweep(world, runs_for=DAY)).sessions == 0
    assert (await analyses.get_session(SESSION)).session_id == SESSION

    world.clock.step(30 * DAY)
    assert (await sweep(world, runs_for=DAY)).sessions == 1
    with pytest.raises(AnalysisNotFound):
        await analyses.get_session(SESSION)


SESSION = "0" * 32


def begin(found, session_id, now):
    return start_analysis(found, session_id, "rules", now)
