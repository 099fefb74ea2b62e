"""Claims runs: those that wait, those of jobs that are due, those that others have left, those by hand."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import evolve
from sqlalchemy import Connection

from ...application.engine_ports import Claim, ClaimBatch, Decide, Settle
from ...domain.engine.run import Run, RunSource, RunState, make_run_id
from .changes import Decided, write_changes
from .job_queries import find_due, find_job, find_jobs, view_jobs
from .run_batch import RunBatch
from .run_queries import find_lapsed, find_runs, find_waiting, hold_waiting
from .run_rows import StoredRun

_MICROSECOND = timedelta(microseconds=1)


def claim_due(
    connection: Connection, now: datetime, limit: int, lease_until: datetime, decide: Decide
) -> ClaimBatch:
    """Claim what waits and what is due."""
    waiting = find_waiting(connection, limit)
    claims = _claim_waiting(connection, waiting, lease_until)
    due = find_due(connection, now, limit - len(waiting))
    decided = [Decided(decide(view), view.job) for view in view_jobs(connection, due)]
    claims += write_changes(connection, decided, lease_until)
    return ClaimBatch(tuple(claims), len(waiting) + len(due))


def _claim_waiting(connection: Connection, seen: Sequence[StoredRun], lease_until: datetime) -> list[Claim]:
    if not seen:
        return []
    jobs = find_jobs(connection, {stored.run.job_id for stored in seen})
    # Before the jobs were locked another engine may have been quicker.
    waiting = hold_waiting(connection, [stored.run.run_id for stored in seen])
    batch = RunBatch({stored.run.run_id: stored for stored in waiting}, lease_until)
    claims: list[Claim] = []
    taken = set()
    for run in (stored.run for stored in waiting):
        if run.source is not RunSource.MANUAL:
            if run.job_id in taken:
                continue
            taken.add(run.job_id)
        claim = batch.put(evolve(run, state=RunState.CLAIMED), jobs[run.job_id])
        claims += [claim] if claim else []
    batch.write(connection)
    return claims


def reclaim_lapsed(
    connection: Connection, now: datetime, limit: int, lease_until: datetime, settle: Settle
) -> ClaimBatch:
    """Take over runs whose lease has lapsed."""
    lapsed = find_lapsed(connection, now, limit)
    jobs = find_jobs(connection, {stored.run.job_id for stored in lapsed})
    decided = []
    for stored in lapsed:
        job = jobs[stored.run.job_id]
        one = Decided(settle(job, stored.run), job, stored)
        jobs[job.job_id] = one.job
        decided.append(one)
    return ClaimBatch(tuple(write_changes(connection, decided, lease_until)), len(lapsed))


def add_manual_run(connection: Connection, job_id: str, now: datetime) -> Run:
    """Add a queued run that was asked for by hand, at the first free instant."""
    job = find_job(connection, job_id, lock=True)
    fire_at, source = now, RunSource.MANUAL
    while find_runs(connection, [run_id := make_run_id(job_id, fire_at, source)]):
        fire_at += _MICROSECOND
    run = Run(run_id, job_id, fire_at, source, RunState.QUEUED, recorded_at=now)
    batch = RunBatch({})
    batch.put(run, job)
    batch.write(connection)
    return run
