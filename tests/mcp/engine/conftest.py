"""A server over the embedded engine with its store in memory; time is the test's."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.local.gateway import LocalGateway
from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.application.engine_host import EngineHost, HostSettings
from cronlytic_mcp.domain.engine.engine_sign import EngineKind
from cronlytic_mcp.domain.engine.retention import Retention
from cronlytic_mcp.entrypoints.local_engine import LocalEngine
from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.services import Services


@pytest.fixture
def store() -> MemoryEngineStore:
    return MemoryEngineStore()


@pytest.fixture
def notes() -> MemoryNoteBoard:
    return MemoryNoteBoard()


@pytest.fixture
async def engine(store, notes, sender, clock):
    host = EngineHost(
        store,
        notes,
        sender,
        clock,
        HostSettings(EngineKind.SERVER),
        analyses=store.analyses,
        engine_id="one",
        observe=lambda _: None,
    )

    async def close_store() -> None:
        """Close nothing: the store is in memory."""

    engine = LocalEngine(
        store, notes, host, Retention(), analyses=store.analyses, close_store=close_store, patience=5
    )
    yield engine
    await engine.close()


@pytest.fixture
def services(store, sender, clock, log_lines, engine) -> Services:
    return Services(
        backend="local",
        log=Log(log_lines, "debug"),
        make_clock=lambda: clock,
        make_gateway=lambda _clock, _to_close: LocalGateway(store, clock, on_change=engine.wake),
        make_webhook_sender=lambda _clock: sender,
        make_events=MemoryJobEvents,
        make_engine=lambda _clock, _sender, _to_close: engine,
        preload=lambda: None,
    )
