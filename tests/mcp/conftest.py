"""One server over the memory gateway, and a client of either protocol era that checks every answer."""

from __future__ import annotations

import io
from contextlib import asynccontextmanager

import pytest
from mcp import Client

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.adapters.memory.webhook_sender import MemoryWebhookSender
from cronlytic_mcp.adapters.resilience.noting import NotingGateway
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.mcp.server import build_server
from cronlytic_mcp.entrypoints.request import note_job
from cronlytic_mcp.entrypoints.services import Services
from cronlytic_mcp.entrypoints.toolset import DEFAULT_TOOLSETS, Toolset
from tests.clock import FakeClock
from tests.mcp.assistant import MODES, Assistant

API_KEY = "sk-Key-Of-The-Server-0123456789"


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
def sender() -> MemoryWebhookSender:
    """The way to the targets of jobs, without a network."""
    return MemoryWebhookSender(AllowedHosts())


@pytest.fixture
def toolsets() -> frozenset[Toolset]:
    """The tools that are offered; a test that needs others overrides this fixture."""
    return DEFAULT_TOOLSETS


@pytest.fixture
def services(gateway, sender, clock, log_lines, toolsets) -> Services:
    return Services(
        backend=gateway.capabilities.backend,
        log=Log(log_lines, "debug", [API_KEY]),
        make_clock=lambda: clock,
        make_gateway=lambda _clock, _to_close: NotingGateway(gateway, note_job),
        make_webhook_sender=lambda _clock: sender,
        make_events=MemoryJobEvents,
        preload=lambda: None,
        secrets=[API_KEY],
        toolsets=toolsets,
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
