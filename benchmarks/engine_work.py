"""Work for a scheduler, and how the embedded engine does it: from a store on the disk, over HTTP."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from attrs import frozen

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.adapters.webhook.sender import AiohttpWebhookSender
from cronlytic_mcp.application.engine import Engine
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.run import RunState
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import IntervalSchedule
from cronlytic_mcp.domain.url.url import AllowedHosts

PERIOD_SECONDS = 3600
PERIOD = timedelta(seconds=PERIOD_SECONDS)
PREPARATION = 0.005
"""Seconds that writing a job may take before the first is due."""


@frozen
class Work:
    """So many jobs that call a target once, due evenly over `spread` seconds, or all at one instant."""

    jobs: int
    spread: float = 0.0

    def due_times(self) -> list[datetime]:
        """When each of them is due; the first so late that all can be written before."""
        start = datetime.now(UTC) + timedelta(seconds=0.5 + PREPARATION * self.jobs)
        step = self.spread / self.jobs
        return [start + timedelta(seconds=number * step) for number in range(self.jobs)]


@frozen
class Done:
    """How it went: seconds from the first due time to the last result, and how late each job started."""

    seconds: float
    lateness: Sequence[float]

    @property
    def per_second(self) -> float:
        """Occurrences a second."""
        return len(self.lateness) / self.seconds

    @property
    def p99(self) -> float:
        """The lateness in seconds that one start in a hundred exceeds."""
        return sorted(self.lateness)[int(len(self.lateness) * 0.99)]


def run_engine(work: Work, url: str) -> Done:
    """Have the embedded engine do it, with a store on the disk."""
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_run_engine(work, url, Path(folder) / "jobs.db"))


async def _run_engine(work: Work, url: str, path: Path) -> Done:
    clock = SystemClock()
    async with SqlEngineStore(SqliteFile(path)) as store:
        due_times = work.due_times()
        for number, due in enumerate(due_times):
            spec = JobSpec(f"job {number}", url, IntervalSchedule(PERIOD_SECONDS))
            await store.add_job(create(f"job-{number}", spec, due - PERIOD))
        if datetime.now(UTC) > due_times[0]:
            raise RuntimeError("writing the jobs took longer than they had")
        engine = Engine(store, AiohttpWebhookSender(clock, AllowedHosts.parse(["127.0.0.1"])), clock)
        running = asyncio.create_task(engine.run())
        # Each job has an event by now, and gets one for its run.
        while await store.last_sequence() < 2 * work.jobs:  # noqa: ASYNC110 - a store has no event for it
            await asyncio.sleep(0.02)
        seconds = (datetime.now(UTC) - due_times[0]).total_seconds()
        engine.stop()
        await running
        return Done(seconds, [await _lateness(store, f"job-{number}") for number in range(work.jobs)])


async def _lateness(store: SqlEngineStore, job_id: str) -> float:
    [run] = await store.list_runs(job_id, 2)
    if run.state is not RunState.SUCCESS or run.lateness is None:
        raise RuntimeError(f"{run.state}: {run.reason}")
    return run.lateness.total_seconds()
