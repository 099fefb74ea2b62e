"""An API that limits the rate of calls is not asked again before the time that it named. Times are virtual."""

from __future__ import annotations

import asyncio

import pytest

from tests.adapters.resilience.virtual_time import elapsed
from tests.faults.rig import NEW, open_rig
from tests.stub_api.rate import RateLimit

pytestmark = pytest.mark.anyio


async def test_calls_one_after_the_other_all_succeed_at_the_rate_of_the_api():
    async with open_rig(cache_time=0) as rig:
        rig.stub.rate = RateLimit(5, 2.0, elapsed)
        started = elapsed()
        for _ in range(40):
            assert (await rig.call("list_jobs"))["total"] == 1
        seconds = elapsed() - started

    limit = rig.stub.rate
    assert limit.refused.total() == 7  # of each five calls after the first ones, one comes too early
    assert limit.early.total() == 0
    assert 7 * 2.0 <= seconds <= 8 * 3.0


async def test_calls_at_once_succeed_or_are_told_when_to_come_back_and_none_insists():
    async with open_rig() as rig:
        ids = [
            rig.stub.store.create({**NEW, "method": "GET", "headers": {}, "body": ""})["job_id"]
            for _ in range(30)
        ]
        rig.stub.rate = RateLimit(3, 2.0, elapsed)
        answers = await asyncio.gather(*(rig.call("get_job", job_id=job_id) for job_id in ids))

    errors = [answer["error"] for answer in answers if "error" in answer]
    limit, attempts = rig.stub.rate, rig.stub.requests["GET /jobs/{job_id}"]
    assert {error["code"] for error in errors} == {"rate_limited"}
    assert all(error["retry_after"] > 0 for error in errors)
    assert limit.early.total() == 0
    assert attempts <= len(ids) + 20, "the budget bounds how many are sent again"
    assert attempts - limit.refused.total() == len(ids) - len(errors)


async def test_a_limited_api_gets_each_job_once():
    async with open_rig() as rig:
        rig.stub.rate = RateLimit(2, 2.0, elapsed)
        jobs = [NEW | {"name": f"job-{number}"} for number in range(8)]
        answers = await asyncio.gather(*(rig.call("create_job", **job) for job in jobs))

    created = [answer["job"]["job_id"] for answer in answers if "job" in answer]
    assert sorted(created) == sorted(rig.new_job_ids)
    assert {answer["error"]["code"] for answer in answers if "error" in answer} == {"rate_limited"}
