"""Explain why a job did, or did not, run at a time, and what comes next."""

from __future__ import annotations

from datetime import UTC, datetime

from ..domain.engine.absence import NEAR, Circumstances
from ..domain.engine.event import EventKind
from ..domain.engine.explanation import Explanation, describe_run, explain_time
from ..domain.engine.outlook import look_ahead
from ..domain.engine.retention import Retention
from ..domain.engine.run import Run, RunPosition
from ..domain.engine.stretch import MOMENT
from ..domain.job import check_job_id
from .engine_ports import EngineStore
from .ports import Clock

_ROWS = 200
"""Enough for a run every second, two minutes long, and what was started by hand among it."""

_EVENTS, _PAGES = 500, 4

_CHANGES = frozenset(
    {
        EventKind.JOB_CHANGED,
        EventKind.HINT_PROPOSED,
        EventKind.HINT_CONSUMED,
        EventKind.HINT_EXPIRED,
        EventKind.HINTS_CLEARED,
        EventKind.JOB_PAUSED_UNTIL,
        EventKind.JOB_PAUSE_ENDED,
    }
)
"""After these a job has other occurrences than before."""


async def explain_job(
    store: EngineStore,
    clock: Clock,
    job_id: str,
    *,
    at: datetime | None = None,
    retention: Retention | None = None,
) -> Explanation:
    """Return what became of a job at a time (aware), or of its newest run without one, and what is next.

    Raises:
        InvalidArguments: `job_id` cannot be an id, or the job's cron expression cannot be read.
        JobNotFound: no job has it.
        StoreUnavailable: the store cannot be read.
    """
    job, now = await store.get_job(check_job_id(job_id)), clock.now()
    outlook = look_ahead(job, now)
    if at is None:
        rows = await store.list_runs(job_id, 1)
        finding, sentence, run = _explain_newest(rows[0] if rows else None)
        return Explanation(job, None, finding, sentence, run, outlook)
    at = at.astimezone(UTC)
    rows = await store.list_runs(job_id, _ROWS, before=RunPosition(at + NEAR + MOMENT, ""))
    found = Circumstances(
        job=job,
        at=at,
        now=now,
        before=next((run for run in rows if run.last_at < at), None),
        changed_at=await _find_change(store, job_id, at) if at < now else None,
        retention=retention or Retention(),
    )
    finding, sentence, run = explain_time(found, rows)
    return Explanation(job, at, finding, sentence, run, outlook)


def _explain_newest(run: Run | None) -> tuple[str, str, Run | None]:
    if run is None:
        return "no_runs", "No run of it is recorded: none has come yet, or none is kept any more.", None
    return run.state.value, describe_run(run), run


async def _find_change(store: EngineStore, job_id: str, at: datetime) -> datetime | None:
    """Return when the job was first changed after `at`, among its next 2,000 events."""
    sequence = await _find_sequence(store, at)
    for _ in range(_PAGES):
        events = await store.events_since(sequence, _EVENTS, job_id=job_id)
        for event in events:
            if event.kind in _CHANGES and event.at > at:
                return event.at
        if len(events) < _EVENTS:
            break
        sequence = events[-1].sequence
    return None


async def _find_sequence(store: EngineStore, at: datetime) -> int:
    """Return a sequence after which the events of after `at` come; events lie in the order of time."""
    low, high = 0, await store.last_sequence()
    while low < high:
        middle = (low + high) // 2
        following = await store.events_since(middle, 1)
        if following and following[0].at <= at:
            low = following[0].sequence
        else:
            high = middle
    return low
