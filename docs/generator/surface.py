"""A client of the server, for the pages that show what the server says of itself."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from mcp import Client

from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.mcp.server import build_server
from cronlytic_mcp.entrypoints.settings import Options, read_settings
from cronlytic_mcp.entrypoints.toolset import Toolset
from cronlytic_mcp.entrypoints.wiring import build_services

EVERY_TOOLSET = {"CRONLYTIC_TOOLSETS": ",".join(Toolset)}


@asynccontextmanager
async def connect(environment: Mapping[str, str] = EVERY_TOOLSET) -> AsyncIterator[Client]:
    """Yield a client of the newest protocol to a server in memory that nothing else configures."""
    settings = read_settings(Options(backend="memory"), environment, home=None)
    services = build_services(settings, Log(io.StringIO(), "error"))
    async with Client(build_server(services), mode="2026-07-28") as client:
        yield client


async def read_tools(environment: Mapping[str, str] = EVERY_TOOLSET) -> dict[str, str]:
    """Return the description of each tool that the server lists, by its name."""
    async with connect(environment) as client:
        return {tool.name: tool.description or "" for tool in (await client.list_tools()).tools}
