"""Why a job did, or did not, run at a time, and what comes next."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from functools import partial

import pytest
from attrs import evolve

from cronlytic_mcp.application.explain_job import explain_job
from cronlytic_mcp.application.run_job_now import run_job_now
from cronlytic_mcp.domain.engine.explanation import FINDINGS
from cronlytic_mcp.domain.engine.lifecycle import pause, redefine, resume
from cronlytic_mcp.domain.engine.retention import Retention
from cronlytic_mcp.domain.engine.run import RunSource
from cronlytic_mcp.domain.errors import InvalidArguments, JobNotFound
from cronlytic_mcp.domain.execution_policy import Missed, Overlap
from cronlytic_mcp.domain.schedule import CronSchedule, OneShot
from tests.application.engine.world import (
    HOURLY,
    MINUTELY,
    after,
    answer,
    at,
    at_once,
    every,
    forever,
    no_answer,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def explain(world):
    async def ask(minutes: float | None = None, **options):
        when = None if minutes is None else at(minutes)
        found = await explain_job(world.store, world.clock, "job-1", at=when, **options)
        assert found.finding in FINDINGS
        assert found.at == when
        return found

    return ask


async def run_for(world, minutes: float, **settings) -> None:
    async with world.running(**settings):
        await asyncio.sleep(minutes * 60)


async def change(world, decide, **arguments) -> None:
    await world.change(partial(decide, **arguments, now=world.clock.now()))


# Times that have a row


async def test_a_run_that_succeeded_is_told_with_its_answer(world, explain):
    await world.add(HOURLY)
    await run_for(world, 90)

    found = await explain(60.5)

    assert (found.finding, found.run.fire_at) == ("success", at(60))
    assert "planned for 2026-01-15T13:00:00+00:00 (baseline-cron)" in found.sentence
    assert "answered 200 in 0.02 s" in found.sentence


async def test_a_run_that_failed_is_told_with_its_fault_and_attempts(world, explain):
    await world.add(HOURLY, retries=1, retry_delay_seconds=1)
    world.targets.behave(at_once(no_answer()))
    await run_for(world, 90)

    found = await explain(60)

    assert found.finding == "failed"
    assert "No complete answer (connection)" in found.sentence
    assert "2 attempts" in found.sentence


async def test_a_run_that_was_skipped_says_what_was_going(world, explain):
    await world.add(MINUTELY)
    world.targets.behave(after(90))
    await run_for(world, 2.1)

    assert (await explain(2)).finding == "skipped"
    assert "overlap is skip" in (await explain(2)).sentence


async def test_a_run_that_is_going_or_waits_is_told_as_such(world, explain):
    await world.add(MINUTELY, overlap=Overlap.QUEUE)
    world.targets.behave(forever)
    async with world.running():
        await asyncio.sleep(125)
        going, waiting = await explain(1), await explain(2)

    assert (going.finding, waiting.finding) == ("running", "queued")
    assert "waits" in waiting.sentence


async def test_a_run_that_died_with_its_engine_was_interrupted(world, explain):
    await world.add(HOURLY)
    world.targets.behave(forever)
    async with world.killed():
        await asyncio.sleep(3601)
    await run_for(world, 2)

    found = await explain(60)

    assert found.finding == "interrupted"
    assert "whether the request arrived is unknown" in found.sentence


async def test_missed_ones_are_one_stretch_and_the_catch_up_is_told_by_when_it_ran(world, explain):
    await world.add(HOURLY)
    world.clock.step(timedelta(hours=5, minutes=30))
    await run_for(world, 1)

    missed, caught_up = await explain(60 * 2), await explain(60 * 5.5)

    assert (missed.finding, missed.run.count) == ("missed", 4)
    assert "4 occurrences from 2026-01-15T13:00:00+00:00 to 2026-01-15T16:00:00+00:00" in missed.sentence
    assert (caught_up.finding, caught_up.run.source) == ("success", RunSource.CATCH_UP)
    assert "started 1800 s after that" in caught_up.sentence


async def test_between_two_missed_ones_nothing_was_to_run(world, explain):
    await world.add(HOURLY)
    world.clock.step(timedelta(hours=5, minutes=30))
    await run_for(world, 1)

    assert (await explain(90)).finding == "not_scheduled"


async def test_one_missed_occurrence_is_told_in_the_singular(world, explain):
    await world.add(HOURLY, missed=Missed.SKIP)
    world.clock.step(timedelta(minutes=90))
    await run_for(world, 1)

    assert (await explain(60)).sentence.startswith("The occurrence of 2026-01-15T13:00:00+00:00 was missed")


async def test_what_passed_while_the_job_was_paused_is_told_before_and_after_it_resumes(world, explain):
    await world.add(HOURLY)
    await change(world, pause)
    await run_for(world, 150)
    before = await explain(60)
    await change(world, resume)
    afterwards = await explain(60)

    assert (before.finding, before.run) == ("paused", None)
    assert (afterwards.finding, afterwards.run.count) == ("paused", 2)
    assert "2 occurrences" in afterwards.sentence


async def test_the_nearest_of_many_runs_is_meant(world, explain):
    await world.add(every(1))
    await run_for(world, 5)

    assert (await explain(2.5)).run.fire_at == at(2.5)


async def test_without_a_time_the_newest_run_is_told(world, explain):
    await world.add(HOURLY)
    assert (await explain()).finding == "no_runs"
    await run_for(world, 130)

    assert (await explain()).run.fire_at == at(120)


# Times that have none


async def test_a_time_before_the_job_existed(world, explain):
    await world.add(HOURLY)

    found = await explain(-60)

    assert found.finding == "not_created"
    assert "created at 2026-01-15T12:00:00+00:00" in found.sentence


async def test_a_time_at_which_the_schedule_has_nothing_names_its_neighbours(world, explain):
    await world.add(HOURLY)
    await run_for(world, 130)

    found = await explain(90)

    assert found.finding == "not_scheduled"
    assert "no occurrence within a minute" in found.sentence
    assert "before it was planned for 2026-01-15T13:00:00+00:00" in found.sentence
    assert "next one after it is 2026-01-15T14:00:00+00:00" in found.sentence


async def test_an_occurrence_that_no_engine_has_taken_up(world, explain):
    await world.add(HOURLY)
    world.clock.step(timedelta(minutes=61))

    found = await explain(60)

    assert found.finding == "overdue"
    assert "no engine has taken it up" in found.sentence
    assert "due for 60 s" in " ".join(found.outlook.reasons)


async def test_times_to_come_are_told_by_the_schedule(world, explain):
    await world.add(HOURLY)

    assert (await explain(60)).finding == "upcoming"
    assert (await explain(90)).finding == "not_scheduled"
    await change(world, pause)
    assert (await explain(60)).finding == "not_scheduled"
    assert "paused" in (await explain(60)).sentence


async def test_times_to_come_of_an_interval_and_of_a_single_time(world, explain):
    await world.add(every(600))
    assert [(await explain(minutes)).finding for minutes in (10, 15, 20)] == [
        "upcoming",
        "not_scheduled",
        "upcoming",
    ]
    spec = evolve((await world.store.get_job("job-1")).spec, schedule=OneShot(at(45)))
    await change(world, redefine, spec=spec)
    assert [(await explain(minutes)).finding for minutes in (30, 45)] == ["not_scheduled", "upcoming"]


async def test_after_the_end_of_a_job_nothing_is_to_come(world, explain):
    await world.add(HOURLY, end_at=at(120))

    assert (await explain(180)).finding == "not_scheduled"


async def test_a_change_since_then_is_told_because_the_old_schedule_is_not_kept(world, explain):
    await world.add(CronSchedule("30 * * * *"))
    await run_for(world, 10)
    spec = evolve((await world.store.get_job("job-1")).spec, schedule=HOURLY)
    world.clock.step(timedelta(minutes=40))
    await change(world, redefine, spec=spec)

    found = await explain(10)

    assert found.finding == "changed_since"
    assert "changed later, at 2026-01-15T12:50:00+00:00" in found.sentence


async def test_a_run_that_retention_took_is_told_as_not_kept(world, explain):
    await world.add(HOURLY)
    await run_for(world, 60 * 30)
    await world.store.forget_runs(at(60 * 24), 1000)

    found = await explain(60, retention=Retention(runs_for=timedelta(days=1)))

    assert found.finding == "not_kept"
    assert "kept for 1 days" in found.sentence


async def test_an_occurrence_that_the_minimum_interval_moved(world, explain):
    await world.add(MINUTELY, min_interval_seconds=600)
    await run_for(world, 30)

    found = await explain(15)

    assert found.finding == "not_scheduled"
    assert "min_interval_seconds (600)" in found.sentence


async def test_an_interval_that_has_ended_was_not_to_run(world, explain):
    await world.add(every(60), max_runs=1)
    await run_for(world, 10)

    assert (await explain(8)).finding == "not_scheduled"


async def test_an_occurrence_just_before_the_job_was_made(world, explain):
    world.clock.step(timedelta(seconds=30))
    await world.add(HOURLY)
    world.clock.step(timedelta(minutes=30))

    assert (await explain(0)).finding == "not_created"


# What comes next


async def reasons(explain) -> str:
    found = await explain()
    return " ".join(found.outlook.reasons)


async def test_the_next_run_of_a_schedule(world, explain):
    await world.add(HOURLY)

    found = await explain()

    assert (found.outlook.at, found.outlook.starts_at) == (at(60), at(60))
    assert found.outlook.reasons == ("It is the next occurrence of the cron expression '0 * * * *' in UTC.",)


async def test_jitter_failures_and_ends_are_among_the_reasons(world, explain):
    await world.add(HOURLY, jitter_seconds=60, max_runs=9, end_at=at(600))
    world.targets.behave(at_once(answer(500)))
    await run_for(world, 130)

    found, told = await explain(), await reasons(explain)

    assert found.outlook.starts_at > found.outlook.at
    assert "jitter of up to 60 s" in told
    assert "The last 2 runs failed; that changes no time" in told
    assert "2 of the 9 runs" in told
    assert "end_at, 2026-01-15T22:00:00+00:00" in told


async def test_an_interval_that_backs_off_says_so(world, explain):
    await world.add(every(60))
    world.targets.behave(at_once(answer(500)))
    await run_for(world, 1.5)
    assert "The last run failed, so the interval of 60 s is 2 times as long" in await reasons(explain)

    await run_for(world, 2.5)
    assert "The last 2 runs failed, so the interval of 60 s is 4 times as long" in await reasons(explain)


@pytest.mark.parametrize(
    ("schedule", "policy", "reason"),
    [
        (MINUTELY, {"min_interval_seconds": 600}, "min_interval_seconds (600)"),
        (HOURLY, {"max_interval_seconds": 600}, "max_interval_seconds (600)"),
    ],
)
async def test_bounds_on_the_interval_are_named(world, explain, schedule, policy, reason):
    await world.add(schedule, **policy)

    assert reason in await reasons(explain)


@pytest.mark.parametrize(
    ("schedule", "policy", "reason"),
    [
        (MINUTELY, {"max_runs": 1}, "the 1 runs that max_runs allows"),
        (MINUTELY, {"end_at": at(1.5)}, "No occurrence is left before its end_at"),
        (OneShot(at(1)), {}, "Its one time, 2026-01-15T12:01:00+00:00, has had its turn"),
    ],
)
async def test_a_job_that_has_ended_says_by_what(world, explain, schedule, policy, reason):
    await world.add(schedule, **policy)
    await run_for(world, 3)

    found = await explain()

    assert (found.outlook.at, found.outlook.source) == (None, None)
    assert reason in found.outlook.reasons[0]


async def test_a_paused_job_has_nothing_to_come(world, explain):
    await world.add(HOURLY)
    await change(world, pause)

    assert "resume_job" in await reasons(explain)


async def test_a_run_by_hand_near_the_time_is_told(world, explain):
    await world.add(HOURLY)
    async with world.running() as engine:
        await run_job_now(world.store, world.clock, "job-1", wait_seconds=5, wake=engine.wake)

    found = await explain(0)

    assert (found.finding, found.run.source) == ("success", RunSource.MANUAL)


async def test_ids_that_are_unknown_or_none_are_refused(world):
    for job_id, error in (("job-2", JobNotFound), ("../x", InvalidArguments)):
        with pytest.raises(error):
            await explain_job(world.store, world.clock, job_id)
