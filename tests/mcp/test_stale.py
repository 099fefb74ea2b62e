"""While the API is down, reading tools answer what was known before, and say so; no other tool does."""

from __future__ import annotations

import pytest

from tests.mcp.resilient import gateway_to
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

JOB = {
    "name": "backup",
    "url": "https://example.com/hook",
    "method": "GET",
    "headers": {},
    "body": "",
    "cron_expression": "0 3 * * *",
}
READS = {"list_jobs": False, "get_job": True, "get_job_logs": True}


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
async def gateway(stub):
    gateway, http = gateway_to(stub, cache_time=0, backoff=0)
    yield gateway
    await http.close()


def arguments_for(tool, job_id):
    return {"job_id": job_id} if READS[tool] else {}


@pytest.mark.parametrize("tool", READS)
async def test_a_read_is_answered_from_what_was_known_and_says_since_when(connect, stub, tool):
    job_id = stub.store.create(JOB)["job_id"]
    async with connect() as assistant:
        current = await assistant.call(tool, **arguments_for(tool, job_id))
        stub.faults.add(Fault.answer(503).permanent())
        stale = await assistant.call(tool, **arguments_for(tool, job_id))
    assert not {"stale", "as_of"} & current.keys()
    assert stale.pop("stale") is True
    assert stale.pop("as_of").endswith("+00:00")
    assert stale == current


@pytest.mark.parametrize("tool", READS)
async def test_what_was_never_known_is_an_error(connect, stub, tool):
    stub.faults.add(Fault.answer(503).permanent())
    async with connect() as assistant:
        error = await assistant.refuse(tool, **arguments_for(tool, "some-job"))
    assert error["code"] == "service_unavailable"


async def test_the_check_of_the_backend_is_never_answered_from_memory(connect, stub):
    async with connect() as assistant:
        await assistant.call("list_jobs")
        await assistant.call("health_check")
        stub.faults.add(Fault.answer(503).permanent())
        health = await assistant.call("health_check")
    assert (health["healthy"], health["reachable"]) == (False, False)
    assert "stale" not in health


async def test_no_write_builds_on_what_was_known(connect, stub):
    job_id = stub.store.create(JOB)["job_id"]
    async with connect() as assistant:
        await assistant.call("get_job", job_id=job_id)
        stub.faults.add(Fault.answer(503).on("GET").permanent())
        error = await assistant.refuse("update_job", job_id=job_id, body="new")
    assert error["code"] == "service_unavailable"
    assert stub.requests["PUT /jobs/{job_id}"] == 0


async def test_within_some_seconds_a_read_is_not_repeated_and_a_write_of_ours_ends_that(
    connect, stub, services
):
    job_id = stub.store.create(JOB)["job_id"]
    gateway, http = gateway_to(stub, cache_time=3600)
    services._make_gateway = lambda _clock, _to_close: gateway
    async with connect() as assistant:
        for _ in range(3):
            await assistant.call("get_job", job_id=job_id)
        assert stub.requests["GET /jobs/{job_id}"] == 1
        await assistant.call("pause_job", job_id=job_id)
        assert (await assistant.call("get_job", job_id=job_id))["job"]["status"] == "paused"
    await http.close()
    assert stub.requests["GET /jobs/{job_id}"] == 2
