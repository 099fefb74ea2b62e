"""What the holder of a lease writes: that its run starts, goes on, has ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from attrs import evolve
from sqlalchemy import Connection, update

from ...application.engine_ports import Lease, Result, Settle
from ...domain.engine.run import Run, RunState
from .changes import Decided, write_changes
from .job_queries import find_jobs, in_chunks
from .run_queries import find_runs
from .run_rows import StoredRun
from .schema import RUNS

_FINISHED = frozenset({RunState.SUCCESS, RunState.FAILED})


def start(connection: Connection, leases: Collection[Lease], now: datetime) -> frozenset[Lease]:
    """Turn claimed runs into running ones, and return the leases that are lost."""
    held = _find_held(connection, leases)
    claimed = [stored for stored in held.values() if stored.run.state is RunState.CLAIMED]
    _update(connection, claimed, state=RunState.RUNNING.value, started_at=now)
    return frozenset(lease for lease in leases if lease not in held)


def renew(connection: Connection, leases: Collection[Lease], lease_until: datetime) -> frozenset[Lease]:
    """Let leases last longer, and return those that are lost."""
    held = _find_held(connection, leases)
    _update(connection, held.values(), lease_until=lease_until)
    return frozenset(lease for lease in leases if lease not in held)


def finish(connection: Connection, results: Sequence[Result], settle: Settle) -> frozenset[Lease]:
    """Settle runs that have ended, in the order of the results, and return the leases that are lost."""
    stored = _find_newest(connection, {result.lease for result in results})
    jobs = find_jobs(connection, {one.run.job_id for one in stored.values() if one.in_flight})
    lost, decided = set(), dict[Lease, Decided]()
    for lease, result in ((result.lease, result) for result in results):
        ended = stored.get(lease)
        if ended is None or not (ended.in_flight or ended.run.state in _FINISHED):
            lost.add(lease)
        elif ended.in_flight and lease not in decided:
            job = jobs[ended.run.job_id]
            decided[lease] = Decided(settle(job, _end(ended.run, result)), job, ended)
            jobs[job.job_id] = decided[lease].job
    write_changes(connection, list(decided.values()))
    return frozenset(lost)


def _end(run: Run, result: Result) -> Run:
    state = RunState.SUCCESS if result.outcome.success else RunState.FAILED
    return evolve(run, state=state, finished_at=result.finished_at, outcome=result.outcome)


def _find_newest(connection: Connection, leases: Collection[Lease]) -> dict[Lease, StoredRun]:
    """Return the runs of leases after which no other one was given, whether they have ended or not."""
    found = find_runs(connection, {lease.run_id for lease in leases})
    pairs = ((lease, found.get(lease.run_id)) for lease in leases)
    return {lease: stored for lease, stored in pairs if stored is not None and stored.token == lease.token}


def _find_held(connection: Connection, leases: Collection[Lease]) -> dict[Lease, StoredRun]:
    newest = _find_newest(connection, leases)
    return {lease: stored for lease, stored in newest.items() if stored.in_flight}


def _update(connection: Connection, runs: Collection[StoredRun], **columns: object) -> None:
    for chunk in in_chunks(stored.run.run_id for stored in runs):
        connection.execute(update(RUNS).where(RUNS.c.run_id.in_(chunk)).values(columns))
