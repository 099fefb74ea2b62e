"""Forgets what is old, a limited number of rows in each call."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Select, Table, bindparam, delete, func, select

from .job_queries import in_chunks
from .schema import BODIES, EVENTS, RUNS, is_settled

_OVERFULL = select(RUNS.c.job_id).group_by(RUNS.c.job_id).having(func.count() > bindparam("keep"))
_BEYOND = (
    select(RUNS.c.run_id, RUNS.c.state)
    .where(RUNS.c.job_id == bindparam("of_job"))
    .order_by(RUNS.c.fire_at.desc(), RUNS.c.run_id.desc())
    .offset(bindparam("keep"))
    .subquery()
)
_EXCESS = select(_BEYOND.c.run_id).where(is_settled(_BEYOND)).limit(bindparam("limit"))


def forget_runs(connection: Connection, before: datetime, limit: int) -> int:
    """Delete settled runs whose last occurrence was before an instant, with their bodies."""
    old = select(RUNS.c.run_id).where(is_settled(RUNS), RUNS.c.last_at < before).order_by(RUNS.c.last_at)
    return _delete(connection, RUNS.c.run_id, old, limit)


def forget_bodies(connection: Connection, before: datetime, limit: int) -> int:
    """Delete the bodies of runs that finished before an instant."""
    old = select(BODIES.c.run_id).where(BODIES.c.finished_at < before).order_by(BODIES.c.finished_at)
    return _delete(connection, BODIES.c.run_id, old, limit)


def forget_events(connection: Connection, before: datetime, limit: int) -> int:
    """Delete events of before an instant."""
    old = select(EVENTS.c.sequence).where(EVENTS.c.at < before).order_by(EVENTS.c.at)
    return _delete(connection, EVENTS.c.sequence, old, limit)


def find_excess_runs(connection: Connection, keep: int, limit: int) -> list[str]:
    """Return the ids of settled runs that are not among the newest `keep` rows of their job.

    This counts the rows of all jobs, so it is not to be done while others wait to write.
    """
    found: list[str] = []
    for job_id in connection.scalars(_OVERFULL, {"keep": keep}):
        values = {"of_job": job_id, "keep": keep, "limit": limit - len(found)}
        found += connection.scalars(_EXCESS, values)
        if len(found) == limit:
            break
    return found


def delete_runs(connection: Connection, run_ids: list[str]) -> int:
    """Delete those of the runs that are there and settled."""
    return sum(
        connection.execute(delete(RUNS).where(RUNS.c.run_id.in_(chunk), is_settled(RUNS))).rowcount
        for chunk in in_chunks(run_ids)
    )


def _delete(connection: Connection, key: Column[Any], old: Select[Any], limit: int) -> int:
    table: Table = key.table
    return connection.execute(delete(table).where(key.in_(old.limit(limit)))).rowcount
