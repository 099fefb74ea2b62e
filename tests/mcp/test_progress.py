"""A client that asks for progress hears why its call waits; one that does not hears nothing."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.mcp.raw_server import raw_server
from tests.mcp.resilient import gateway_to
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
async def gateway(stub):
    gateway, http = gateway_to(stub)
    yield gateway
    await http.close()


class Heard:
    """Takes down what a client is told; `error` is raised instead of listening."""

    def __init__(self, error: Exception | None = None) -> None:
        self.told: list[tuple[float, float | None, str | None]] = []
        self._error = error

    async def __call__(self, progress, total, message) -> None:
        self.told.append((progress, total, message))
        if self._error:
            raise self._error


async def test_each_pause_is_told_with_its_reason_and_progress_rises(connect, stub):
    stub.faults.add(Fault.answer(503), Fault.rate_limit("0"))
    heard = Heard()
    async with connect() as assistant:
        result = await assistant.client.call_tool("list_jobs", {}, progress_callback=heard)
    assert not result.is_error
    (first, _, why), (second, _, why_again) = heard.told
    assert first < second
    assert why == "list: attempt 2 of 3 in 0.1 s, because it answered with status 503"
    assert why_again.startswith("list: attempt 3 of 3 in 0.1 s, because it limits the rate")


async def test_a_call_of_several_steps_tells_of_all_pauses(connect, stub):
    job = {"name": "a", "url": "https://example.com/", "method": "GET", "headers": {}, "body": ""}
    job_id = stub.store.create(job | {"cron_expression": "0 3 * * *"})["job_id"]
    stub.faults.add(Fault.answer(503).on("GET", "/jobs/*"), Fault.answer(503).on("PUT"))
    heard = Heard()
    async with connect() as assistant:
        await assistant.client.call_tool(
            "update_job", {"job_id": job_id, "body": "x"}, progress_callback=heard
        )
    assert [message.partition(":")[0] for _, _, message in heard.told] == ["get", "update"]
    assert heard.told[0][0] < heard.told[1][0]


async def test_a_call_that_does_not_wait_tells_nothing(connect):
    heard = Heard()
    async with connect() as assistant:
        await assistant.client.call_tool("list_jobs", {}, progress_callback=heard)
    assert heard.told == []


async def test_a_client_that_fails_on_progress_gets_its_answer(connect, stub):
    stub.faults.add(Fault.answer(503))
    async with connect() as assistant:
        result = await assistant.client.call_tool(
            "list_jobs", {}, progress_callback=Heard(RuntimeError("no"))
        )
    assert not result.is_error


@pytest.mark.parametrize(
    "token", ["a-token", 7, None, "t" * 1000, [1]], ids=["text", "number", "none", "long", "list"]
)
async def test_on_the_wire_only_a_token_that_can_be_one_is_told(tmp_path, stub, era, token):
    environment = {
        "CRONLYTIC_API_KEY": stub.api_key,
        "CRONLYTIC_USER_ID": stub.user_id,
        "CRONLYTIC_BASE_URL": stub.base_url,
        "CRONLYTIC_BACKOFF": "0.01",
    }
    async with raw_server(tmp_path, era=era, environment=environment) as server:
        await server.open()
        await server.call("health_check")
        while stub.requests["GET /jobs"] < 2:  # noqa: ASYNC110 - one of them is the background check's
            await asyncio.sleep(0)
        stub.faults.add(Fault.answer(503).on("GET", "/jobs"))
        meta = {} if token is None else {"_meta": {"progressToken": token}}
        answered = await server.answer_to(server.send("tools/call", {"name": "list_jobs", **meta}))
    told = [message for message in server.messages if message.get("method") == "notifications/progress"]
    can_be = token in ("a-token", 7)
    assert [message["params"]["progressToken"] for message in told] == [token] * can_be
    assert "result" in answered or token == [1], json.dumps(answered)
    assert server.messages[-1] == answered, "nothing is told after the answer"
