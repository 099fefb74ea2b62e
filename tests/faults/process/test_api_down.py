"""While the API is down the process starts and answers what needs no API, and finds back by itself."""

from __future__ import annotations

import asyncio

import pytest

from tests.mcp.raw_server import raw_server
from tests.stub_api import Fault
from tests.webhook_target import closed_port

pytestmark = pytest.mark.anyio

FIELDS = {
    "name": "nightly",
    "url": "https://example.com/hook",
    "method": "GET",
    "headers": {},
    "body": "",
    "cron_expression": "0 3 * * *",
}


@pytest.fixture(params=["2025", "2026"])
def era(request):
    return request.param


@pytest.fixture(params=["hangs", "takes no connection"])
def dead_api(request, stub, environment):
    """The environment of a server whose API never answers."""
    if request.param == "hangs":
        stub.faults.add(Fault.hang().permanent())
        return environment
    return environment | {"CRONLYTIC_BASE_URL": f"http://127.0.0.1:{closed_port()}"}


async def test_start_lists_and_schedules_are_unaffected(tmp_path, dead_api, era):
    async with raw_server(tmp_path, era=era, environment=dead_api) as server:
        opening = await server.open()
        tools = (await server.request("tools/list"))["tools"]
        valid = await server.call("validate_cron", cron_expression="0 9 * * 1-5")
        assert await server.end_input() == 0

    assert "Cronlytic" in opening["instructions"]
    assert "list_jobs" in {tool["name"] for tool in tools}
    assert valid["valid"]


async def test_a_call_that_hangs_holds_up_no_other_answer(tmp_path, stub, environment):
    job_id = stub.store.create(FIELDS)["job_id"]
    async with raw_server(tmp_path, environment=environment) as server:
        await server.open()
        before = await server.call("get_job", job_id=job_id)
        stub.faults.add(Fault.hang().permanent())
        hanging = server.send("tools/call", {"name": "get_job_logs", "arguments": {"job_id": job_id}})
        cached = await server.call("get_job", job_id=job_id)
        valid = await server.call("validate_cron", cron_expression="@daily")

        assert cached == before
        assert valid["valid"]
        assert hanging not in {message.get("id") for message in server.messages}
        assert stub.requests["GET /jobs/{job_id}"] == 1


async def test_after_recovery_the_first_call_that_is_let_through_works(tmp_path, stub, environment):
    job_id = stub.store.create(FIELDS)["job_id"]
    environment |= {
        "CRONLYTIC_BREAKER_FAILURES": "2",
        "CRONLYTIC_BREAKER_WAIT": "0.5",
        "CRONLYTIC_ATTEMPTS": "1",
    }
    async with raw_server(tmp_path, environment=environment) as server:
        await server.open()
        assert (await server.call("health_check"))["healthy"]
        stub.faults.add(Fault.reset().permanent())
        for _ in range(2):
            await server.call("get_job", job_id=job_id)
        stub.faults.clear()
        sent = stub.requests["GET /jobs/{job_id}"]
        answer, waited = {}, 0.0
        while "job" not in answer:
            await asyncio.sleep(wait := answer.get("error", {}).get("retry_in", 0))
            waited += wait
            answer = await server.call("get_job", job_id=job_id)

    assert 0 < waited <= 0.5
    assert stub.requests["GET /jobs/{job_id}"] == sent + 1
