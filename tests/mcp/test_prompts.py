"""Prompts as a client of either era asks for them; what they say is in ``tests/mcp/prompts``."""

from __future__ import annotations

import pytest
from mcp import MCPError

from cronlytic_mcp.entrypoints.mcp.prompts.catalogue import NAMES

pytestmark = pytest.mark.anyio


async def test_all_prompts_are_listed_and_the_list_stays_as_it_is(connect, era):
    async with connect() as assistant:
        listed = await assistant.client.list_prompts()
    assert [prompt.name for prompt in listed.prompts] == [name for name in NAMES if name != "analyze_job"], (
        "that one is about the engine"
    )
    assert listed.cache_scope == "private"
    assert listed.ttl_ms == (300_000 if era == "2026" else 0)


@pytest.mark.parametrize("name", NAMES)
async def test_every_prompt_comes_without_arguments(connect, name):
    async with connect() as assistant:
        prompt = await assistant.client.get_prompt(name)
    assert "good result" in prompt.messages[0].content.text


async def test_a_prompt_comes_with_the_facts_of_now(connect):
    async with connect() as assistant:
        created = await assistant.create(name="nightly", headers={"Authorization": "Bearer s3cr3t"})
        prompt = await assistant.client.get_prompt("update_job_flow", {"job_id": "nightly"})
    embedded = prompt.messages[-1].content.resource
    assert embedded.uri == f"cronlytic://job/{created['job_id']}"
    assert '"nightly"' in embedded.text
    assert "s3cr3t" not in str(prompt)


async def test_the_job_that_a_prompt_embeds_can_be_read_under_its_uri(connect):
    async with connect() as assistant:
        await assistant.create(name="nightly")
        prompt = await assistant.client.get_prompt("job_troubleshooting_guide", {"job_id": "nightly"})
        (contents,) = (
            await assistant.client.read_resource(prompt.messages[-1].content.resource.uri)
        ).contents
    assert '"nightly"' in contents.text


@pytest.mark.parametrize(
    ("name", "arguments", "said"),
    [
        ("surprise\u202e", {}, "create_job_flow"),
        ("update_job_flow", {"update_type": "surprise"}, "must be one of"),
        ("update_job_flow", {"job": "x"}, "it takes job_id, update_type"),
    ],
)
async def test_what_a_prompt_does_not_take_is_an_invalid_parameter(connect, name, arguments, said):
    async with connect() as assistant:
        with pytest.raises(MCPError) as refused:
            await assistant.client.get_prompt(name, arguments)
    error = refused.value.error
    assert error.code == -32602
    assert said in error.message
    assert error.data["code"] == "invalid_arguments"
    assert error.data["problems"]
    assert "\u202e" not in str(error)
