"""A model of the planner and an assistant have the same tools, apart from the session that the first need not name."""

from __future__ import annotations

from cronlytic_mcp.adapters.openai.tool_schemas import TOOL_SCHEMAS
from cronlytic_mcp.application.adaptive.session_tools import TOOL_NAMES
from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS


def test_the_tools_of_a_model_are_those_of_a_session_with_the_same_arguments():
    of_the_server = {
        tool.name: tool.arguments.by_name.keys() - {"session_id"}
        for tool in ALL_TOOLS
        if tool.name in TOOL_NAMES
    }
    of_a_model = {
        schema["function"]["name"]: schema["function"]["parameters"]["properties"].keys()
        for schema in TOOL_SCHEMAS
    }

    assert tuple(of_a_model) == TOOL_NAMES
    assert of_a_model == of_the_server
