"""Runs as a job's log shows them."""

from __future__ import annotations

from ...domain.engine.run import Outcome, Run, RunState
from ...domain.log import LogEntry, RunDetail, RunStatus

_NOTHING = Outcome(success=False, attempts=1)


def to_entry(run: Run, body: str | None = None) -> LogEntry:
    """Return the log entry of a run that was sent; one that was interrupted counts as failed."""
    outcome = run.outcome or _NOTHING
    lateness = run.lateness
    return LogEntry(
        timestamp=run.started_at or run.fire_at,
        status=RunStatus.SUCCESS if run.state is RunState.SUCCESS else RunStatus.FAILED,
        response_code=outcome.status,
        response_time=outcome.elapsed_seconds,
        error_message=outcome.error or run.reason,
        detail=RunDetail(
            run_id=run.run_id,
            source=run.source.value,
            attempts=outcome.attempts,
            lateness=lateness.total_seconds() if lateness else 0.0,
            body=body,
        ),
    )
