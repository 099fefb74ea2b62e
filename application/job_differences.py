"""What differs between two looks at the jobs, as events."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..domain.job import Job
from .job_events import JobChanged, JobEvent, ListChanged, LogsChanged

Jobs = Mapping[str, Job]
"""Jobs by their ids."""


def find_differences(before: Jobs, after: Jobs, *, runs_told: bool = False) -> Iterator[JobEvent]:
    """Yield what became of each job between two looks, and of their list at last.

    runs_told: somebody else tells of runs, so that a log is only mentioned where it is gone.
    """
    listed = entries = False
    for job_id in {**after, **before}:
        old, new = before.get(job_id), after.get(job_id)
        if old == new:
            continue
        yield JobChanged(job_id)
        if new is None or (not runs_told and _runs(old) != _runs(new)):
            yield LogsChanged(job_id)
        listed = listed or _listed(old) != _listed(new)
        entries = entries or _entries(old) != _entries(new)
    if listed or entries:
        yield ListChanged(entries=entries)


def _runs(job: Job | None) -> object:
    # Every run moves it, so that no log has to be read to know that it has changed.
    return job and job.last_run_at


def _listed(job: Job | None) -> object:
    return job and (
        job.spec.name,
        job.spec.schedule,
        job.status,
        job.next_run_at,
        job.hints,
        job.paused_until,
    )


def _entries(job: Job | None) -> object:
    return job and (job.spec.name, job.last_run_at is None)
