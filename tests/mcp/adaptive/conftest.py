"""A server over the embedded engine: in memory for one protocol era, in SQLite for the other. Time is the test's."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from cronlytic_mcp.adapters.local.gateway import LocalGateway
from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.application.engine_host import EngineHost, HostSettings
from cronlytic_mcp.application.engine_ports import Result
from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.engine_sign import EngineKind
from cronlytic_mcp.domain.engine.retention import Retention
from cronlytic_mcp.domain.engine.run import Outcome
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.entrypoints.local_engine import LocalEngine
from cronlytic_mcp.entrypoints.logging import Log
from cronlytic_mcp.entrypoints.services import Services
from cronlytic_mcp.entrypoints.toolset import Toolset


@pytest.fixture
def toolsets():
    return frozenset(Toolset)


@pytest.fixture
async def store(era, tmp_path):
    if era == "2025":
        yield MemoryEngineStore()
        return
    async with SqlEngineStore(SqliteFile(tmp_path / "jobs.db")) as store:
        yield store


@pytest.fixture
def notes(store):
    return store.notes if isinstance(store, SqlEngineStore) else MemoryNoteBoard()


@pytest.fixture
def engine(store, notes, sender, clock) -> LocalEngine:
    """An engine that rests: `run_due` does its work, so that a test decides when."""
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
        """Close nothing: the store is the test's."""

    return LocalEngine(
        store, notes, host, Retention(), analyses=store.analyses, close_store=close_store, patience=5
    )


@pytest.fixture
def services(store, sender, clock, log_lines, engine, toolsets) -> Services:
    return Services(
        backend="local",
        log=Log(log_lines, "debug"),
        make_clock=lambda: clock,
        make_gateway=lambda _clock, _to_close: LocalGateway(store, clock, on_change=engine.wake),
        make_webhook_sender=lambda _clock: sender,
        make_events=MemoryJobEvents,
        make_engine=lambda _clock, _sender, _to_close: engine,
        preload=lambda: None,
        toolsets=toolsets,
    )


@pytest.fixture
def run_due(store, clock):
    """Do what an engine does at this moment; every run that comes answers as it is told to."""

    async def run(body: str | None = "ok", *, status: int = 200) -> int:
        now = clock.now()
        batch = await store.claim_due(now, 50, now + timedelta(seconds=30), partial(decide_due, now=now))
        await store.start([claim.lease for claim in batch.claims], now)
        outcome = Outcome(
            success=status < 400,
            attempts=1,
            status=status,
            elapsed_seconds=0.1,
            error="" if status < 400 else f"The target answered {status}; success is 200-299.",
            body=body,
        )
        ended = now + timedelta(milliseconds=100)
        await store.finish([Result(claim.lease, outcome, ended) for claim in batch.claims], settle)
        return len(batch.claims)

    return run
