"""Whatever goes wrong on the way: what the caller is told is true, in bounded time, and no job is doubled."""

from __future__ import annotations

import asyncio

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.domain.errors import CronlyticError
from cronlytic_mcp.domain.job import JobStatus
from tests.adapters.resilience.faulty_backend import Fault, FaultyBackend
from tests.adapters.resilience.scripted import SPEC
from tests.adapters.resilience.virtual_time import LoopClock, VirtualTimeLoop, elapsed

POLICY = ResiliencePolicy()
CHANGED = evolve(SPEC, method="POST")
FAULTS = st.lists(st.sampled_from(Fault), max_size=5)
DRAWS = st.floats(0, 1)


def run(story, faults, draw):
    """Run a story of one call to a faulty backend in virtual time."""

    async def tell():
        clock = LoopClock()
        backend = FaultyBackend(clock, faults)
        await story(backend, resilient(backend, clock, POLICY, draw=lambda: draw))

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(tell())


async def outcome_of(call):
    """Return the call's result and error; one of them is None."""
    try:
        return await call, None
    except CronlyticError as error:
        return None, error


@given(FAULTS, DRAWS)
def test_a_create_makes_at_most_one_job_and_says_what_it_knows(faults, draw):
    async def story(backend, gateway):
        job, error = await outcome_of(gateway.create(SPEC))

        jobs = [existing.job_id for existing in await backend.memory.list()]
        assert len(jobs) <= 1
        if job:
            assert jobs == [job.job_id]
        elif not error.facts.get("outcome_unknown"):
            assert jobs == []
        elif error.facts["found_job_id"]:
            assert jobs == [error.facts["found_job_id"]]
        assert backend.attempts.count("create") <= POLICY.attempts
        assert backend.attempts.count("list") <= 1
        assert elapsed() <= POLICY.total_time + POLICY.attempt_time

    run(story, faults, draw)


@given(FAULTS, DRAWS)
def test_a_delete_says_what_it_knows(faults, draw):
    async def story(backend, gateway):
        job = await backend.memory.create(SPEC)

        _, error = await outcome_of(gateway.delete(job.job_id))

        gone = await backend.memory.list() == ()
        if error is None:
            assert gone
        elif not error.facts.get("outcome_unknown"):
            assert not gone
        assert len(backend.attempts) <= POLICY.attempts
        assert elapsed() <= POLICY.total_time

    run(story, faults, draw)


@given(FAULTS, DRAWS, st.sampled_from(["update", "pause"]))
def test_a_change_says_what_it_knows(faults, draw, operation):
    async def story(backend, gateway):
        job = await backend.memory.create(SPEC)
        wanted = (
            {"spec": CHANGED, "status": job.status}
            if operation == "update"
            else {"spec": SPEC, "status": JobStatus.PAUSED}
        )
        call = gateway.update(job.job_id, CHANGED) if operation == "update" else gateway.pause(job.job_id)

        answer, error = await outcome_of(call)

        now = await backend.memory.get(job.job_id)
        changed = {"spec": now.spec, "status": now.status} == wanted
        if error is None:
            assert changed
            assert answer == now
        elif not error.facts.get("outcome_unknown"):
            assert not changed
        assert len(backend.attempts) <= POLICY.attempts
        assert elapsed() <= POLICY.total_time

    run(story, faults, draw)


@given(FAULTS, DRAWS)
def test_a_read_answers_what_is_or_fails_in_time(faults, draw):
    async def story(backend, gateway):
        job = await backend.memory.create(SPEC)

        answer, error = await outcome_of(gateway.get(job.job_id))

        assert error or answer == await backend.memory.get(job.job_id)
        assert not (error and error.facts.get("outcome_unknown"))
        assert elapsed() <= POLICY.total_time

    run(story, faults, draw)


@pytest.mark.parametrize("fault", Fault)
def test_one_fault_is_survived_by_every_call_but_a_create(fault):
    async def story(backend, gateway):
        job = await backend.memory.create(SPEC)

        assert (await gateway.pause(job.job_id)).status is JobStatus.PAUSED

    run(story, [fault], 0.5)
