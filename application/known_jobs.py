"""The jobs as they were last seen, so that each change is told once, whoever made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from ..domain.job import Job
from .job_differences import Jobs, find_differences
from .job_events import JobChanged, JobEvent, JobEvents, ListChanged, LogsChanged
from .ports import JobGateway

NEW_JOB = ""
"""Stands for the id of a job that is being created."""


class KnownJobs:
    """Compares what a look at the jobs shows, or what a write of ours answers, with what was known before.

    A look and a write may overlap, and then nobody can say whether the look shows the job before or after
    the write. So a look says nothing about jobs that are written meanwhile; the write's own answer does.
    """

    def __init__(self, events: JobEvents) -> None:
        self._events = events
        self._jobs: dict[str, Job] | None = None
        self._writes: Counter[str] = Counter()
        self._looks: dict[object, set[str]] = {}

    async def look(self, gateway: JobGateway) -> None:
        """Ask for all jobs, and publish what has changed; the first look only takes them down.

        Raises:
            CronlyticError: whatever the gateway raises; what was known stays.
        """
        token, written = object(), set(self._writes)
        self._looks[token] = written
        try:
            seen = {job.job_id: job for job in await gateway.list()}
        finally:
            del self._looks[token]
        known = self._jobs
        if known is None:
            self._jobs = seen
            return
        self._jobs = _leave_out(written | set(self._writes), known, seen)
        self._publish(find_differences(known, self._jobs))

    @contextmanager
    def writing(self, job_id: str) -> Iterator[None]:
        """Let a job be written within; `NEW_JOB` where it has no id yet."""
        self._writes[job_id] += 1
        try:
            yield
        finally:
            self._writes -= Counter((job_id,))
            self._note(job_id)

    def wrote(self, job_id: str, job: Job | None) -> None:
        """Take down what a write of ours has made of a job, None where it is gone, and publish the change."""
        self._note(job_id)
        if self._jobs is None:
            self._publish(_suppose(job_id, gone=job is None))
            return
        before = {job_id: self._jobs.pop(job_id)} if job_id in self._jobs else {}
        after = {} if job is None else {job_id: job}
        self._jobs.update(after)
        self._publish(find_differences(before, after))

    def forget(self) -> None:
        """Know nothing any more, because nobody looks any more."""
        self._jobs = None

    def _note(self, job_id: str) -> None:
        for written in self._looks.values():
            written.add(job_id)

    def _publish(self, events: Iterator[JobEvent]) -> None:
        for event in events:
            self._events.publish(event)


def _leave_out(written: set[str], known: Jobs, seen: Jobs) -> dict[str, Job]:
    """Return what was seen, but jobs that were written meanwhile as they are known."""
    taken = {
        job_id: job
        for job_id, job in seen.items()
        if job_id not in written and (job_id in known or NEW_JOB not in written)
    }
    return {**taken, **{job_id: known[job_id] for job_id in written if job_id in known}}


def _suppose(job_id: str, *, gone: bool) -> Iterator[JobEvent]:
    """Yield what a write may have changed, where nothing is known to compare with."""
    yield JobChanged(job_id)
    if gone:
        yield LogsChanged(job_id)
    yield ListChanged(entries=True)
