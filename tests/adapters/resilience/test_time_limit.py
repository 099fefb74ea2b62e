"""The limits on the time of an attempt."""

from __future__ import annotations

import asyncio

import pytest

from cronlytic_mcp.adapters.resilience.time_limit import TimeLimitedGateway, ending_at
from cronlytic_mcp.domain.errors import ServiceUnavailable
from tests.adapters.resilience.scripted import CALLS, JOB, After, Hang, ScriptedGateway
from tests.adapters.resilience.virtual_time import elapsed

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    ("operation", "unknown"),
    [
        ("ping", False),
        ("list", False),
        ("get", False),
        ("logs", False),
        ("create", True),
        ("update", True),
        ("delete", True),
        ("pause", True),
        ("resume", True),
    ],
)
async def test_a_hanging_attempt_ends_in_time_and_only_a_write_has_an_unknown_outcome(
    clock, operation, unknown
):
    hanging = ScriptedGateway(**{operation: [Hang()]})

    with pytest.raises(ServiceUnavailable, match="no answer within 10 s") as caught:
        await CALLS[operation](TimeLimitedGateway(hanging, 10, clock))

    assert caught.value.outcome_unknown is unknown
    assert elapsed() == pytest.approx(10)
    assert hanging.cancelled == [operation]


async def test_an_attempt_ends_with_its_call_if_that_is_sooner(clock):
    gateway = TimeLimitedGateway(ScriptedGateway(get=[Hang(), After(9, JOB)]), 10, clock)

    with ending_at(4), pytest.raises(ServiceUnavailable, match="no answer within 4 s"):
        await gateway.get("job-1")

    assert elapsed() == pytest.approx(4)
    assert await gateway.get("job-1") == JOB


async def test_an_answer_in_time_is_passed_on(clock):
    gateway = TimeLimitedGateway(ScriptedGateway(get=[After(9.9, JOB)]), 10, clock)

    assert await gateway.get("job-1") == JOB


async def test_a_timeout_that_is_not_of_this_limit_stays_what_it_is(clock):
    gateway = TimeLimitedGateway(ScriptedGateway(get=[TimeoutError("another")]), 10, clock)

    with pytest.raises(TimeoutError, match="another"):
        await gateway.get("job-1")


async def test_a_cancelled_attempt_is_cancelled_not_timed_out(clock):
    hanging = ScriptedGateway(get=[Hang()])
    task = asyncio.create_task(TimeLimitedGateway(hanging, 10, clock).get("job-1"))
    await asyncio.sleep(0)

    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    assert hanging.cancelled == ["get"]
