"""A bug of ours: the client gets an id, the log gets the rest."""

from __future__ import annotations

import json

import pytest
from mcp import Client, MCPError
from mcp_types import ListToolsResult, PaginatedRequestParams

from cronlytic_mcp.entrypoints.mcp.server import build_server
from tests.mcp.assistant import MODES
from tests.mcp.backends import BrokenGateway

pytestmark = pytest.mark.anyio

SECRET = "s3cr3t-in-an-exception"


@pytest.fixture
def gateway():
    return BrokenGateway(RuntimeError(SECRET))


async def test_the_client_sees_an_id_and_the_log_says_what_happened(connect, log_lines):
    async with connect() as assistant:
        error = await assistant.refuse("list_jobs")
    assert error["code"] == "internal_error"
    assert "request_id" in error["message"]
    assert SECRET not in str(error)
    (logged,) = [
        line for line in map(json.loads, log_lines.getvalue().splitlines()) if line["level"] == "error"
    ]
    assert logged["request_id"] == error["request_id"]
    assert logged["where"] == "list_jobs"
    assert SECRET in logged["exception"]


async def test_each_bug_has_an_id_of_its_own(connect):
    async with connect() as assistant:
        first = await assistant.refuse("list_jobs")
        second = await assistant.refuse("get_job", job_id="1")
    assert first["request_id"] != second["request_id"]


async def test_an_unknown_tool_is_a_protocol_error(connect):
    async with connect() as assistant:
        with pytest.raises(MCPError) as caught:
            await assistant.client.call_tool("delete_everything", {})
    assert caught.value.error.code == -32602
    assert "delete_everything" in caught.value.error.message


async def test_a_bug_in_any_other_handler_tells_the_client_only_an_id(services, era, log_lines):
    """The SDK sends what an exception says to clients of the 2025 era, so nothing may get that far."""

    async def fail(_context, _params) -> ListToolsResult:
        raise RuntimeError(SECRET)

    server = build_server(services)
    server.add_request_handler("tools/list", PaginatedRequestParams, fail)
    async with Client(server, mode=MODES[era]) as client:
        with pytest.raises(MCPError) as caught:
            await client.list_tools()
    assert caught.value.error.code == -32603
    assert SECRET not in str(caught.value.error)
    assert SECRET in log_lines.getvalue()
    identifier = caught.value.error.message.rpartition(" ")[2]
    assert identifier in log_lines.getvalue()
