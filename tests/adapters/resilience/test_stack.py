"""The parts together, in their order."""

from __future__ import annotations

import asyncio

import pytest

from cronlytic_mcp.adapters.resilience.events import BreakerChanged, CreateSettled
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.application.call import Waiting, allowing_cached_reads
from cronlytic_mcp.domain.errors import ServiceUnavailable
from tests.adapters.resilience.scripted import (
    ANSWERS,
    CALLS,
    JOB,
    OTHER,
    SPEC,
    After,
    Hang,
    ScriptedGateway,
    down,
    lost,
    no_connection,
)
from tests.adapters.resilience.virtual_time import elapsed

pytestmark = pytest.mark.anyio


@pytest.fixture
def events():
    return []


@pytest.fixture
def stack(clock, events):
    def build(scripted, *, draw=lambda: 0.0, **limits):
        return resilient(scripted, clock, ResiliencePolicy(**limits), observer=events.append, draw=draw)

    return build


async def fail(awaitable):
    with pytest.raises(ServiceUnavailable) as caught:
        await awaitable
    return caught.value


@pytest.mark.parametrize("operation", CALLS)
async def test_every_call_reaches_the_backend_and_its_answer_the_caller(stack, operation):
    scripted = ScriptedGateway(**{operation: [ANSWERS[operation]]})

    assert await CALLS[operation](stack(scripted)) == ANSWERS[operation]

    assert scripted.operations == [operation]


async def test_it_observes_nothing_and_draws_by_itself_unless_told_otherwise(clock):
    gateway = resilient(ScriptedGateway(get=[down(), JOB]), clock, ResiliencePolicy())

    assert await gateway.get("job-1") == JOB
    assert 0 <= elapsed() < 0.5


async def test_the_breaker_counts_attempts_and_an_open_one_is_not_tried_again(stack, events):
    scripted = ScriptedGateway(get=[down() for _ in range(5)])
    gateway = stack(scripted)

    await fail(gateway.get("job-1"))
    error = await fail(gateway.get("job-1"))

    assert len(scripted.calls) == 5
    assert error.retry_in == 30
    assert [type(event) for event in events] == [Waiting, Waiting, Waiting, BreakerChanged, Waiting]

    await fail(gateway.get("job-1"))
    assert len(scripted.calls) == 5
    assert elapsed() == 0


async def test_a_hanging_backend_opens_the_breaker(stack, events):
    gateway = stack(ScriptedGateway(get=[Hang() for _ in range(5)]))

    await fail(gateway.get("job-1"))
    await fail(gateway.get("job-1"))

    assert BreakerChanged("open", retry_in=30, reason="no answer within 10 s") in events


async def test_the_time_that_ends_a_call_counts_as_a_failure_not_as_a_cancellation(stack, events):
    gateway = stack(ScriptedGateway(get=[Hang(), Hang()]), total_time=15, breaker_failures=2)

    await fail(gateway.get("job-1"))

    assert elapsed() == pytest.approx(15)
    assert BreakerChanged("open", retry_in=30, reason="no answer within 5 s") in events


async def test_after_a_recovery_the_first_call_works_within_the_breakers_wait(stack):
    gateway = stack(ScriptedGateway(get=[*[down() for _ in range(5)], JOB, JOB]))
    await fail(gateway.get("job-1"))
    await fail(gateway.get("job-1"))

    await asyncio.sleep(30)

    assert await gateway.get("job-1") == JOB
    assert await gateway.get("job-1") == JOB


async def test_while_the_breaker_is_open_known_answers_are_given_at_once(stack):
    scripted = ScriptedGateway(get=[JOB, *[down() for _ in range(5)]])
    gateway = stack(scripted)
    with allowing_cached_reads():
        await gateway.get("job-1")
    await asyncio.sleep(10)
    await fail(gateway.get("job-1"))
    await fail(gateway.get("job-1"))
    before = elapsed()

    with allowing_cached_reads() as reads:
        assert await gateway.get("job-1") == JOB

    assert reads.as_of is not None
    assert elapsed() == before
    assert len(scripted.calls) == 6


async def test_a_create_without_an_answer_is_sent_once_and_looked_for_once(stack):
    scripted = ScriptedGateway(create=[Hang()], list=[(JOB,)])

    error = await fail(stack(scripted).create(SPEC))

    assert scripted.operations == ["create", "list"]
    assert error.outcome_unknown
    assert error.found_job_id == "job-1"
    assert "no answer within 10 s" in str(error)


async def test_a_look_is_not_tried_again(stack):
    scripted = ScriptedGateway(create=[lost()], list=[down()])

    error = await fail(stack(scripted).create(SPEC))

    assert scripted.operations == ["create", "list"]
    assert error.outcome_unknown


async def test_a_create_that_ends_without_its_caller_is_in_the_next_list(stack, events):
    scripted = ScriptedGateway(create=[After(5, JOB)], list=[(OTHER,), (OTHER, JOB)])
    gateway = stack(scripted)
    create = asyncio.create_task(gateway.create(SPEC))
    await asyncio.sleep(1)
    create.cancel()
    await asyncio.gather(create, return_exceptions=True)
    await asyncio.sleep(1)

    with allowing_cached_reads():
        assert await gateway.list() == (OTHER,)
        await asyncio.sleep(3.5)
        assert events == [CreateSettled("backup", job_id="job-1")]
        assert await gateway.list() == (OTHER, JOB)


async def test_a_cancelled_create_that_waits_for_its_next_attempt_makes_no_job(stack):
    scripted = ScriptedGateway(create=[no_connection()])
    create = asyncio.create_task(stack(scripted, draw=lambda: 1.0).create(SPEC))
    await asyncio.sleep(0.1)

    create.cancel()
    await asyncio.gather(create, return_exceptions=True)
    await asyncio.sleep(100)

    assert scripted.operations == ["create"]
