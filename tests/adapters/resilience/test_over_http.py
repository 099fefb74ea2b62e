"""The resilient gateway over the HTTP adapter and a stub of the API, with short times."""

from __future__ import annotations

import asyncio

import pytest

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.domain.errors import JobNotFound, RateLimited, ServiceUnavailable
from tests.adapters.resilience.scripted import SPEC
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

# Long enough for loopback on a busy machine; only what hangs waits it out.
POLICY = ResiliencePolicy(attempt_time=0.5, total_time=5, backoff=0)

UNANSWERED = {
    "hang": Fault.hang,
    "reset": Fault.reset,
    "truncate": Fault.truncate,
    "garble": Fault.garble,
    "408": lambda **commit: Fault.answer(408, **commit),
    "500": lambda **commit: Fault.answer(500, **commit),
    "503 with Retry-After": lambda **commit: Fault.answer(503, headers={"Retry-After": "0"}, **commit),
    "HTML": lambda **commit: Fault.answer(200, "<html>", **commit),
}


@pytest.fixture
def anyio_backend():
    """Sockets need real time."""
    return "asyncio"


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
async def gateway(stub):
    async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as http:
        yield resilient(http, SystemClock(), POLICY)


@pytest.mark.parametrize("commit", [True, False], ids=["carried out", "not carried out"])
@pytest.mark.parametrize("fault", UNANSWERED)
async def test_an_unanswered_create_is_sent_once_and_what_is_said_about_it_is_true(
    stub, gateway, fault, commit
):
    stub.faults.add(UNANSWERED[fault](commit=commit).on("POST", "/jobs"))

    with pytest.raises(Exception, match=r"unknown|may have been carried out") as caught:
        await gateway.create(SPEC)

    jobs = [job.job_id for job in await gateway.list()]
    assert caught.value.facts["outcome_unknown"] is True
    assert [caught.value.facts["found_job_id"]] == (jobs or [None])
    assert len(jobs) == commit
    assert stub.requests["POST /jobs"] == 1
    assert stub.requests["GET /jobs"] == 2  # the look, and this test's own


async def test_a_throttled_create_is_sent_again(stub, gateway):
    stub.faults.add(Fault.rate_limit("0").on("POST", "/jobs").repeated(2))

    job = await gateway.create(SPEC)

    assert [other.job_id for other in await gateway.list()] == [job.job_id]
    assert stub.requests["POST /jobs"] == 3


async def test_a_wait_that_takes_too_long_is_told_instead(stub, gateway):
    stub.faults.add(Fault.rate_limit("3600").permanent())

    with pytest.raises(RateLimited) as caught:
        await gateway.list()

    assert caught.value.retry_after == 3600
    assert stub.requests["GET /jobs"] == 1


@pytest.mark.parametrize("fault", ["hang", "truncate", "408", "500", "503 with Retry-After"])
async def test_a_delete_whose_answer_was_lost_is_a_success(stub, gateway, fault):
    job = await gateway.create(SPEC)
    stub.faults.add(UNANSWERED[fault](commit=True).on("DELETE"))

    await gateway.delete(job.job_id)

    assert await gateway.list() == ()
    assert stub.requests["DELETE /jobs/{job_id}"] == 2


async def test_a_delete_of_no_job_is_no_success(stub, gateway):
    with pytest.raises(JobNotFound):
        await gateway.delete("no-such-job")

    assert stub.requests["DELETE /jobs/{job_id}"] == 1


async def test_nothing_is_sent_while_the_breaker_is_open(stub, gateway):
    stub.faults.add(Fault.answer(500).permanent())
    for _ in range(3):
        with pytest.raises(ServiceUnavailable):
            await gateway.list()

    assert stub.requests["GET /jobs"] == POLICY.breaker_failures


async def test_a_create_arrives_though_its_caller_is_cancelled(stub):
    settled = asyncio.get_running_loop().create_future()
    async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as http:
        gateway = resilient(http, SystemClock(), POLICY, observer=settled.set_result)
        create = asyncio.create_task(gateway.create(SPEC))
        await asyncio.sleep(0)

        create.cancel()
        await asyncio.gather(create, return_exceptions=True)
        event = await asyncio.wait_for(settled, 5)

        assert create.cancelled()
        assert [job.job_id for job in await gateway.list()] == [event.job_id]
