"""An API that is down takes nothing with it, and its return is noticed in time. All times are virtual."""

from __future__ import annotations

import asyncio
from datetime import datetime

import pytest

from tests.adapters.resilience.virtual_time import START
from tests.faults.rig import Rig, open_rig
from tests.faults.rules import LONGEST_BACKOFFS
from tests.stub_api import Fault

pytestmark = pytest.mark.anyio

FIRST_WAIT = 30.0
GET = "GET /jobs/{job_id}"
DOWN = [Fault.answer(503).permanent(), Fault.reset().permanent(), Fault.hang().permanent()]


async def call_until_nothing_is_sent(rig: Rig) -> dict:
    """Call until the breaker is open, and return what is answered then."""
    while True:
        sent = rig.stub.requests[GET]
        payload = await rig.call("get_job", job_id=rig.job_id)
        if rig.stub.requests[GET] == sent:
            return payload


async def open_the_breaker(rig: Rig) -> float:
    """Call until nothing is sent any more, and return for how long that is to be."""
    return (await call_until_nothing_is_sent(rig))["error"]["retry_in"]


@pytest.mark.parametrize("fault", DOWN, ids=["503", "reset", "hang"])
async def test_after_recovery_the_first_call_works_within_the_breakers_wait(fault):
    async with open_rig() as rig:
        rig.stub.faults.add(fault)
        wait = await open_the_breaker(rig)
        rig.stub.faults.clear()
        refused, seconds = await rig.time("get_job", job_id=rig.job_id)
        sent = rig.stub.requests[GET]
        await asyncio.sleep(wait)
        payload, _ = await rig.time("get_job", job_id=rig.job_id)

    assert 0 < wait <= FIRST_WAIT
    assert (refused["error"]["code"], seconds) == ("service_unavailable", 0)
    assert payload["job"]["job_id"] == rig.job_id
    assert rig.stub.requests[GET] == sent + 1


async def test_an_api_that_stays_down_is_tried_with_one_call_each_time_and_ever_less_often():
    async with open_rig() as rig:
        rig.stub.faults.add(Fault.answer(503).permanent())
        waits = [await open_the_breaker(rig)]
        sent = rig.stub.requests[GET]
        for _ in range(5):
            await asyncio.sleep(waits[-1])
            await rig.call("get_job", job_id=rig.job_id)
            waits.append(await open_the_breaker(rig))

    assert rig.stub.requests[GET] == sent + 5
    for wait, longest in zip(waits, [30, 60, 120, 240, 300, 300], strict=True):
        # It is told after a backoff, by the attempt that the breaker has stopped.
        assert 0.9 * longest - sum(LONGEST_BACKOFFS) <= wait <= longest


async def test_while_the_api_hangs_what_needs_no_api_is_answered_at_once():
    async with open_rig() as rig:
        first = await rig.call("get_job", job_id=rig.job_id)
        rig.stub.faults.add(Fault.hang().permanent())
        hanging = asyncio.create_task(rig.call("list_jobs"))
        valid, first_seconds = await rig.time("validate_cron", cron_expression="0 9 * * 1-5")
        cached, second_seconds = await rig.time("get_job", job_id=rig.job_id)
        tools = await rig.assistant.client.list_tools()
        assert not hanging.done()
        hanging.cancel()
        await asyncio.wait([hanging])

    assert (first_seconds, second_seconds) == (0, 0)
    assert valid["valid"]
    assert cached == first
    assert tools.tools
    assert rig.stub.requests[GET] == 1


async def test_a_read_that_was_answered_before_is_answered_again_and_says_how_old_it_is():
    async with open_rig(cache_time=0) as rig:
        current = await rig.call("get_job", job_id=rig.job_id)
        rig.stub.faults.add(Fault.answer(503).permanent())
        stale = await rig.call("get_job", job_id=rig.job_id)
        unknown = await rig.call("get_job_logs", job_id=rig.job_id)
        unsent = await call_until_nothing_is_sent(rig)

    assert "stale" not in current
    assert stale["stale"] is True
    assert datetime.fromisoformat(stale["as_of"]) == START
    assert stale["job"] == current["job"]
    assert unsent == stale
    assert unknown["error"]["code"] == "service_unavailable"


async def test_a_write_is_never_decided_on_what_was_known_before():
    async with open_rig() as rig:
        await rig.call("get_job", job_id=rig.job_id)
        rig.stub.faults.add(Fault.answer(503).on("GET").permanent())
        error = (await rig.call("update_job", job_id=rig.job_id, method="post"))["error"]

    assert (error["code"], error["outcome_unknown"]) == ("service_unavailable", False)
    assert rig.stub.requests["PUT /jobs/{job_id}"] == 0
