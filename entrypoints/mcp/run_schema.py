"""The JSON Schema of a run of the embedded engine, and a run as JSON."""

from __future__ import annotations

from datetime import datetime

from ...domain.engine.run import Run, RunSource, RunState
from .schema import COUNT, INSTANT, TEXT, described, nullable, one_of, record
from .tool import Payload

_NUMBER = {"type": "number"}

RUN = record(
    {
        "run_id": TEXT,
        "job_id": TEXT,
        "state": one_of(tuple(RunState)),
        "source": described(one_of(tuple(RunSource)), "What decided that it is at its time"),
        "fire_at": described(INSTANT, "Planned time; of missed or paused runs in a row the first"),
        "last_fire_at": described(INSTANT, "The last of such a row"),
        "count": described(COUNT, "How many there are in it"),
        "started_at": nullable(INSTANT),
        "finished_at": nullable(INSTANT),
        "lateness": described(nullable(_NUMBER), "Seconds from the planned time to the start"),
        "attempts": COUNT,
        "response_code": nullable({"type": "integer"}),
        "response_time": described(nullable(_NUMBER), "Seconds"),
        "problem": described(nullable(TEXT), "Why it failed, or did not run"),
    }
)


def view_run(run: Run) -> Payload:
    """Return a run without the body of its answer."""
    outcome, late = run.outcome, run.lateness
    return {
        "run_id": run.run_id,
        "job_id": run.job_id,
        "state": run.state.value,
        "source": run.source.value,
        "fire_at": run.fire_at.isoformat(),
        "last_fire_at": run.last_at.isoformat(),
        "count": run.count,
        "started_at": view_instant(run.started_at),
        "finished_at": view_instant(run.finished_at),
        "lateness": None if late is None else round(late.total_seconds(), 3),
        "attempts": 0 if outcome is None else outcome.attempts,
        "response_code": None if outcome is None else outcome.status,
        "response_time": None if outcome is None else round_seconds(outcome.elapsed_seconds),
        "problem": (run.reason if outcome is None else outcome.error or run.reason) or None,
    }


def view_instant(instant: datetime | None) -> str | None:
    """Return an instant in ISO 8601, null for none."""
    return None if instant is None else instant.isoformat()


def round_seconds(value: float | None) -> float | None:
    """Return a duration as precise as it is worth showing."""
    return None if value is None else round(value, 4)
