"""When a job is due for an analysis, found by its state and not by whether it ran lately."""

from __future__ import annotations

from datetime import datetime

from ..engine.planned_job import PlannedJob
from ..schedule import OneShot


def analysis_due_at(job: PlannedJob) -> datetime | None:
    """Return when a job is next due for an analysis, as it stands; None if never.

    That is when it was created, where it was never analysed; else the earliest of: the time that the last
    analysis chose, the first change of its state since, the end of a hint, the end of a pause. A job that
    runs once, or not any more, has nothing to adapt. One that a person has paused is found like any other.
    """
    if job.plan is None or isinstance(job.spec.schedule, OneShot):
        return None
    state = job.analysis
    if state.last_at is None:
        return job.created_at
    ends = [hint.expires_at for hint in job.hints.all]
    ends += [job.pause.until] if job.pause is not None else []
    times = [end for end in ends if end > state.last_at]
    times += [time for time in (state.next_at, state.changed_at) if time is not None]
    return min(times, default=None)


def why_due(job: PlannedJob, now: datetime) -> str | None:
    """Return why a job is due for an analysis, in a sentence; None where it is not."""
    due_at, state = analysis_due_at(job), job.analysis
    if due_at is None or due_at > now:
        return None
    if state.last_at is None:
        return "It was never analysed."
    if job.failures > state.failures:
        return f"Its runs fail: {job.failures} in a row, {state.failures} at the last analysis."
    if state.failures and not job.failures:
        return "It has recovered since the last analysis."
    if state.next_at is not None and state.next_at <= now:
        return "The time that its last analysis chose for the next one has come."
    return "Its state changed since the last analysis: a hint or a pause ended, or runs failed meanwhile."
