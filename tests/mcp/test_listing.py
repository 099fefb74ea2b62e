"""What clients see before any call: identity, instructions, and the list of tools."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cronlytic_mcp import __version__
from cronlytic_mcp.entrypoints.mcp.instructions import describe_server
from cronlytic_mcp.entrypoints.setting_checks import BACKENDS

pytestmark = pytest.mark.anyio

SNAPSHOTS = Path(__file__).parent / "snapshots"

CORE = [
    "list_jobs",
    "get_job",
    "create_job",
    "update_job",
    "pause_job",
    "resume_job",
    "delete_job",
    "get_job_logs",
    "test_webhook",
    "validate_cron",
    "health_check",
]
# read-only, destructive, idempotent, open world
HINTS = {
    "list_jobs": (True, False, True, True),
    "get_job": (True, False, True, True),
    "create_job": (False, False, False, True),
    "update_job": (False, True, True, True),
    "pause_job": (False, False, True, True),
    "resume_job": (False, False, True, True),
    "delete_job": (False, True, True, True),
    "get_job_logs": (True, False, True, True),
    "test_webhook": (False, True, False, True),
    "validate_cron": (True, False, True, False),
    "health_check": (True, False, True, True),
}


def compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def as_listed(tool) -> dict:
    return tool.model_dump(by_alias=True, exclude_none=True, mode="json")


async def test_the_server_says_who_it_is_and_what_it_offers(connect):
    async with connect() as assistant:
        client = assistant.client
        assert client.server_info is None or client.server_info.version == __version__
        assert list(assistant.tools)[: len(CORE)] == CORE


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_instructions_are_short_and_say_what_to_do_first_and_which_backend_it_is(backend):
    instructions = describe_server(backend)
    assert len(instructions) <= 1200
    assert "Start with list_jobs" in instructions
    assert f"Backend: {'the Cronlytic cloud' if backend == 'cronlytic' else backend}" in instructions


def test_the_instructions_of_the_memory_backend_say_what_is_lost_and_what_to_configure():
    instructions = describe_server("memory")
    assert "vanish when this server ends and do not run" in instructions
    assert "leaves CRONLYTIC_BACKEND out" in instructions
    assert "CRONLYTIC_API_KEY and CRONLYTIC_USER_ID" in instructions


def test_the_instructions_of_the_local_backend_say_what_runs_when_the_client_has_closed():
    instructions = describe_server("local")
    assert "while this client is open" in instructions
    assert "only if a worker is at work" in instructions


async def test_every_tool_says_all_four_hints_as_they_are(connect):
    async with connect() as assistant:
        for name, expected in HINTS.items():
            hints = assistant.tools[name].annotations
            shown = (
                hints.read_only_hint,
                hints.destructive_hint,
                hints.idempotent_hint,
                hints.open_world_hint,
            )
            assert shown == expected, name


async def test_every_schema_is_a_closed_object_that_every_client_takes(connect):
    async with connect() as assistant:
        for tool in assistant.tools.values():
            for schema in (tool.input_schema, tool.output_schema):
                Draft202012Validator.check_schema(schema)
                assert schema["type"] == "object"
                assert schema["additionalProperties"] is False
                assert "$ref" not in compact(schema)
            assert not {"oneOf", "anyOf", "allOf"} & tool.input_schema.keys()


async def test_an_answer_is_either_a_success_or_an_error(connect):
    async with connect() as assistant:
        for tool in assistant.tools.values():
            validator = Draft202012Validator(tool.output_schema)
            error = {"error": {"code": "internal_error", "message": "x", "request_id": "1"}}
            assert validator.is_valid(error), tool.name
            assert not validator.is_valid({}), tool.name
            assert not validator.is_valid({"surprise": 1}), tool.name


async def test_the_list_keeps_its_budgets(connect):
    async with connect() as assistant:
        tools = [as_listed(tool) for tool in assistant.tools.values()]
    assert max(len(tool["description"]) for tool in tools) <= 350
    inputs = sum(
        len(tool["name"]) + len(tool["description"]) + len(compact(tool["inputSchema"]))
        for tool in tools
        if tool["name"] in CORE
    )
    assert inputs < 8_000
    assert sum(len(compact(tool)) for tool in tools) < 30_000


@pytest.mark.parametrize("name", CORE)
async def test_a_tool_is_shown_as_its_snapshot_says(connect, name):
    async with connect() as assistant:
        shown = as_listed(assistant.tools[name])
    path = SNAPSHOTS / f"{name}.json"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(shown, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    assert path.is_file(), f"{name} has no snapshot yet; run: UPDATE_SNAPSHOTS=1 make test ARGS='-k snapshot'"
    assert shown == json.loads(path.read_text(encoding="utf-8")), (
        f"What clients see of {name} has changed. If that is meant, run: "
        "UPDATE_SNAPSHOTS=1 make test ARGS='-k snapshot', and read the difference before you commit it."
    )
