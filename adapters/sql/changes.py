"""Writes what was decided about jobs: many decisions in a few statements."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import evolve, frozen
from sqlalchemy import Connection, bindparam, delete, insert, update

from ...application.engine_ports import Claim, Decide
from ...domain.engine.change import Change
from ...domain.engine.event import Event
from ...domain.engine.planned_job import PlannedJob
from .event_rows import add_events
from .job_queries import check_job_exists, find_job, view_jobs
from .job_rows import write_definition, write_job, write_standing
from .run_batch import RunBatch
from .run_queries import find_runs
from .run_rows import StoredRun
from .schema import JOBS
from .sealing import refuse_clear_text

_UPDATE = update(JOBS).where(JOBS.c.job_id == bindparam("of_job"))


@frozen
class Decided:
    """A change, the job that it was decided on, and the stored run that its first run settles, if any."""

    change: Change
    before: PlannedJob
    settles: StoredRun | None = None

    @property
    def job(self) -> PlannedJob:
        """The job as it is written."""
        return evolve(self.change.job, version=self.change.job.version + 1)


def add_job(connection: Connection, change: Change) -> PlannedJob:
    """Write a job that is new."""
    decided = Decided(change, change.job)
    refuse_clear_text(connection)
    connection.execute(insert(JOBS), write_job(decided.job))
    _write_runs_and_events(connection, [decided], None)
    return decided.job


def change_job(connection: Connection, job_id: str, decide: Decide) -> PlannedJob:
    """Write what `decide` makes of a job."""
    [view] = view_jobs(connection, [find_job(connection, job_id, lock=True)])
    decided = Decided(decide(view), view.job)
    write_changes(connection, [decided])
    return decided.job


def delete_job(connection: Connection, job_id: str, event: Event) -> None:
    """Delete a job, with its runs and their bodies, and add an event."""
    check_job_exists(connection, job_id)
    connection.execute(delete(JOBS).where(JOBS.c.job_id == job_id))
    add_events(connection, [event])


def write_changes(
    connection: Connection, decided: Sequence[Decided], lease_until: datetime | None = None
) -> list[Claim]:
    """Write changes in their order, and return the claims among them, to be held until an instant.

    Of several changes of one job, each was decided on what the one before it left.
    """
    _write_jobs(connection, decided)
    return _write_runs_and_events(connection, decided, lease_until)


def _write_jobs(connection: Connection, decided: Sequence[Decided]) -> None:
    before = {one.before.job_id: one.before for one in reversed(decided)}
    after = {one.job.job_id: one.job for one in decided}
    redefined, moved = [], []
    for job_id, job in after.items():
        standing = {"of_job": job_id, **write_standing(job)}
        if job.spec is before[job_id].spec:
            moved.append(standing)
        else:
            redefined.append(standing | write_definition(job.spec))
    if redefined:
        refuse_clear_text(connection)
    for rows in (redefined, moved):
        if rows:
            connection.execute(_UPDATE, rows)


def _write_runs_and_events(
    connection: Connection, decided: Sequence[Decided], lease_until: datetime | None
) -> list[Claim]:
    batch, claims = RunBatch(_find_stored(connection, decided), lease_until), []
    for one in decided:
        for place, run in enumerate(one.change.runs):
            write = batch.put if one.settles is not None and place == 0 else batch.add
            if claim := write(run, one.job):
                claims.append(claim)
    batch.write(connection)
    add_events(connection, [event for one in decided for event in one.change.events])
    return claims


def _find_stored(connection: Connection, decided: Sequence[Decided]) -> dict[str, StoredRun]:
    settled = {one.settles.run.run_id: one.settles for one in decided if one.settles is not None}
    others = {run.run_id for one in decided for run in one.change.runs} - settled.keys()
    return settled | find_runs(connection, others)
