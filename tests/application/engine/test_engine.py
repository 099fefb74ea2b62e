"""The engine on a clock of the test's: when runs start, and what is written about them."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import timedelta

import pytest

from cronlytic_mcp.application.engine_notices import JobPostponed
from cronlytic_mcp.domain.engine.lifecycle import pause, redefine, resume
from cronlytic_mcp.domain.engine.run import RunSource, RunState
from cronlytic_mcp.domain.execution_policy import Missed, Overlap
from cronlytic_mcp.domain.job import JobStatus
from cronlytic_mcp.domain.schedule import CronSchedule, OneShot
from tests.application.engine.world import HOURLY, NOON, after, answer, at, at_once, every, forever

pytestmark = pytest.mark.anyio


async def test_a_run_starts_at_its_time_and_is_written_with_what_came_of_it(world):
    await world.add(HOURLY)
    async with world.running():
        await asyncio.sleep(3600 * 2.5)

    assert world.targets.times == [at(60), at(120)]
    runs = await world.runs()
    assert [(run.state, run.source, run.lateness) for run in runs] == [
        (RunState.SUCCESS, RunSource.BASELINE_CRON, timedelta(0))
    ] * 2
    assert world.targets.keys == [run.run_id for run in runs]
    assert (runs[0].outcome.status, runs[0].outcome.body, runs[0].outcome.attempts) == (200, "ok", 1)
    job = await world.store.get_job("job-1")
    assert (job.status, job.last_run_at, job.plan.at) == (JobStatus.SUCCESS, at(120), at(180))
    assert await world.kinds() == ["job_created", "run_succeeded", "run_succeeded"]
    assert world.notices == []


async def test_an_interval_of_a_second_keeps_its_pace(world):
    await world.add(every(1))
    async with world.running():
        await asyncio.sleep(10.5)

    assert world.targets.times == [at(seconds=n) for n in range(1, 11)]


async def test_a_single_run_is_made_once(world):
    await world.add(OneShot(at(1.5)))
    async with world.running():
        await asyncio.sleep(600)

    assert world.targets.times == [at(1.5)]
    assert (await world.kinds())[-2:] == ["job_ended", "run_succeeded"]


async def test_runs_never_start_early_and_within_their_jitter(world):
    for number in range(20):
        await world.add(HOURLY, job_id=f"job-{number}", jitter_seconds=600)
    async with world.running():
        await asyncio.sleep(3600 + 601)

    assert len(set(world.targets.times)) > 10
    assert all(at(60) <= time < at(70) for time in world.targets.times)
    runs = [run for number in range(20) for run in await world.runs(f"job-{number}")]
    assert {run.fire_at for run in runs} == {at(60)}


async def test_a_job_that_another_process_wrote_is_seen_within_a_tick(world):
    async with world.running(tick=timedelta(seconds=5)):
        await asyncio.sleep(1000.5)
        await world.add(OneShot(at(seconds=1001)))
        await asyncio.sleep(10)

    assert at(seconds=1001) <= world.targets.times[0] <= at(seconds=1006)


async def test_a_job_of_this_process_starts_at_its_time_when_the_engine_is_woken(world):
    async with world.running(tick=timedelta(hours=1)) as engine:
        await asyncio.sleep(1000.5)
        await world.add(OneShot(at(seconds=1001)))
        engine.wake()
        await asyncio.sleep(10)

    assert world.targets.times == [at(seconds=1001)]


async def test_a_run_by_hand_starts_at_once_and_moves_no_plan(world):
    await world.add(HOURLY)
    async with world.running() as engine:
        await asyncio.sleep(100)
        manual = await world.store.add_manual_run("job-1", world.clock.now())
        engine.wake()
        await asyncio.sleep(3600)

    assert world.targets.times == [at(seconds=100), at(60)]
    assert world.targets.keys[0] == manual.run_id
    assert [run.source for run in await world.runs()] == [RunSource.MANUAL, RunSource.BASELINE_CRON]


async def test_a_paused_job_does_not_run_and_what_it_left_out_is_one_row(world):
    await world.add(every(60))
    async with world.running():
        await asyncio.sleep(90)
        await world.change(lambda view: pause(view, world.clock.now()))
        await asyncio.sleep(300)
        await world.change(lambda view: resume(view, world.clock.now()))
        await asyncio.sleep(100)

    assert world.targets.times == [at(1), at(7.5)]
    runs = await world.runs()
    assert [(run.state.value, run.count) for run in runs] == [("success", 1), ("paused", 5), ("success", 1)]


async def test_an_edit_during_a_run_changes_the_next_one_and_not_this_one(world):
    world.targets.behave(after(30))
    job = await world.add(HOURLY, url="https://example.com/")
    async with world.running():
        await asyncio.sleep(3610)
        changed = CronSchedule("5 * * * *")
        await world.change(
            lambda view: redefine(
                view, type(job.spec)("job-1", "https://example.com/new", changed), world.clock.now()
            )
        )
        await asyncio.sleep(600)

    assert [request.url for _, request in world.targets.sent] == [
        "https://example.com/",
        "https://example.com/new",
    ]
    assert world.targets.times == [at(60), at(65)]
    assert await world.states() == [RunState.SUCCESS, RunState.SUCCESS]


# Missed


async def test_after_downtime_each_job_is_caught_up_with_once(world):
    await world.add(HOURLY, "within", grace_seconds=3600)
    await world.add(HOURLY, "too-old", grace_seconds=600)
    await world.add(HOURLY, "unwanted", missed=Missed.SKIP)
    await asyncio.sleep(3600 * 5 + 1200)
    async with world.running():
        await asyncio.sleep(60)

    assert len(world.targets.sent) == 1
    within = await world.runs("within")
    assert [(run.state.value, run.count, run.source) for run in within] == [
        ("missed", 4, RunSource.BASELINE_CRON),
        ("success", 1, RunSource.CATCH_UP),
    ]
    assert within[1].fire_at == at(300)
    for job_id in ("too-old", "unwanted"):
        assert [(run.state.value, run.count) for run in await world.runs(job_id)] == [("missed", 5)]


@pytest.mark.parametrize("hours", [1, 25])
async def test_a_clock_that_is_set_forth_and_back_brings_nothing_twice_and_loses_nothing(world, hours):
    await world.add(every(60))
    await world.add(CronSchedule("*/5 * * * *"), "cron")
    async with world.running():
        await asyncio.sleep(600)
        world.clock.step(timedelta(hours=hours))
        await asyncio.sleep(600)
        world.clock.step(timedelta(hours=-hours))
        await asyncio.sleep(3600 * (hours + 1) + 1)

    for job_id, pace in (("job-1", timedelta(minutes=1)), ("cron", timedelta(minutes=5))):
        runs = await world.runs(job_id)
        expected = NOON
        for run in runs:
            assert run.fire_at == expected + pace
            expected = run.last_at
            assert run.last_at == run.fire_at + pace * (run.count - 1)
        assert expected + pace > world.clock.now()
    assert len(set(world.targets.keys)) == len(world.targets.keys)


# Overlap


async def test_by_default_an_occurrence_is_skipped_while_an_earlier_run_is_going(world):
    world.targets.behave(after(150))
    await world.add(every(60))
    async with world.running():
        await asyncio.sleep(301)
        states = await world.states()

    assert world.targets.times == [at(1), at(4)]
    assert [state.value for state in states] == ["success", "skipped", "skipped", "running", "skipped"]


async def test_one_occurrence_waits_and_starts_when_the_earlier_run_ends(world):
    world.targets.behave(after(150))
    await world.add(every(60), overlap=Overlap.QUEUE)
    async with world.running(tick=timedelta(hours=1)):
        await asyncio.sleep(235)
        states = await world.states()

    assert world.targets.times == [at(1), at(3.5)]
    assert states == [RunState.SUCCESS, RunState.RUNNING, RunState.SKIPPED]
    assert world.targets.most_in_flight == 1


async def test_several_runs_go_at_once_where_that_is_allowed(world):
    world.targets.behave(forever)
    await world.add(every(60), overlap=Overlap.ALLOW, max_parallel=2)
    async with world.killed():
        await asyncio.sleep(200)

    assert (len(world.targets.sent), world.targets.most_in_flight) == (2, 2)
    assert await world.states() == [RunState.RUNNING, RunState.RUNNING, RunState.SKIPPED]


# Ends


async def test_a_job_ends_after_its_number_of_runs(world):
    await world.add(every(60), max_runs=3)
    async with world.running():
        await asyncio.sleep(600)

    assert world.targets.times == [at(1), at(2), at(3)]
    assert (await world.kinds()).count("job_ended") == 1


async def test_a_job_ends_at_its_date(world):
    await world.add(every(60), end_at=at(2))
    async with world.running():
        await asyncio.sleep(600)

    assert world.targets.times == [at(1), at(2)]


# Failures of a job


async def test_a_failing_interval_backs_off_and_recovers_at_once(world):
    world.targets.behave(at_once(answer(500), answer(500), answer()))
    await world.add(every(60))
    async with world.running():
        await asyncio.sleep(9.5 * 60)

    assert world.targets.times == [at(1), at(3), at(7), at(8), at(9)]
    kinds = await world.kinds()
    assert kinds.count("run_failed") == 2
    assert kinds.count("job_recovered") == 1


async def test_a_job_that_cannot_be_planned_holds_up_no_other(world):
    await world.add(HOURLY, "good")
    await world.add(HOURLY, "broken")
    spec = (await world.store.get_job("broken")).spec
    broken = type(spec)("broken", spec.url, CronSchedule("61 * * * *"))
    await world.change(lambda view: redefine_only(view, broken), "broken")
    async with world.running():
        await asyncio.sleep(3600 + 90)

    assert await world.states("good") == [RunState.SUCCESS]
    assert await world.runs("broken") == []
    assert [notice.job_id for notice in world.notices] == ["broken", "broken"]
    assert {type(notice) for notice in world.notices} == {JobPostponed}


def redefine_only(view, spec):
    """What an older version of this program may have stored."""
    from attrs import evolve

    from cronlytic_mcp.domain.engine.change import Change

    return Change(evolve(view.job, spec=spec))


# Many


async def test_no_more_requests_are_in_flight_than_allowed_and_all_jobs_get_their_turn(world):
    world.targets.behave(after(2))
    for number in range(100):
        await world.add(HOURLY, f"job-{number}")
    async with world.running(concurrency=10):
        await asyncio.sleep(3600 + 25)

    assert world.targets.most_in_flight == 10
    assert len(set(world.targets.keys)) == 100
    assert max(world.targets.times) == at(60, 18)


async def test_two_thousand_jobs_in_one_minute_all_run_once_and_on_time(world):
    world.targets.behave(after(1))
    for number in range(2000):
        await world.add(OneShot(at(1) + timedelta(seconds=60 * number / 2000)), f"job-{number}")
    async with world.running():
        await asyncio.sleep(125)

    made = [run for number in range(2000) for run in await world.runs(f"job-{number}")]
    assert Counter(run.state for run in made) == {RunState.SUCCESS: 2000}
    assert len(set(world.targets.keys)) == len(world.targets.keys) == 2000
    assert max(run.lateness for run in made) < timedelta(seconds=1)


async def test_runs_that_wait_for_their_next_attempt_are_in_nobodys_way(world):
    world.targets.behave(at_once(answer(503)), "https://example.com/down")
    for number in range(8):
        await world.add(
            HOURLY, f"down-{number}", "https://example.com/down", retries=1, retry_delay_seconds=600
        )
    await world.add(OneShot(at(61)), "up")
    async with world.running(concurrency=2):
        await asyncio.sleep(3600 + 120)

    assert world.targets.times == [*[at(60)] * 8, at(61)]
    assert await world.states("up") == [RunState.SUCCESS]
