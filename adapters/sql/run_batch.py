"""The rows of runs that one transaction adds or replaces, gathered to be written in a few statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, insert, update

from ...application.engine_ports import Claim, Lease
from ...domain.engine.planned_job import PlannedJob
from ...domain.engine.run import Run, RunState
from .job_queries import in_chunks
from .run_rows import StoredRun, write_body, write_run
from .schema import BODIES, RUNS

_UPDATE = update(RUNS).where(RUNS.c.run_id == bindparam("of_run"))
_NEVER_CHANGES = ("run_id", "job_id", "fire_at", "manual")


class RunBatch:
    """Knows the stored rows of all runs that are put into it, so that nothing is decided by a database.

    lease_until: until when those are held that are put as ``claimed``.
    """

    def __init__(self, stored: Mapping[str, StoredRun], lease_until: datetime | None = None) -> None:
        self._stored, self._lease_until = stored, lease_until
        self._written: dict[str, StoredRun] = {}

    def add(self, run: Run, job: PlannedJob) -> Claim | None:
        """Put a run, unless there is one with its id that does not wait any more."""
        there = self._latest(run.run_id)
        if there is None or there.run.state is RunState.QUEUED:
            return self.put(run, job)
        return None

    def put(self, run: Run, job: PlannedJob) -> Claim | None:
        """Write a run over the one with its id, if there is one, and return the claim that it is."""
        there = self._latest(run.run_id)
        token = there.token if there else 0
        if run.state is not RunState.CLAIMED or self._lease_until is None:
            self._written[run.run_id] = StoredRun(run, token)
            return None
        self._written[run.run_id] = StoredRun(run, token + 1, self._lease_until)
        return Claim(Lease(run.run_id, token + 1), run, job)

    def write(self, connection: Connection) -> None:
        """Write what was gathered."""
        new = [write_run(row) for run_id, row in self._written.items() if run_id not in self._stored]
        changed = [_write_change(row) for run_id, row in self._written.items() if run_id in self._stored]
        if new:
            connection.execute(insert(RUNS), new)
        if changed:
            connection.execute(_UPDATE, changed)
        self._write_bodies(connection)

    def _write_bodies(self, connection: Connection) -> None:
        for chunk in in_chunks(run_id for run_id in self._written if self._had_outcome(run_id)):
            connection.execute(delete(BODIES).where(BODIES.c.run_id.in_(chunk)))
        bodies = [body for row in self._written.values() if (body := write_body(row.run)) is not None]
        if bodies:
            connection.execute(insert(BODIES), bodies)

    def _had_outcome(self, run_id: str) -> bool:
        return run_id in self._stored and self._stored[run_id].run.outcome is not None

    def _latest(self, run_id: str) -> StoredRun | None:
        return self._written.get(run_id) or self._stored.get(run_id)


def _write_change(row: StoredRun) -> dict[str, object]:
    columns = write_run(row)
    for name in _NEVER_CHANGES:  # their indexes need not be touched
        del columns[name]
    return {"of_run": row.run.run_id, **columns}
