"""The reference page of the tools, written from what the server tells its clients."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS
from cronlytic_mcp.entrypoints.mcp.tool import Tool
from docs.generator.markdown import cell, plain, table

HEADING = """# Tools

What each tool takes and answers, as a client is told. Every answer comes as structured content and as a
text that holds the same facts. A call that fails answers with `error`: [all errors](errors.md). Which tools a
server offers is decided by its toolsets, its backend and `--read-only`
([how](../how-to/configure.md#the-settings)).
"""
# Parts of every answer; said once above, not with each tool.
IN_EVERY_ANSWER = {"error", "notices", "omitted"}


def write_tools_page() -> str:
    """Return the page."""
    return "\n".join([HEADING, *(part for tool in ALL_TOOLS for part in _describe(tool))])


def _describe(tool: Tool) -> Iterator[str]:
    shown = tool.describe()
    yield f"## {tool.name}\n"
    yield f"{plain(tool.description)}\n"
    yield f"{_describe_effect(tool)}\n"
    arguments = shown.input_schema.get("properties", {})
    if arguments:
        required = shown.input_schema.get("required", [])
        rows = [
            (
                f"`{name}`",
                "required" if name in required else "",
                _name_type(schema),
                cell(_describe_limits(schema)),
            )
            for name, schema in arguments.items()
        ]
        yield table(("argument", "", "type", "what"), rows)
    else:
        yield "It takes no arguments.\n"
    answer = [
        name for name in (shown.output_schema or {}).get("properties", {}) if name not in IN_EVERY_ANSWER
    ]
    yield f"Answers with {', '.join(f'`{name}`' for name in answer)}.\n"


def _describe_effect(tool: Tool) -> str:
    effect = "Changes something" if tool.writes else "Changes nothing"
    if tool.destructive:
        effect += ", and may take away what cannot be had again"
    if tool.writes and tool.idempotent:
        effect += "; the same call again changes nothing more"
    reach = "Calls the backend" if tool.calls_backend else "Works without the backend"
    return f"{effect}. {reach}. Toolset `{tool.toolset}`."


def _name_type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "any")
    return kind if isinstance(kind, str) else " or ".join(kind)


def _describe_limits(schema: Mapping[str, Any]) -> str:
    said = [schema.get("description", "").rstrip(".")]
    if "enum" in schema:
        said.append("one of " + ", ".join(f"`{value}`" for value in schema["enum"]))
    if "minimum" in schema:
        said.append(
            f"{schema['minimum']} to {schema['maximum']}"
            if "maximum" in schema
            else f"from {schema['minimum']}"
        )
    if "maxLength" in schema:
        said.append(f"at most {schema['maxLength']} characters")
    if "default" in schema:
        said.append(f"default `{schema['default']}`")
    return "; ".join(part for part in said if part)
