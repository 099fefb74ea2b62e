"""Reads jobs: one, all, a page, what is due, and how they stand with their runs."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import TypeVar

from sqlalchemy import Connection, Select, bindparam, func, select

from ...domain.engine.planned_job import JobView, PlannedJob
from ...domain.engine.run import IN_FLIGHT, Run, RunState
from ...domain.errors import JobNotFound
from .job_rows import read_job
from .run_rows import read_run
from .schema import JOBS, RUNS, is_under_way

T = TypeVar("T")

CHUNK = 500
"""How many values one statement may list; some builds of SQLite take no more than 999 parameters."""

_ONE = select(JOBS).where(JOBS.c.job_id == bindparam("job_id"))
_ALL = select(JOBS).order_by(JOBS.c.created_at, JOBS.c.job_id)
_SOME = (
    select(JOBS)
    .where(JOBS.c.job_id.in_(bindparam("job_ids", expanding=True)))
    .order_by(JOBS.c.job_id)  # whoever locks several does so in one order, so that nobody waits in a circle
)
_DUE = (
    select(JOBS)
    .where(JOBS.c.due_at <= bindparam("now"))
    .order_by(JOBS.c.due_at, JOBS.c.job_id)
    .limit(bindparam("limit"))
)
_NEXT_DUE = select(func.min(JOBS.c.due_at)).where(JOBS.c.due_at.is_not(None))
_UNDER_WAY = (
    select(RUNS)
    .where(RUNS.c.job_id.in_(bindparam("job_ids", expanding=True)), is_under_way(RUNS), ~RUNS.c.manual)
    .order_by(RUNS.c.fire_at)
)


def find_job(connection: Connection, job_id: str, *, lock: bool = False) -> PlannedJob:
    """Return one job; with `lock` nobody else changes it before the transaction ends.

    Raises:
        JobNotFound: there is none.
    """
    row = connection.execute(_locked(_ONE, lock=lock), {"job_id": job_id}).first()
    if row is None:
        raise JobNotFound(job_id)
    return read_job(row)


def check_job_exists(connection: Connection, job_id: str) -> None:
    """Raise `JobNotFound` if there is no such job."""
    if connection.scalar(_ONE.with_only_columns(JOBS.c.version), {"job_id": job_id}) is None:
        raise JobNotFound(job_id)


def list_jobs(connection: Connection) -> Sequence[PlannedJob]:
    """Return all jobs, the oldest first."""
    return [read_job(row) for row in connection.execute(_ALL)]


def find_jobs(connection: Connection, job_ids: Collection[str]) -> dict[str, PlannedJob]:
    """Return jobs by their ids, and let nobody else change them before the transaction ends."""
    found = {}
    for chunk in in_chunks(sorted(job_ids)):
        for row in connection.execute(_locked(_SOME, lock=True), {"job_ids": chunk}):
            found[row.job_id] = read_job(row)
    return found


def find_due(connection: Connection, now: datetime, limit: int) -> Sequence[PlannedJob]:
    """Return jobs that are due, the longest due first; those that another engine has in hand are left out."""
    due = _DUE.with_for_update(skip_locked=True)
    return [read_job(row) for row in connection.execute(due, {"now": now, "limit": limit})]


def next_due_at(connection: Connection) -> datetime | None:
    """Return the earliest time at which a job is due."""
    earliest: datetime | None = connection.scalar(_NEXT_DUE)
    return earliest


def view_jobs(connection: Connection, jobs: Collection[PlannedJob]) -> list[JobView]:
    """Return jobs with their runs of the schedule that are under way."""
    active = dict.fromkeys((job.job_id for job in jobs), 0)
    queued: dict[str, Run] = {}
    for chunk in in_chunks(active):
        for row in connection.execute(_UNDER_WAY, {"job_ids": chunk}):
            state = RunState(row.state)
            if state in IN_FLIGHT:
                active[row.job_id] += 1
            else:
                queued.setdefault(row.job_id, read_run(row))
    return [JobView(job, active[job.job_id], queued.get(job.job_id)) for job in jobs]


def in_chunks(values: Iterable[T]) -> Iterator[list[T]]:
    """Yield values in lists that one statement can take."""
    rest = iter(values)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _locked(statement: Select[tuple[object]], *, lock: bool) -> Select[tuple[object]]:
    """SQLite has one writer at a time anyway, and leaves the clause out."""
    return statement.with_for_update() if lock else statement
