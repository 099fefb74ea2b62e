"""Runs as rows of a table, and back. The body of an answer lies in a row of its own."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from attrs import frozen
from sqlalchemy import Row

from ...domain.engine.run import IN_FLIGHT, Outcome, Run, RunSource, RunState
from .faults import unreadable_row


@frozen
class StoredRun:
    """A run with its lease. The token counts how often it was claimed, and stays when the lease ends."""

    run: Run
    token: int = 0
    lease_until: datetime | None = None

    @property
    def in_flight(self) -> bool:
        """Whether somebody is to have the lease."""
        return self.run.state in IN_FLIGHT


def write_run(stored: StoredRun) -> dict[str, object]:
    """Return the columns of a run."""
    run = stored.run
    return {
        "run_id": run.run_id,
        "job_id": run.job_id,
        "fire_at": run.fire_at,
        "manual": run.source is RunSource.MANUAL,
        "source": run.source.value,
        "state": run.state.value,
        "recorded_at": run.recorded_at,
        "last_at": run.last_at,
        "occurrences": run.count,
        "started_at": run.started_at,
        "finished_at": run.finished_at,
        "reason": run.reason,
        "token": stored.token,
        "lease_until": stored.lease_until,
        **_write_outcome(run.outcome),
    }


def _write_outcome(outcome: Outcome | None) -> dict[str, object]:
    return {
        "success": outcome and outcome.success,
        "attempts": outcome and outcome.attempts,
        "status": outcome and outcome.status,
        "elapsed_seconds": outcome and outcome.elapsed_seconds,
        "error": outcome and outcome.error,
        "body_size": outcome and outcome.body_size,
        "body_whole": outcome and outcome.body_whole,
    }


def write_body(run: Run) -> dict[str, object] | None:
    """Return the columns of the body of a run's answer, None where there is none."""
    if run.outcome is None or run.outcome.body is None:
        return None
    return {"run_id": run.run_id, "finished_at": run.finished_at, "body": run.outcome.body}


def read_run(row: Row[Any], body: str | None = None) -> Run:
    """Return the run of a row with all columns.

    Raises:
        StoreUnavailable: nothing of ours wrote this row.
    """
    try:
        return _read_run(row, body)
    except Exception as error:
        raise unreadable_row(f"the run {row.run_id}") from error


def read_stored_run(row: Row[Any]) -> StoredRun:
    """Return the run of a row, without its body, with its lease."""
    return StoredRun(read_run(row), row.token, row.lease_until)


def _read_run(row: Row[Any], body: str | None) -> Run:
    return Run(
        run_id=row.run_id,
        job_id=row.job_id,
        fire_at=row.fire_at,
        source=RunSource(row.source),
        state=RunState(row.state),
        recorded_at=row.recorded_at,
        last_at=row.last_at,
        count=row.occurrences,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=None if row.attempts is None else _read_outcome(row, body),
        reason=row.reason,
    )


def _read_outcome(row: Row[Any], body: str | None) -> Outcome:
    return Outcome(
        success=row.success,
        attempts=row.attempts,
        status=row.status,
        elapsed_seconds=row.elapsed_seconds,
        error=row.error,
        body=body,
        body_size=row.body_size,
        body_whole=row.body_whole,
    )
