"""An engine with its signs of life, its notifications and its retention."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.application.engine_host import EngineHost, HostSettings
from cronlytic_mcp.application.engine_presence import find_engines
from cronlytic_mcp.application.notify_person import NotifySettings
from cronlytic_mcp.application.run_job_now import run_job_now
from cronlytic_mcp.application.send_notification import Delivery
from cronlytic_mcp.application.sweep_store import Swept
from cronlytic_mcp.domain.engine.engine_sign import EngineKind
from cronlytic_mcp.domain.engine.retention import Retention
from tests.application.engine.world import HOURLY, MINUTELY, answer, at_once

pytestmark = pytest.mark.anyio

CHAT = "https://chat.example.com/hook"


@pytest.fixture
def notes() -> MemoryNoteBoard:
    return MemoryNoteBoard()


@pytest.fixture
def hosting(world, notes):
    @asynccontextmanager
    async def run(engine_id="one", kind=EngineKind.WORKER, **settings):
        host = EngineHost(
            world.store,
            notes,
            world.targets,
            world.clock,
            HostSettings(kind, **settings),
            analyses=world.store.analyses,
            engine_id=engine_id,
            observe=world.notices.append,
        )
        work = asyncio.create_task(host.run())
        try:
            yield host
        finally:
            host.stop()
            await work

    return run


async def test_it_runs_jobs_and_is_seen_while_it_does(world, notes, hosting):
    await world.add(MINUTELY)
    async with hosting():
        await asyncio.sleep(130)
        (sign,) = await find_engines(notes, world.clock)

    assert (sign.engine_id, sign.kind) == ("one", EngineKind.WORKER)
    assert len(world.targets.sent) == 2
    assert await find_engines(notes, world.clock) == ()


async def test_it_wakes_for_what_was_just_written(world, hosting):
    await world.add(HOURLY)
    async with hosting() as host:
        await asyncio.sleep(1)
        asked = await run_job_now(world.store, world.clock, "job-1", wait_seconds=20, wake=host.wake)

    assert asked.finished
    assert asked.run.lateness == timedelta()


async def test_it_forgets_what_need_not_be_kept(world, hosting):
    await world.add(MINUTELY)
    async with hosting(retention=Retention(runs_for=timedelta(minutes=10))):
        await asyncio.sleep(3600 * 2 + 90)

    swept = [notice for notice in world.notices if isinstance(notice, Swept)]
    assert len(swept) == 3
    assert len(await world.runs()) < 25


async def test_of_several_hosts_one_tells_a_person(world, hosting):
    await world.add(MINUTELY)
    world.targets.behave(at_once(answer(500)))
    notify = NotifySettings(CHAT, after=2)
    async with hosting("one", notify=notify), hosting("two", EngineKind.SERVER, notify=notify):
        await asyncio.sleep(300)

    told = [json.loads(request.body)["text"] for _, request in world.targets.sent if request.url == CHAT]
    assert told == ["job-1 has failed 2 times in a row. The target answered 500; success is 200-299."]
    assert [notice.delivered for notice in world.notices if isinstance(notice, Delivery)] == [True]
