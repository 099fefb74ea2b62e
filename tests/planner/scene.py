"""Jobs with targets, an engine and planners over one store, in virtual time."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import timedelta

from attrs import evolve

from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.application.adaptive.planner import Planner
from cronlytic_mcp.application.adaptive.planner_settings import PlannerSettings
from cronlytic_mcp.application.adaptive.ports import AnalysisPorts
from cronlytic_mcp.application.adaptive.rules_analyst import RulesAnalyst
from tests.application.engine.world import World, answer
from tests.planner.steady_time import Unhurried

URL = "https://example.com/"


class Scene(World):
    """A `World` with planners. notices: of engines; told: of planners."""

    def __init__(self, store=None) -> None:
        super().__init__()
        if store is not None:
            self.store = store
        self.told = []
        self.notes = store.notes if store is not None else MemoryNoteBoard()

    @property
    def ports(self) -> AnalysisPorts:
        return AnalysisPorts(self.store, self.store.analyses, self.notes, self.clock)

    def planner(self, analyst=None, *, wake=None, **settings) -> Planner:
        ports = self.ports if wake is None else evolve(self.ports, wake=wake)
        return Planner(
            ports,
            analyst or RulesAnalyst(ports),
            evolve(PlannerSettings(), **settings),
            observe=self.told.append,
        )

    @asynccontextmanager
    async def planning(self, planner: Planner | None = None):
        """Have a planner work meanwhile; it is stopped at the end."""
        planner = planner or self.planner()
        work = asyncio.create_task(planner.run())
        try:
            yield planner
        finally:
            planner.stop()
            await work

    @asynccontextmanager
    async def at_work(self, **settings):
        """Have an engine and a planner with the rules work meanwhile."""
        tick = timedelta(minutes=10)  # what is written wakes the engine, so that few ticks do
        async with self.running(tick=tick) as engine:
            await asyncio.sleep(20)  # so that no look comes together with a run
            async with self.planning(self.planner(wake=engine.wake, **settings)):
                yield

    def runs_between(self, first: float, last: float) -> int:
        """How many requests were sent from one minute on and before another one."""
        start = self.clock.now() - timedelta(seconds=self.clock.monotonic())
        minutes = [(time - start) / timedelta(minutes=1) for time in self.targets.times]
        return sum(first <= minute < last for minute in minutes)

    async def sessions(self, job_id="job-1"):
        """A job's sessions, the oldest first."""
        return list(reversed(await self.store.analyses.list_sessions(1_000, job_id=job_id)))

    async def rules(self, job_id="job-1") -> list[str]:
        """The rules that decided, in turn, each once for as long as it went on deciding."""
        names = [session.reasoning.partition(":")[0] for session in await self.sessions(job_id)]
        return [name.removeprefix("Rule ") for n, name in enumerate(names) if n == 0 or name != names[n - 1]]


@asynccontextmanager
async def sql_scene(folder):
    """A scene over an SQLite store."""
    store = Unhurried(SqlEngineStore(SqliteFile(folder / "jobs.db")))
    await store.open()
    try:
        yield Scene(store)
    finally:
        await store.close()


def saying(**content):
    """An answer with a JSON object."""
    return answer(body=json.dumps(content))
