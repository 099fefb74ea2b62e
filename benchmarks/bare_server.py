"""The reference for start, memory and calls: the SDK's low-level server with one tool that does nothing."""

from __future__ import annotations

from typing import Any

import anyio
import mcp_types as types
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

TOOL = types.Tool(
    name="nothing", description="Does nothing.", input_schema={"type": "object", "properties": {}}
)
ANSWER = types.CallToolResult(content=[types.TextContent(type="text", text="done")])


async def list_tools(_context: Any, _parameters: Any) -> types.ListToolsResult:
    """Answer with the one tool."""
    return types.ListToolsResult(tools=[TOOL])


async def call_tool(_context: Any, _parameters: Any) -> types.CallToolResult:
    """Answer at once, and always the same."""
    return ANSWER


async def serve() -> None:
    """Serve on stdio until the input ends."""
    server = Server("bare", on_list_tools=list_tools, on_call_tool=call_tool)
    async with stdio_server() as (reading, writing):
        await server.run(reading, writing, server.create_initialization_options())


if __name__ == "__main__":
    anyio.run(serve)
