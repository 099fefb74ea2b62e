"""The attempts of a run: what is sent, when it is tried again, what is kept of the answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.application.engine_notices import RunBroken
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.run import Outcome, RunState
from cronlytic_mcp.domain.errors import InvalidArguments, Problem
from cronlytic_mcp.domain.execution_policy import SuccessRule
from cronlytic_mcp.domain.job import JobSpec
from tests.application.engine.world import HOURLY, after, answer, at, at_once, no_answer

pytestmark = pytest.mark.anyio


async def run_once(world, behaviour, seconds=7200.0, **policy):
    """Have the job's first run made; return its row."""
    world.targets.behave(behaviour)
    await world.add(HOURLY, max_runs=1, **policy)
    async with world.running():
        await asyncio.sleep(3600 + seconds)
    (run,) = await world.runs()
    return run


async def test_the_request_is_the_jobs_own_with_the_runs_id(world):
    headers = {"Content-Type": "application/json", "idempotency-key": "mine"}
    spec = JobSpec("job-1", "https://example.com/", HOURLY, "POST", headers, '{"a": 1}')
    await world.add(HOURLY, timeout_seconds=7)
    await world.change(lambda view: Change(evolve(view.job, spec=evolve(spec, policy=view.job.spec.policy))))
    async with world.running():
        await asyncio.sleep(3601)

    ((_, request),) = world.targets.sent
    (run,) = await world.runs()
    assert (request.url, request.method, request.body, request.timeout) == (spec.url, "POST", spec.body, 7)
    assert request.headers == {"Content-Type": "application/json", "Idempotency-Key": run.run_id}


async def test_a_failure_is_tried_again_under_the_same_id_with_growing_delays(world):
    answers = at_once(answer(500), no_answer(), answer(503), answer(200, "done"))

    run = await run_once(world, answers, retries=5, retry_delay_seconds=10)

    assert world.targets.times == [at(60), at(60, 10), at(60, 30), at(60, 70)]
    assert set(world.targets.keys) == {run.run_id}
    assert (run.state, run.outcome.attempts, run.outcome.body) == (RunState.SUCCESS, 4, "done")
    assert (run.started_at, run.finished_at) == (at(60), at(60, 70))
    assert (await world.kinds()).count("run_succeeded") == 1


async def test_after_the_last_attempt_the_run_has_failed_with_what_the_last_one_said(world):
    run = await run_once(world, at_once(answer(500), answer(502, "bad")), retries=2, retry_delay_seconds=1)

    assert run.state is RunState.FAILED
    assert run.outcome == Outcome(
        success=False,
        attempts=3,
        status=502,
        elapsed_seconds=0.02,
        error="The target answered 502; success is 200-299.",
        body="bad",
        body_size=3,
    )
    assert (await world.kinds()).count("run_failed") == 1


async def test_without_retries_there_is_one_attempt(world):
    run = await run_once(world, at_once(no_answer()))

    assert len(world.targets.sent) == 1
    assert run.outcome.error == "No complete answer (connection): the target did not take a connection."
    assert (run.outcome.status, run.outcome.body, run.outcome.elapsed_seconds) == (None, None, None)


async def test_what_counts_as_success_is_the_jobs_own_rule(world):
    rule = SuccessRule(((404, 404),), must_contain="gone")

    run = await run_once(
        world, at_once(answer(404, "still here"), answer(404, "gone")), retries=1, success=rule
    )

    assert (run.state, run.outcome.attempts) == (RunState.SUCCESS, 2)


async def test_a_url_that_may_not_be_called_is_not_tried_again(world):
    refusal = InvalidArguments(
        [Problem("url", "public_host", "leads to a private address.", "https://example.com")]
    )

    run = await run_once(world, at_once(refusal), retries=3)

    assert len(world.targets.sent) == 1
    assert (run.state, run.outcome.attempts) == (RunState.FAILED, 1)
    assert run.outcome.error == "The request was not sent: leads to a private address."


async def test_a_bug_with_one_request_is_that_runs_failure(world):
    bug = RuntimeError("unexpected /path/to/secret")

    run = await run_once(world, at_once(bug), retries=3)

    assert run.state is RunState.FAILED
    assert "secret" not in run.outcome.error
    assert world.notices == [RunBroken(run.run_id, bug)]
    assert world.notices[0].error is bug


async def test_what_no_store_could_write_is_replaced_in_the_body(world):
    run = await run_once(world, at_once(answer(200, "a\x00b\ud800c ✓")))

    assert run.outcome.body == "a\ufffdb\ufffdc ✓"


async def test_a_run_that_waited_past_its_grace_is_not_sent(world):
    # One slot, and a target that keeps it for two hours.
    world.targets.behave(after(7200), "https://example.com/slow")
    await world.add(HOURLY, "a-slow", "https://example.com/slow", max_runs=1)
    await world.add(HOURLY, "b-late", grace_seconds=600, max_runs=1)
    async with world.running(concurrency=1, stop_grace=timedelta(0)):
        await asyncio.sleep(3600 * 4)

    assert await world.states("a-slow") == [RunState.SUCCESS]
    (late,) = await world.runs("b-late")
    assert (late.state, late.outcome, late.started_at) == (RunState.MISSED, None, None)
    assert "grace" in late.reason
    assert len(world.targets.sent) == 1
    assert "runs_missed" in await world.kinds()
