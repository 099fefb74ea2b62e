"""Reads runs: one, the newest of a job, and those that an engine has to take in hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, or_, select, union_all

from ...domain.engine.run import UNFINISHED, Run, RunPosition, RunState
from .job_queries import in_chunks
from .run_rows import StoredRun, read_run, read_stored_run
from .schema import BODIES, RUNS, in_state, is_settled, is_under_way

_OTHER = RUNS.alias("other")

_WHOLE = (
    select(RUNS, BODIES.c.body)
    .outerjoin(BODIES, BODIES.c.run_id == RUNS.c.run_id)
    .where(RUNS.c.run_id == bindparam("run_id"))
)
_SOME = select(RUNS).where(RUNS.c.run_id.in_(bindparam("run_ids", expanding=True))).with_for_update()
_LAPSED = (
    select(RUNS)
    .where(RUNS.c.lease_until <= bindparam("now"))
    .order_by(RUNS.c.lease_until, RUNS.c.run_id)
    .limit(bindparam("limit"))
    .with_for_update(skip_locked=True)
)
_WAITING = (
    select(RUNS)
    .where(
        in_state(RUNS, RunState.QUEUED),
        or_(
            RUNS.c.manual,
            ~exists().where(
                _OTHER.c.job_id == RUNS.c.job_id,
                is_under_way(_OTHER),
                _OTHER.c.lease_until.is_not(None),
                ~_OTHER.c.manual,
            ),
        ),
    )
    .order_by(RUNS.c.fire_at, RUNS.c.run_id)
)
_FIRST_WAITING = _WAITING.limit(bindparam("limit"))
_STILL_WAITING = _WAITING.where(RUNS.c.run_id.in_(bindparam("run_ids", expanding=True))).with_for_update(
    skip_locked=True, of=RUNS
)


def get_run(connection: Connection, run_id: str) -> Run | None:
    """Return a run with its body."""
    row = connection.execute(_WHOLE, {"run_id": run_id}).first()
    return None if row is None else read_run(row, row.body)


def list_runs(
    connection: Connection, job_id: str, limit: int, before: RunPosition | None, states: Collection[RunState]
) -> Sequence[Run]:
    """Return a job's runs, the newest first, without bodies."""
    of_job = RUNS.c.job_id == job_id
    if not states:
        found = _newest(select(RUNS).where(of_job), before, limit)
    else:
        # A state that is rare among many rows is found by an index of its own.
        parts = [_newest(select(RUNS).where(of_job, *_in(state)), before, limit) for state in sorted(states)]
        of_any = union_all(*(select(part.subquery()) for part in parts)).subquery()
        found = select(of_any).order_by(of_any.c.fire_at.desc(), of_any.c.run_id.desc()).limit(limit)
    return [read_run(row) for row in connection.execute(found)]


def find_runs(connection: Connection, run_ids: Iterable[str]) -> dict[str, StoredRun]:
    """Return runs by their ids, and let nobody else change them before the transaction ends."""
    found = {}
    for chunk in in_chunks(run_ids):
        for row in connection.execute(_SOME, {"run_ids": chunk}):
            found[row.run_id] = read_stored_run(row)
    return found


def find_lapsed(connection: Connection, now: datetime, limit: int) -> list[StoredRun]:
    """Return runs in flight whose lease has lapsed, the longest lapsed first."""
    rows = connection.execute(_LAPSED, {"now": now, "limit": limit})
    return [read_stored_run(row) for row in rows]


def find_waiting(connection: Connection, limit: int) -> list[StoredRun]:
    """Return queued runs that may be claimed, the earliest first; others may claim them meanwhile."""
    return [read_stored_run(row) for row in connection.execute(_FIRST_WAITING, {"limit": limit})]


def hold_waiting(connection: Connection, run_ids: Iterable[str]) -> list[StoredRun]:
    """Return those of the runs that may still be claimed, and let nobody else; their jobs must be locked."""
    found: list[StoredRun] = []
    for chunk in in_chunks(run_ids):
        found += [read_stored_run(row) for row in connection.execute(_STILL_WAITING, {"run_ids": chunk})]
    return found


def _in(state: RunState) -> tuple[Any, ...]:
    index = is_under_way(RUNS) if state in UNFINISHED else is_settled(RUNS)
    return RUNS.c.state == state.value, index


def _newest(rows: Select[Any], before: RunPosition | None, limit: int) -> Select[Any]:
    if before is not None:
        earlier = or_(RUNS.c.fire_at < before.fire_at, RUNS.c.run_id < before.run_id)
        rows = rows.where(RUNS.c.fire_at <= before.fire_at, earlier)
    return rows.order_by(RUNS.c.fire_at.desc(), RUNS.c.run_id.desc()).limit(limit)
