"""One server over the memory gateway, and a client of either protocol era that checks every answer."""

from __future__ import annotations

import io
from contextlib import asynccontextmanager

import pytest
from mcp import Client

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.mcp.server import build_server
from cronlytic_mcp.entrypoints.services import Services
from tests.clock import FakeClock
from tests.mcp.assistant import MODES, Assistant


@pytest.fixture(params=MODES)
def era(request) -> str:
    """The protocol era that the client speaks."""
    return request.param


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def gateway(clock):
    """The backend; a test that needs another overrides this fixture."""
    return MemoryGateway(clock)


@pytest.fixture
def log_lines() -> io.StringIO:
    """What the server writes to stderr."""
    return io.StringIO()


@pytest.fixture
def services(gateway, clock, log_lines) -> Services:
    return Services(
        backend=gateway.capabilities.backend,
        log=Log(log_lines, "debug"),
        make_clock=lambda: clock,
        make_gateway=lambda _clock, _to_close: gateway,
        preload=lambda: None,
    )


@pytest.fixture
def connect(services, era):
    """Open a connection: ``async with connect() as assistant``; further arguments are the client's."""

    @asynccontextmanager
    async def open_connection(*, server=None, **options):
        async with Client(server or build_server(services), mode=MODES[era], **options) as client:
            tools = (await client.list_tools()).tools
            yield Assistant(client, {tool.name: tool for tool in tools})

    return open_connection
