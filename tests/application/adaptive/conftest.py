"""The use-cases of an analysis over a store in memory and in SQLite, without MCP."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.application.adaptive.ports import AnalysisPorts
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule


@pytest.fixture
def wakes() -> list[None]:
    """One entry for each time that the engine was told to look."""
    return []


@pytest.fixture(params=["memory", "sqlite"])
async def ports(request, tmp_path, clock, wakes) -> AnalysisPorts:
    def wake() -> None:
        wakes.append(None)

    if request.param == "memory":
        store = MemoryEngineStore()
        yield AnalysisPorts(store, store.analyses, MemoryNoteBoard(), clock, wake)
        return
    async with SqlEngineStore(SqliteFile(tmp_path / "jobs.db")) as store:
        yield AnalysisPorts(store, store.analyses, store.notes, clock, wake)


@pytest.fixture
def add_job(ports, clock):
    """Add a job that runs every hour: ``await add_job("name", group="shop")``."""

    async def add(name: str = "job-1", **fields) -> str:
        plain = {"url": "https://example.com/", "schedule": CronSchedule("0 * * * *")}
        spec = JobSpec(name, **(plain | fields))
        return (await ports.store.add_job(create(name, spec, clock.now()))).job_id

    return add
