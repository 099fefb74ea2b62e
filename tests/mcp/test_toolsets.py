"""Which tools are offered: those of the toolsets, in a fixed order, and nothing that writes where it is read-only."""

from __future__ import annotations

import re
from itertools import chain, combinations

import pytest
from mcp import MCPError

from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.mcp.instructions import describe_server
from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS, Registry
from cronlytic_mcp.entrypoints.setting_checks import BACKENDS
from cronlytic_mcp.entrypoints.settings import Options, read_settings
from cronlytic_mcp.entrypoints.toolset import DEFAULT_TOOLSETS, ENGINE_TOOLSETS, Toolset
from tests.mcp.raw_server import raw_server

pytestmark = pytest.mark.anyio

CHOICES = [
    frozenset(names) for names in chain.from_iterable(combinations(Toolset, count) for count in range(1, 6))
]


OFFERED = [DEFAULT_TOOLSETS, frozenset(Toolset), frozenset({Toolset.CORE}), frozenset({"insight", "bulk"})]


def name(choice) -> str:
    return ",".join(sorted(choice))


# --- The list ------------------------------------------------------------------------------------


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("toolsets", OFFERED, ids=name)
async def test_exactly_the_tools_of_the_toolsets_are_listed_and_read_only_wins(
    connect, services, toolsets, read_only
):
    services.read_only = read_only
    async with connect() as assistant:
        assert list(assistant.tools) == [
            tool.name
            for tool in ALL_TOOLS
            if tool.toolset in toolsets - ENGINE_TOOLSETS and not (read_only and tool.writes)
        ]


def test_each_toolset_has_tools_of_its_own():
    by_toolset = {
        toolset: {tool.name for tool in ALL_TOOLS if tool.toolset is toolset} for toolset in Toolset
    }
    assert len(by_toolset[Toolset.CORE]) == 11
    assert by_toolset[Toolset.INSIGHT] == {"get_job_health", "preview_schedule"}
    assert by_toolset[Toolset.BULK] == {"bulk_update_jobs", "export_jobs"}
    assert sum(map(len, by_toolset.values())) == len({tool.name for tool in ALL_TOOLS})


@pytest.mark.parametrize("toolsets", [frozenset({Toolset.CORE})], ids=name)
async def test_a_tool_that_is_not_offered_is_refused_with_the_way_to_get_it(connect):
    async with connect() as assistant:
        with pytest.raises(MCPError) as refused:
            await assistant.client.call_tool("bulk_update_jobs", {"action": "pause"})
    assert refused.value.error.code == -32602
    assert "belongs to the toolset bulk" in refused.value.error.message
    assert "--toolsets" in refused.value.error.message


@pytest.mark.parametrize("toolsets", [frozenset(Toolset)], ids=name)
async def test_a_read_only_server_refuses_bulk_changes(connect, services):
    services.read_only = True
    async with connect() as assistant:
        result = await assistant.client.call_tool("bulk_update_jobs", {"action": "pause"})
    assert result.is_error
    assert result.structured_content["error"]["code"] == "read_only"


@pytest.mark.parametrize("toolsets", [frozenset({Toolset.CORE})], ids=name)
async def test_a_prompt_is_offered_all_the_same_and_says_which_of_its_tools_are_not(connect):
    async with connect() as assistant:
        prompt = await assistant.client.get_prompt("bulk_job_operations")
        assert len((await assistant.client.list_prompts()).prompts) == 18
    assert "`bulk_update_jobs`" in prompt.messages[0].content.text.rpartition("good result")[2]


# --- The instructions ----------------------------------------------------------------------------


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("toolsets", CHOICES, ids=name)
def test_the_instructions_are_short_and_true_for_what_is_offered(backend, read_only, toolsets):
    instructions = describe_server(backend, read_only=read_only, toolsets=toolsets)
    registry = Registry(read_only=read_only, has_engine=backend == "local", toolsets=toolsets)
    offered = {tool.name for tool in registry.offered}
    named = {tool.name for tool in ALL_TOOLS if re.search(rf"\b{tool.name}\b", instructions)}
    assert len(instructions) <= 1200
    assert named <= offered
    assert "Backend: " in instructions
    assert ("read-only" in instructions) == read_only


def test_the_instructions_say_what_each_toolset_is_good_for():
    instructions = describe_server("cronlytic", toolsets=frozenset(Toolset))
    for tool in ("list_jobs", "validate_cron", "get_job_health", "preview_schedule", "bulk_update_jobs"):
        assert tool in instructions
    assert "cronlytic://" in instructions
    assert "prompts" in instructions


# --- The setting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "toolsets"),
    [
        (None, DEFAULT_TOOLSETS),
        ("", DEFAULT_TOOLSETS),
        ("core", {"core"}),
        ("core,insight,bulk", {"core", "insight", "bulk"}),
        (" Bulk , CORE,, ", {"core", "bulk"}),
    ],
)
@pytest.mark.parametrize("source", ["option", "environment", "file"])
def test_toolsets_are_chosen_in_every_way_that_settings_are(tmp_path, source, text, toolsets):
    file = tmp_path / ".cronlytic" / "config.json"
    if source == "file" and text is not None:
        file.parent.mkdir()
        file.write_text(f'{{"toolsets": "{text}"}}')
    options = Options(toolsets=text if source == "option" else None)
    environment = {"CRONLYTIC_TOOLSETS": text} if source == "environment" and text is not None else {}
    assert read_settings(options, environment, tmp_path).toolsets == toolsets


def test_a_file_may_hold_them_as_a_list(tmp_path):
    file = tmp_path / "config.json"
    file.write_text('{"toolsets": ["core", "bulk"]}')
    assert read_settings(Options(config=str(file)), {}, None).toolsets == {"core", "bulk"}


def test_the_usual_ones_are_without_bulk():
    assert {"core", "insight"} <= DEFAULT_TOOLSETS
    assert Toolset.BULK not in DEFAULT_TOOLSETS


@pytest.mark.parametrize("text", ["everything", "core,bulkk", ",", "core;bulk", "core\u202e", "x" * 500])
def test_an_unknown_toolset_is_refused_in_one_sentence_with_those_there_are(text):
    with pytest.raises(BadConfiguration) as refused:
        read_settings(Options(toolsets=text), {}, None)
    sentence = str(refused.value)
    assert sentence.startswith("--toolsets must be one or more of core, insight, bulk")
    assert len(sentence) < 200
    assert "\n" not in sentence
    assert "\u202e" not in sentence


async def test_an_unknown_toolset_ends_the_start_with_code_2(tmp_path):
    async with raw_server(tmp_path, "--toolsets", "core,everything") as server:
        assert await server.end_input() == 2
        (line,) = (await server.stderr()).splitlines()
    assert line.startswith("cronlytic-mcp: --toolsets must be one or more of core, insight, bulk")


@pytest.mark.parametrize("number", ["0.5", "3601", "often", "-1"])
def test_the_time_between_polls_has_a_range(number):
    with pytest.raises(BadConfiguration, match="CRONLYTIC_POLL_SECONDS must be a number from 1 to 3600"):
        read_settings(Options(), {"CRONLYTIC_POLL_SECONDS": number}, None)


async def test_a_process_offers_what_it_is_told_to(tmp_path, era):
    async with raw_server(tmp_path, "--toolsets", "insight,bulk", "--backend", "memory", era=era) as server:
        opening = await server.open()
        tools = [tool["name"] for tool in (await server.request("tools/list"))["tools"]]
    assert tools == ["get_job_health", "preview_schedule", "bulk_update_jobs", "export_jobs"]
    assert "list_jobs" not in opening["instructions"]
