"""A store of many jobs, runs and events: made once by copying rows, opened, and asked what tools ask."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter

from benchmarks.figures import Figure
from cronlytic_mcp.adapters.local.gateway import LocalGateway
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.application.engine_ports import Result
from cronlytic_mcp.application.events_since import events_since
from cronlytic_mcp.application.list_jobs import list_jobs
from cronlytic_mcp.domain.engine.claim import decide_due
from cronlytic_mcp.domain.engine.job_query import JobOrder, JobQuery
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.engine.run import Outcome
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import IntervalSchedule

JOBS, RUNS = 10_000, 1_000_000
ROUNDS = 15
MINUTE = 60_000_000
"""In microseconds, as the store keeps instants."""

Ask = Callable[[], Awaitable[object]]

_JOB_ID = f"printf('job-%05d', n % {JOBS})"
_FIRE_AT = f"fire_at - (n / {JOBS} + 1) * {MINUTE}"
_COPIES: Mapping[str, tuple[int, Mapping[str, str]]] = {
    "jobs": (JOBS, {"job_id": _JOB_ID, "name": _JOB_ID, "name_key": _JOB_ID, "created_at": "created_at + n"}),
    "runs": (
        RUNS,
        {
            "run_id": f"printf('%014x%018x', {_FIRE_AT}, n)",
            "job_id": _JOB_ID,
            "fire_at": _FIRE_AT,
            "last_at": _FIRE_AT,
        },
    ),
    "events": (RUNS, {"sequence": "sequence + n + 1", "job_id": _JOB_ID, "at": "at + n"}),
}
"""How often the last row of each table is copied, and what is different in the `n`-th copy, from 0 on."""


def measure_large_store() -> list[Figure]:
    """Make the store, and ask for the median of a few rounds of each question."""
    with tempfile.TemporaryDirectory() as folder:
        place = SqliteFile(Path(folder) / "jobs.db")
        asyncio.run(_make_template(place))
        _multiply(place.path)
        return asyncio.run(_measure(place))


async def _make_template(place: SqliteFile) -> None:
    """Make a store with a job that has run once."""
    now = SystemClock().now()
    spec = JobSpec("template", "https://example.com/", IntervalSchedule(3600))
    async with SqlEngineStore(place) as store:
        await store.add_job(create("template", spec, now - timedelta(hours=1)))
        batch = await store.claim_due(now, 1, now + timedelta(minutes=1), partial(decide_due, now=now))
        [lease] = [claim.lease for claim in batch.claims]
        await store.start([lease], now)
        await store.finish([Result(lease, Outcome(success=True, attempts=1, status=200), now)], settle)


def _multiply(path: Path) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")
        connection.execute("PRAGMA cache_size = -200000")
        connection.execute("BEGIN")
        for table, (count, changes) in _COPIES.items():
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            copied = ", ".join(changes.get(column, column) for column in columns)
            connection.execute(f"CREATE TEMP TABLE source AS SELECT * FROM {table} ORDER BY 1 DESC LIMIT 1")
            connection.execute(
                "WITH RECURSIVE counted(n) AS"
                f" (SELECT 0 UNION ALL SELECT n + 1 FROM counted WHERE n < {count - 1})"
                f" INSERT INTO {table} SELECT {copied} FROM counted, source"
            )
            connection.execute("DROP TABLE source")
        connection.execute("UPDATE counters SET value = (SELECT max(sequence) FROM events)")
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = WAL")


async def _measure(place: SqliteFile) -> list[Figure]:
    figures = [_figure("opening it, after imports", await _median(partial(_open, place)), 500)]
    async with SqlEngineStore(place) as store:
        gateway = LocalGateway(store, SystemClock())
        asked: dict[str, Ask] = {
            "page_jobs at the store": lambda: store.page_jobs(JobQuery(20, JobOrder.LAST_RUN_AT)),
            "list_jobs": lambda: list_jobs(gateway),
            "events_since, the newest": lambda: events_since(store),
            "events_since of one job": lambda: events_since(store, job_id="job-00007"),
            "next_due_at": store.next_due_at,
        }
        figures += [_figure(name, await _median(ask), 50) for name, ask in asked.items()]
    return figures


async def _open(place: SqliteFile) -> None:
    async with SqlEngineStore(place):
        pass


async def _median(ask: Ask) -> float:
    """Return how many milliseconds it takes, after one round that is not counted."""
    taken = []
    for _ in range(ROUNDS + 1):
        begun = perf_counter()
        await ask()
        taken.append((perf_counter() - begun) * 1000)
    return statistics.median(taken[1:])


def _figure(name: str, milliseconds: float, aim: float) -> Figure:
    subject = f"store of {JOBS:,} jobs, {RUNS:,} runs: {name}"
    return Figure(subject, f"{milliseconds:.1f} ms", "", milliseconds, aim, " ms")
