"""Findings about what keeps jobs from running."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.application.diagnose import (
    diagnose_backend,
    diagnose_clock,
    diagnose_engine,
    diagnose_notifications,
)
from cronlytic_mcp.application.engine_presence import Presence
from cronlytic_mcp.domain.engine.engine_sign import EngineKind
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.clock import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def engine(clock):
    store, notes = MemoryEngineStore(), MemoryNoteBoard()
    spec = JobSpec("one", "https://example.com/", CronSchedule("0 * * * *"))
    await store.add_job(create("job-1", spec, clock.now()))
    return store, notes


async def levels(engine, clock) -> list[tuple[str, str]]:
    return [(found.topic, found.level.value) for found in await diagnose_engine(*engine, clock)]


async def announce(engine, clock, kind: EngineKind) -> None:
    await Presence(engine[1], clock, kind.value, kind).announce()


async def test_jobs_without_an_engine_are_a_problem(engine, clock):
    assert await levels(engine, clock) == [("store", "ok"), ("firing", "problem")]


async def test_an_engine_of_a_server_is_a_warning_and_a_worker_is_well(engine, clock):
    await announce(engine, clock, EngineKind.SERVER)
    assert await levels(engine, clock) == [("store", "ok"), ("firing", "warning")]
    await announce(engine, clock, EngineKind.WORKER)
    assert await levels(engine, clock) == [("store", "ok"), ("firing", "ok")]


async def test_a_clock_that_was_set_back_is_a_problem(engine, clock):
    clock.advance(-3600)

    assert ("clock", "problem") in await levels(engine, clock)


async def test_an_engine_that_takes_nothing_up_is_a_problem(engine, clock):
    clock.advance(3700)
    await announce(engine, clock, EngineKind.WORKER)

    assert ("engine", "problem") in await levels(engine, clock)


async def test_a_store_without_jobs_needs_no_engine_yet(clock):
    found = await diagnose_engine(MemoryEngineStore(), MemoryNoteBoard(), clock)

    assert [(each.topic, each.level.value) for each in found] == [("store", "ok"), ("firing", "warning")]


def test_a_clock_long_past_is_a_problem():
    assert diagnose_clock(FakeClock(datetime(1970, 1, 2, tzinfo=UTC))).level == "problem"
    assert diagnose_clock(FakeClock()).level == "ok"


async def test_a_backend_that_answers_is_well(clock):
    found = await diagnose_backend(MemoryGateway(clock), clock)

    assert [each.level.value for each in found] == ["ok", "ok"]


def test_somebody_should_be_told():
    assert [diagnose_notifications(after).level.value for after in (None, 0, 3)] == [
        "warning",
        "warning",
        "ok",
    ]
