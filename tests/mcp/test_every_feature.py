"""A client of each era sees every feature through the SDK's client: over memory, and over a process on stdio."""

from __future__ import annotations

import json
import sys

import pytest
from mcp import Client, StdioServerParameters
from mcp.client.stdio import stdio_client
from mcp_types import PromptReference, ResourceTemplateReference

from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS
from cronlytic_mcp.entrypoints.toolset import ENGINE_TOOLSETS, Toolset
from tests.mcp.assistant import MODES

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning"),
]

JOB = {"name": "backup", "url": "https://example.com/hook", "cron_expression": "0 3 * * *"}
TOOLS = [tool.name for tool in ALL_TOOLS if tool.toolset not in ENGINE_TOOLSETS]


@pytest.fixture
def toolsets():
    return frozenset({Toolset.CORE, Toolset.INSIGHT, Toolset.BULK})


async def see_everything(client: Client, era: str) -> None:
    """Go through each kind of feature once."""
    assert [tool.name for tool in (await client.list_tools()).tools] == TOOLS
    created = (await client.call_tool("create_job", JOB)).structured_content["job"]
    job_id, uri = created["job_id"], f"cronlytic://job/{created['job_id']}"

    assert uri in [resource.uri for resource in (await client.list_resources()).resources]
    templates = (await client.list_resource_templates()).resource_templates
    assert [template.uri_template for template in templates] == [
        "cronlytic://job/{job_id}",
        "cronlytic://job/{job_id}/logs",
    ]
    (contents,) = (await client.read_resource(uri)).contents
    assert json.loads(contents.text)["name"] == "backup"

    prompts = (await client.list_prompts()).prompts
    assert len(prompts) == 18
    prompt = await client.get_prompt("update_job_flow", {"job_id": job_id})
    assert prompt.messages[-1].content.resource.uri == uri

    by_name = ResourceTemplateReference(uri=templates[0].uri_template)
    found = (await client.complete(by_name, {"name": "job_id", "value": "back"})).completion
    assert (found.values, found.total, found.has_more) == ([job_id], 1, False)
    of_prompt = PromptReference(name="update_job_flow")
    assert (await client.complete(of_prompt, {"name": "job_id", "value": "BACK"})).completion.values == [
        job_id
    ]

    health = (await client.call_tool("get_job_health", {"job_id": job_id})).structured_content
    assert health["verdict"]["condition"] == "no_data"
    assert (await client.call_tool("preview_schedule", {})).structured_content["active"] == 1
    shown = (await client.call_tool("bulk_update_jobs", {"action": "pause"})).structured_content
    assert shown["outcomes"] == {"planned": 1}

    if era == "2026":
        async with client.listen(resource_subscriptions=[uri]) as changes:
            await client.call_tool("pause_job", {"job_id": job_id})
            async for change in changes:
                assert change.uri == uri
                break
    else:
        await client.subscribe_resource(uri)
        await client.call_tool("pause_job", {"job_id": job_id})
        await client.unsubscribe_resource(uri)


async def test_over_memory(connect, era):
    async with connect() as assistant:
        await see_everything(assistant.client, era)


async def test_over_a_process(tmp_path, era):
    command = ["-m", "cronlytic_mcp.entrypoints.command_line", "--toolsets", "core,insight,bulk"]
    server = StdioServerParameters(
        command=sys.executable, args=[*command, "--backend", "memory"], env={"HOME": str(tmp_path)}
    )
    mode = "auto" if era == "2026" else MODES[era]
    async with Client(stdio_client(server), mode=mode) as client:
        assert (client.protocol_version == "2026-07-28") == (era == "2026")
        capabilities = client.server_capabilities
        assert capabilities.tools is not None
        assert capabilities.prompts is not None
        assert capabilities.completions is not None
        assert capabilities.resources.subscribe is True
        assert "list_jobs" in client.instructions
        await see_everything(client, era)
