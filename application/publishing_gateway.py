"""A gateway whose writes are told to those who watch the jobs."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from ..domain.capabilities import Capabilities
from ..domain.job import Job, JobSpec
from ..domain.log import LogEntry
from .job_pages import JobPages, find_pages
from .known_jobs import NEW_JOB, KnownJobs
from .ports import JobGateway


class PublishingGateway:
    """Passes every call on to the inner gateway; what a write that succeeds has changed is published at once.

    What became of a write that fails nobody knows here; if it was carried out all the same, the next look
    of a `JobWatch` shows it.
    """

    def __init__(self, inner: JobGateway, known: KnownJobs) -> None:
        self._inner, self._known = inner, known

    @property
    def capabilities(self) -> Capabilities:
        """What the inner gateway's backend can do."""
        return self._inner.capabilities

    @property
    def pages(self) -> JobPages | None:
        """How the inner gateway finds pages of jobs, if it does."""
        return find_pages(self._inner)

    async def ping(self) -> None:
        """Pass the call on."""
        await self._inner.ping()

    async def create(self, spec: JobSpec) -> Job:
        """Create a job and publish it."""
        return await self._publish(NEW_JOB, self._inner.create(spec))

    async def list(self) -> Sequence[Job]:
        """Pass the call on."""
        return await self._inner.list()

    async def get(self, job_id: str) -> Job:
        """Pass the call on."""
        return await self._inner.get(job_id)

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        """Replace everything a person decides about a job, and publish the change."""
        return await self._publish(job_id, self._inner.update(job_id, spec))

    async def delete(self, job_id: str) -> None:
        """Delete a job with its logs, and publish that."""
        with self._known.writing(job_id):
            await self._inner.delete(job_id)
            self._known.wrote(job_id, None)

    async def pause(self, job_id: str) -> Job:
        """Stop a job from running, and publish the change."""
        return await self._publish(job_id, self._inner.pause(job_id))

    async def resume(self, job_id: str) -> Job:
        """Let a job run again, and publish the change."""
        return await self._publish(job_id, self._inner.resume(job_id))

    async def logs(self, job_id: str) -> Sequence[LogEntry]:
        """Pass the call on."""
        return await self._inner.logs(job_id)

    async def _publish(self, job_id: str, write: Awaitable[Job]) -> Job:
        with self._known.writing(job_id):
            job = await write
            self._known.wrote(job.job_id, job)
        return job
