"""Reads a page of jobs along the index of its order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from attrs import frozen
from sqlalchemy import Column, ColumnElement, Connection, Select, func, or_, select

from ...domain.engine.job_query import JobListing, JobOrder, JobPosition, JobQuery
from .job_rows import read_job
from .schema import JOBS


@frozen
class _Key:
    """What an order goes by. Jobs that have no value there come last, wherever a database would put them."""

    column: Column[Any]
    descending: bool = False


_KEYS = {
    JobOrder.NAME: _Key(JOBS.c.name_key),
    JobOrder.STATUS: _Key(JOBS.c.status),
    JobOrder.NEXT_RUN_AT: _Key(JOBS.c.next_run_at),
    JobOrder.LAST_RUN_AT: _Key(JOBS.c.last_run_at, descending=True),
}


def page_jobs(connection: Connection, query: JobQuery) -> JobListing:
    """Return the jobs that a query asks for, and how many there are in all."""
    matching = list(_filters(query))
    total = connection.scalar(select(func.count()).select_from(JOBS).where(*matching)) or 0
    found: list[Any] = []
    for part in _parts(query):
        if len(found) < query.limit:
            found += connection.execute(part.where(*matching).limit(query.limit - len(found)))
    return JobListing(tuple(read_job(row) for row in found), total)


def _filters(query: JobQuery) -> Iterator[ColumnElement[bool]]:
    if query.status is not None:
        yield JOBS.c.status == query.status.value
    if query.name_part:
        yield JOBS.c.name_key.contains(query.name_part, autoescape=True)


def _parts(query: JobQuery) -> Iterator[Select[Any]]:
    """Yield what has a value in the query's order, then what has none: each follows an index as it is."""
    key, after = _KEYS[query.order], query.after
    if after is None or after.value is not None:
        yield _with_value(key, after)
        after = None
    if key.column.nullable:
        without = select(JOBS).where(key.column.is_(None)).order_by(JOBS.c.job_id)
        yield without if after is None else without.where(JOBS.c.job_id > after.job_id)


def _with_value(key: _Key, after: JobPosition | None) -> Select[Any]:
    column = key.column
    part = select(JOBS).where(column.is_not(None)) if column.nullable else select(JOBS)
    part = part.order_by(column.desc() if key.descending else column, JOBS.c.job_id)
    if after is None:
        return part
    beyond = column < after.value if key.descending else column > after.value
    within = column <= after.value if key.descending else column >= after.value
    # The first condition says again what the second one does, in a form that an index can follow.
    return part.where(within, or_(beyond, JOBS.c.job_id > after.job_id))
