"""One account, several teams: a gateway that shows each team its own jobs and keeps it off the others'."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from cronlytic_mcp import JobGateway, JobNotFound
from cronlytic_mcp.domain.capabilities import Capabilities
from cronlytic_mcp.domain.job import Job, JobSpec
from cronlytic_mcp.domain.log import LogEntry


class TeamGateway:
    """Marks a team's jobs by a prefix of their names, ``team--``, which nobody above it sees."""

    def __init__(self, account: JobGateway, team: str) -> None:
        self._account, self._prefix = account, f"{team}--"

    @property
    def capabilities(self) -> Capabilities:
        """What the account's backend can do."""
        return self._account.capabilities

    async def ping(self) -> None:
        """Return if the account's backend is reachable."""
        await self._account.ping()

    async def create(self, spec: JobSpec) -> Job:
        """Create a job of this team; the account's limit is that of all teams."""
        return self._show(await self._account.create(self._mark(spec)))

    async def list(self) -> Sequence[Job]:
        """Return this team's jobs."""
        return [self._show(job) for job in await self._account.list() if self._is_ours(job)]

    async def get(self, job_id: str) -> Job:
        """Return one job; another team's does not exist."""
        job = await self._account.get(job_id)
        if not self._is_ours(job):
            raise JobNotFound(job_id)
        return self._show(job)

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        """Replace everything a person decides about one of this team's jobs."""
        await self.get(job_id)
        return self._show(await self._account.update(job_id, self._mark(spec)))

    async def delete(self, job_id: str) -> None:
        """Delete one of this team's jobs."""
        await self.get(job_id)
        await self._account.delete(job_id)

    async def pause(self, job_id: str) -> Job:
        """Stop one of this team's jobs from running."""
        await self.get(job_id)
        return self._show(await self._account.pause(job_id))

    async def resume(self, job_id: str) -> Job:
        """Let one of this team's jobs run again."""
        await self.get(job_id)
        return self._show(await self._account.resume(job_id))

    async def logs(self, job_id: str) -> Sequence[LogEntry]:
        """Return the runs of one of this team's jobs."""
        await self.get(job_id)
        return await self._account.logs(job_id)

    def _is_ours(self, job: Job) -> bool:
        return job.spec.name.startswith(self._prefix)

    def _mark(self, spec: JobSpec) -> JobSpec:
        return evolve(spec, name=self._prefix + spec.name)

    def _show(self, job: Job) -> Job:
        return evolve(job, spec=evolve(job.spec, name=job.spec.name.removeprefix(self._prefix)))
