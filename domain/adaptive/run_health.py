"""The health of a job of the engine, from its runs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..engine.run import Run, RunState
from ..health.health import RunHealth, measure_health
from ..log import LogEntry, RunStatus

_ENDED = {RunState.SUCCESS: RunStatus.SUCCESS, RunState.FAILED: RunStatus.FAILED}


def measure_run_health(runs: Sequence[Run], now: datetime, *, kept: int | None = None) -> RunHealth:
    """Return the health by those of the runs that succeeded or failed, in any order.

    A run in flight does not count, nor does what nobody ran. `kept` is how many runs there are at most, where
    older ones may have been left out.
    """
    entries = [_to_entry(run) for run in runs if run.state in _ENDED]
    return measure_health(entries, now, kept=kept)


def _to_entry(run: Run) -> LogEntry:
    outcome = run.outcome
    return LogEntry(
        timestamp=run.started_at or run.fire_at,
        status=_ENDED[run.state],
        response_code=None if outcome is None else outcome.status,
        response_time=None if outcome is None else outcome.elapsed_seconds,
    )
