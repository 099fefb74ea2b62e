"""The embedded engine on PostgreSQL: what a second worker adds, and what one does without a network.

The server is one of the tests' own, with what it writes made to last (``fsync``), on the same machine.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.engine_target import slow_target
from benchmarks.figures import Figure
from cronlytic_mcp.adapters.sql.database_clock import DatabaseClock
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import IntervalSchedule
from tests.postgres_server import running_server

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.postgres_server import PostgresServer as Server

WORKER = Path(__file__).with_name("postgres_worker.py")
IN_FLIGHT = 20
ANSWER_SECONDS = 0.1
JOBS = 1000
PREPARATION = 0.008
"""Seconds that writing a job may take before all are due."""
PERIOD = timedelta(hours=1)


def measure_postgres() -> list[Figure]:
    """Have one worker and two do the same work."""
    with running_server(lasting=True) as server:
        with slow_target(ANSWER_SECONDS) as url:
            one, two = (_work(server, workers, url) for workers in (1, 2))
        alone = _work(server, 1, "")
        pair = _work(server, 2, "")
    bound = IN_FLIGHT / ANSWER_SECONDS
    return [
        Figure(
            f"PostgreSQL: occurrences a second of two workers, {IN_FLIGHT} calls of 100 ms in flight each",
            f"{two:.0f}",
            f"one worker {one:.0f}, which could do {bound:.0f}",
            two / one,
            1.6,
            at_most=False,
        ),
        Figure(
            "PostgreSQL: occurrences a second, a sender in the process",
            f"{max(alone, pair):.0f}",
            f"one worker {alone:.0f}, two {pair:.0f}",
            max(alone, pair),
            800,
            "/s",
            at_most=False,
        ),
    ]


def _work(server: Server, workers: int, url: str) -> float:
    """Return how many occurrences a second so many workers do; without a URL they send nothing."""
    with server.store() as database, _started(server.url(database), workers, url):
        return asyncio.run(_measure(server, database, url))


@contextmanager
def _started(store: str, workers: int, url: str) -> Iterator[None]:
    arguments = (store, "http", str(IN_FLIGHT)) if url else (store, "none", "64")
    processes = [
        subprocess.Popen([sys.executable, str(WORKER), *arguments], stdout=subprocess.PIPE)
        for _ in range(workers)
    ]
    try:
        for process in processes:
            assert process.stdout is not None
            process.stdout.readline()  # it is ready
        yield
    finally:
        for process in processes:
            process.kill()
            process.communicate()


async def _measure(server: Server, database: str, url: str) -> float:
    clock = DatabaseClock(SystemClock())
    # Only the jobs themselves may be lost with the power, so that writing them takes no time.
    place = PostgresServer(server.url(database, options="-csynchronous_commit=off"))
    async with SqlEngineStore(place, clock=clock) as store:
        due = clock.now() + timedelta(seconds=2 + PREPARATION * JOBS)
        for number in range(JOBS):
            spec = JobSpec(f"job {number}", url or "http://127.0.0.1:9/", IntervalSchedule(3600))
            await store.add_job(create(f"job-{number}", spec, due - PERIOD))
        if clock.now() > due:
            raise RuntimeError("writing the jobs took longer than they had")
        # Each job has an event by now, and gets one for its run.
        while await store.last_sequence() < 2 * JOBS:  # noqa: ASYNC110 - a store has no event for it
            await asyncio.sleep(0.02)
        return JOBS / (clock.now() - due).total_seconds()


if __name__ == "__main__":
    from benchmarks.figures import format_table

    print(format_table(measure_postgres()))
