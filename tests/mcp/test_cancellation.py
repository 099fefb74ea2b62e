"""A call that the client cancels: its request to the API stops, a create goes on, other callers lose nothing."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.mcp.raw_server import raw_server
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

JOB = {"name": "backup", "url": "https://example.com/hook", "cron_expression": "0 3 * * *"}
STORED = JOB | {"method": "GET", "headers": {}, "body": ""}


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
async def server(tmp_path, stub, era):
    environment = {
        "CRONLYTIC_API_KEY": stub.api_key,
        "CRONLYTIC_USER_ID": stub.user_id,
        "CRONLYTIC_BASE_URL": stub.base_url,
        "CRONLYTIC_LOG_LEVEL": "debug",
    }
    async with raw_server(tmp_path, era=era, environment=environment) as server:
        await server.open()
        await server.call("health_check")
        await arrived(stub, "GET /jobs", 2)  # with that of the check in the background
        yield server


async def arrived(stub: StubApi, call: str, times: int = 1) -> None:
    """Wait until the stub has seen a call, with the pytest timeout as the only limit."""
    while stub.requests[call] < times:  # noqa: ASYNC110 - the stub counts, it has nobody to tell
        await asyncio.sleep(0)


def send_call(server, tool, arguments, **meta):
    return server.send("tools/call", {"name": tool, "arguments": arguments, "_meta": meta})


def cancel(server, request_id):
    server.notify("notifications/cancelled", {"requestId": request_id, "reason": "not needed any more"})


async def logged(server, event):
    """End the server and return its log's lines about an event."""
    assert await server.end_input() == 0
    lines = (await server.stderr()).splitlines()
    return [line for line in map(json.loads, lines) if line["event"] == event]


async def test_a_read_that_is_cancelled_is_broken_off_and_not_repeated(server, stub):
    stub.faults.add(Fault.hang().on("GET", "/jobs/*"))
    request_id = send_call(server, "get_job", {"job_id": "a"})
    await arrived(stub, "GET /jobs/{job_id}")
    cancel(server, request_id)
    assert (await server.call("list_jobs"))["total"] == 0
    assert stub.requests["GET /jobs/{job_id}"] == 1
    assert request_id not in [message.get("id") for message in server.messages]
    (attempt,) = [line for line in await logged(server, "request sent") if line["operation"] == "get"]
    assert attempt["outcome"] == "broken off"


async def test_what_was_cancelled_is_in_the_log(server, stub):
    stub.faults.add(Fault.hang().on("GET", "/jobs/*"))
    request_id = send_call(server, "get_job", {"job_id": "a"})
    await arrived(stub, "GET /jobs/{job_id}")
    cancel(server, request_id)
    await server.call("list_jobs")
    called = [(line["tool"], line["outcome"]) for line in await logged(server, "tool called")]
    assert called == [("health_check", "ok"), ("get_job", "cancelled"), ("list_jobs", "ok")]


async def test_a_call_that_is_cancelled_while_it_waits_is_not_tried_again(server, stub):
    stub.faults.add(Fault.rate_limit("5").on("GET", "/jobs/*"))
    request_id = send_call(server, "get_job", {"job_id": "a"}, progressToken="wait")
    while not any(message.get("method") == "notifications/progress" for message in server.messages):
        await server.read()
    cancel(server, request_id)
    await server.call("list_jobs")
    assert stub.requests["GET /jobs/{job_id}"] == 1
    (called,) = [line for line in await logged(server, "tool called") if line["tool"] == "get_job"]
    assert called["outcome"] == "cancelled"


async def test_a_create_that_is_under_way_goes_on_to_its_end_and_the_log_tells_of_it(server, stub):
    stub.faults.add(Fault.latency(0.3).on("POST"))
    request_id = send_call(server, "create_job", JOB)
    await arrived(stub, "POST /jobs")
    cancel(server, request_id)
    await server.call("validate_cron", cron_expression="* * * * *")
    assert not stub.store.by_id
    while not stub.store.by_id:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0.01)
    assert (await server.call("list_jobs"))["total"] == 1
    assert stub.requests["POST /jobs"] == 1
    assert request_id not in [message.get("id") for message in server.messages]
    (settled,) = await logged(server, "a create ended after its call was cancelled")
    assert settled["job_id"] == next(iter(stub.store.by_id))


async def test_another_callers_shared_read_goes_on(server, stub):
    job_id = stub.store.create(STORED)["job_id"]
    stub.faults.add(Fault.latency(1).on("GET", "/jobs/*"))
    first = send_call(server, "get_job", {"job_id": job_id})
    await arrived(stub, "GET /jobs/{job_id}")
    second = send_call(server, "get_job", {"job_id": job_id})
    # Its answer shows that the call before it is under way.
    await server.call("validate_cron", cron_expression="* * * * *")
    cancel(server, first)
    answer = await server.answer_to(second)
    assert answer["result"]["structuredContent"]["job"]["job_id"] == job_id
    assert stub.requests["GET /jobs/{job_id}"] == 1
    assert first not in [message.get("id") for message in server.messages]


async def test_the_end_of_input_lets_a_create_that_is_nearly_done_end(server, stub):
    stub.faults.add(Fault.latency(0.05).on("POST"))
    send_call(server, "create_job", JOB)
    await arrived(stub, "POST /jobs")
    (settled,) = await logged(server, "a create ended after its call was cancelled")
    assert settled["job_id"] == next(iter(stub.store.by_id))
