"""The prompts as a client of either protocol era sees them."""

from __future__ import annotations

import pytest
from mcp import Client
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp_types import INVALID_PARAMS

from cronlytic_mcp.entrypoints.mcp.prompts.handlers import PromptHandlers
from tests.mcp.assistant import MODES
from tests.mcp.prompts.rendered import EVERY_TOOL, PROMPTS, Rendered

pytestmark = pytest.mark.anyio


@pytest.fixture
async def client(services, era):
    handlers = PromptHandlers(services, lambda: EVERY_TOOL, "darwin")
    server = Server(
        "prompts", version="1", on_list_prompts=handlers.list_prompts, on_get_prompt=handlers.get_prompt
    )
    async with Client(server, mode=MODES[era]) as connected:
        yield connected


async def test_a_client_lists_every_prompt(client):
    listed = (await client.list_prompts()).prompts

    assert [prompt.name for prompt in listed] == [name for name in PROMPTS if name != "analyze_job"], (
        "that one is about the engine"
    )
    assert all(prompt.title and prompt.arguments for prompt in listed)


async def test_a_client_gets_a_prompt_with_the_facts_of_now(client, account):
    shown = Rendered(await client.get_prompt("update_job_flow", {"job_id": "nightly-backup"}))

    assert shown.job["job_id"] == account["nightly-backup"]


async def test_the_platform_is_that_of_the_server(client):
    shown = Rendered(await client.get_prompt("claude_desktop_integration"))

    assert shown.data["configuration"]["platform"] == "macos"


@pytest.mark.parametrize(
    ("prompt", "arguments", "field"),
    [("surprise", {}, "name"), ("update_job_flow", {"update_type": "surprise"}, "update_type")],
)
async def test_what_is_not_allowed_is_an_error_of_the_request(client, prompt, arguments, field):
    with pytest.raises(MCPError) as refusal:
        await client.get_prompt(prompt, arguments)

    assert refusal.value.code == INVALID_PARAMS
    assert refusal.value.data["problems"][0]["field"] == field
