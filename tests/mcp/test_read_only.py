"""Read-only mode: what writes is neither listed nor run, and that is said."""

from __future__ import annotations

import pytest

from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS
from tests.mcp.raw_server import raw_server

pytestmark = pytest.mark.anyio

WRITING = [tool.name for tool in ALL_TOOLS if tool.writes]
JOB = {"name": "backup", "url": "https://example.com/hook", "cron_expression": "0 3 * * *"}


@pytest.fixture
def services(services):
    services.read_only = True
    return services


def test_whatever_changes_a_job_or_calls_its_target_writes():
    assert {"create_job", "update_job", "pause_job", "resume_job", "delete_job", "test_webhook"} <= {*WRITING}


async def test_writing_tools_are_not_listed(connect):
    async with connect() as assistant:
        assert not {*WRITING} & assistant.tools.keys()
        assert {
            "list_jobs",
            "get_job",
            "get_job_logs",
            "validate_cron",
            "health_check",
        } <= assistant.tools.keys()


@pytest.mark.parametrize(
    "tool", ["create_job", "update_job", "pause_job", "resume_job", "delete_job", "test_webhook"]
)
async def test_a_writing_tool_is_refused_whatever_its_arguments(connect, gateway, sender, tool):
    job = await gateway.create(JobSpec("backup", "https://example.com/hook", CronSchedule("0 3 * * *")))
    async with connect() as assistant:
        for arguments in ({}, JOB, {"job_id": job.job_id}, {"url": "https://example.com/"}):
            result = await assistant.client.call_tool(tool, arguments)
            error = result.structured_content["error"]
            assert result.is_error
            assert (error["code"], error["operation"]) == ("read_only", tool)
            assert "read-only" in error["message"]
    assert [each.job_id for each in await gateway.list()] == [job.job_id]
    assert sender.sent == []


async def test_reading_goes_on_and_health_says_that_it_is_read_only(connect):
    async with connect() as assistant:
        assert (await assistant.call("list_jobs"))["total"] == 0
        assert (await assistant.call("health_check"))["read_only"] is True


async def test_a_server_that_is_not_read_only_says_that_too(connect, services):
    services.read_only = False
    async with connect() as assistant:
        assert (await assistant.call("health_check"))["read_only"] is False
        assert {*WRITING} & assistant.tools.keys()


@pytest.mark.parametrize("switch", ["option", "environment"])
async def test_a_process_can_be_started_read_only(tmp_path, era, switch):
    options = ["--read-only"] if switch == "option" else []
    environment = {"CRONLYTIC_READ_ONLY": "1"} if switch == "environment" else {}
    async with raw_server(tmp_path, *options, era=era, environment=environment) as server:
        opening = await server.open()
        assert "read-only" in opening["instructions"]
        listed = {tool["name"] for tool in (await server.request("tools/list"))["tools"]}
        assert not {*WRITING} & listed
        assert (await server.call("create_job", **JOB))["error"]["code"] == "read_only"
        assert (await server.call("list_jobs"))["total"] == 0
        assert await server.end_input() == 0
        assert "read-only: tools that change something" in await server.stderr()
