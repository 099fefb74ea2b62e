"""Discovery is answered before a connection has decided on its era."""

from __future__ import annotations

from contextlib import asynccontextmanager

import anyio
import pytest
from mcp.shared.message import SessionMessage
from mcp_types import JSONRPCRequest, RequestParams, ServerCapabilities

from cronlytic_mcp.entrypoints.mcp.eras import unlocked_discover
from cronlytic_mcp.entrypoints.mcp.server import build_server

pytestmark = pytest.mark.anyio

META = "io.modelcontextprotocol/"


def request(number: int, method: str, version: str | None = "2026-07-28") -> SessionMessage:
    envelope = (
        {"_meta": {META + "protocolVersion": version, META + "clientCapabilities": {}}} if version else {}
    )
    return SessionMessage(JSONRPCRequest(jsonrpc="2.0", id=number, method=method, params=envelope))


@asynccontextmanager
async def relayed(server, *messages):
    """Yield what gets through, and what is answered on the way."""
    to_relay, read = anyio.create_memory_object_stream(len(messages))
    write, answers = anyio.create_memory_object_stream(len(messages))
    for message in messages:
        to_relay.send_nowait(message)
    to_relay.close()
    async with read, write, answers, unlocked_discover(server, read, write) as through:
        passed = [item async for item in through]
        yield (
            passed,
            [answers.receive_nowait().message for _ in range(answers.statistics().current_buffer_used)],
        )


@pytest.fixture
def server(services):
    return build_server(services)


async def test_discovery_is_answered_as_often_as_it_is_asked_and_does_not_pass(server):
    opening = request(3, "initialize", None)
    async with relayed(server, request(1, "server/discover"), request(2, "server/discover"), opening) as (
        passed,
        answers,
    ):
        assert passed == [opening]
        assert [answer.id for answer in answers] == [1, 2]
        result = answers[0].result
    assert result["supportedVersions"] == ["2026-07-28"]
    assert result["resultType"] == "complete"
    assert result["instructions"]
    assert ServerCapabilities.model_validate(result["capabilities"]).tools is not None


async def test_after_the_first_other_request_the_sdk_sees_everything(server):
    messages = [request(1, "tools/list"), request(2, "server/discover")]
    async with relayed(server, *messages) as (passed, answers):
        assert passed == messages
        assert answers == []


async def test_what_is_no_request_passes_and_decides_nothing(server):
    broken = ValueError("not JSON")
    async with relayed(server, broken, request(1, "server/discover")) as (passed, answers):
        assert passed == [broken]
        assert len(answers) == 1


async def test_discovery_of_a_version_that_nobody_knows_is_refused_with_those_that_are(server):
    async with relayed(server, request(1, "server/discover", "2031-01-01")) as (passed, answers):
        assert passed == []
        assert answers[0].error.code == -32022
        assert answers[0].error.data["supported"] == ["2026-07-28"]


async def test_discovery_without_the_envelope_is_left_to_the_sdk(server):
    message = request(1, "server/discover", None)
    async with relayed(server, message) as (passed, answers):
        assert passed == [message]
        assert answers == []


async def test_a_bug_in_discovery_tells_the_client_only_an_id(server, log_lines):
    async def fail(_context, _params):
        raise RuntimeError("s3cr3t")

    server.add_request_handler("server/discover", RequestParams, fail)
    async with relayed(server, request(1, "server/discover")) as (_, answers):
        assert answers[0].error.code == -32603
        assert "s3cr3t" not in str(answers[0].error)
    assert "s3cr3t" in log_lines.getvalue()


async def test_messages_can_be_taken_one_by_one_until_there_is_none(server):
    message = request(1, "tools/list")
    to_relay, read = anyio.create_memory_object_stream(2)
    write, answers = anyio.create_memory_object_stream(2)
    to_relay.send_nowait(request(0, "server/discover"))
    to_relay.send_nowait(message)
    to_relay.close()
    async with read, write, answers, unlocked_discover(server, read, write) as through:
        assert await through.receive() == message
        with pytest.raises(anyio.EndOfStream):
            await through.receive()
