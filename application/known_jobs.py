"""The jobs as they were last seen, so that each change is told once, whoever made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Collection, Iterator, Mapping, Sequence
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

    runs_told: whether somebody else publishes that logs have changed, but for those that go with their job.
    """

    def __init__(self, events: JobEvents, *, runs_told: bool = False) -> None:
        self._events, self._runs_told = events, runs_told
        self._jobs: dict[str, Job] | None = None
        self._writes: Counter[str] = Counter()
        self._looks: dict[object, set[str]] = {}
        self._written_first: dict[str, Job | None] = {}

    def knows(self, job_id: str) -> bool:
        """Return whether there was such a job when it was last seen."""
        return self._jobs is not None and job_id in self._jobs

    async def look(self, gateway: JobGateway) -> None:
        """Ask for all jobs, and publish what has changed; the first look only takes them down.

        Raises:
            CronlyticError: whatever the gateway raises; what was known stays.
        """
        await self.look_at_all(gateway.list())

    async def look_at_all(self, reading: Awaitable[Sequence[Job]]) -> None:
        """As `look`, with a call that returns all jobs."""
        self._written_first = {}
        with self._looking() as written:
            seen = {job.job_id: job for job in await reading}
        known = self._jobs
        if known is None:
            self._jobs = _put(self._written_first, seen)
            return
        self._jobs = _leave_out(written, known, seen)
        self._publish(known, self._jobs)

    async def look_at(
        self, job_ids: Collection[str], reading: Awaitable[Mapping[str, Job]]
    ) -> frozenset[str]:
        """As `look_at_all` for some jobs only, those that `reading` leaves out being gone.

        Return the ids about which this look can say nothing; whoever looks has to look at them again.
        """
        with self._looking() as written:
            seen = await reading
        if self._jobs is None:
            return frozenset(job_ids)
        open_ids = {job_id for job_id in job_ids if self._is_open(job_id, written)}
        told = set(job_ids) - open_ids
        before = {job_id: self._jobs.pop(job_id) for job_id in told if job_id in self._jobs}
        after = {job_id: seen[job_id] for job_id in told if job_id in seen}
        self._jobs.update(after)
        self._publish(before, after)
        return frozenset(open_ids)

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
            if self._looks:
                self._written_first[job_id] = job
            self._tell(_suppose(job_id, gone=job is None))
            return
        before = {job_id: self._jobs.pop(job_id)} if job_id in self._jobs else {}
        after = {} if job is None else {job_id: job}
        self._jobs.update(after)
        self._publish(before, after)

    def forget(self) -> None:
        """Know nothing any more, because nobody looks any more."""
        self._jobs = None

    @contextmanager
    def _looking(self) -> Iterator[set[str]]:
        """Yield what will hold, at the end, the ids of the jobs that were written within."""
        token, written = object(), set(self._writes)
        self._looks[token] = written
        try:
            yield written
        finally:
            del self._looks[token]
            written |= set(self._writes)

    def _is_open(self, job_id: str, written: set[str]) -> bool:
        new = self._jobs is None or job_id not in self._jobs
        return job_id in written or (new and NEW_JOB in written)

    def _note(self, job_id: str) -> None:
        for written in self._looks.values():
            written.add(job_id)

    def _publish(self, before: Jobs, after: Jobs) -> None:
        self._tell(find_differences(before, after, runs_told=self._runs_told))

    def _tell(self, events: Iterator[JobEvent]) -> None:
        for event in events:
            self._events.publish(event)


def _put(written: Mapping[str, Job | None], seen: dict[str, Job]) -> dict[str, Job]:
    """Return what was seen with what was written since the look began."""
    left = {job_id: job for job_id, job in seen.items() if job_id not in written}
    return left | {job_id: job for job_id, job in written.items() if job is not None}


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
