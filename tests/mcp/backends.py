"""Backends that the memory gateway cannot play: with oversized content, and with bugs."""

from __future__ import annotations

from cronlytic_mcp.domain.capabilities import Capabilities
from cronlytic_mcp.domain.errors import JobNotFound
from cronlytic_mcp.domain.job import Job
from cronlytic_mcp.domain.log import LogEntry


class FixedGateway:
    """Answers what a test put into `jobs` and `entries`, whatever it is."""

    capabilities = Capabilities(
        backend="cronlytic", time_zones=False, executes=True, durable=True, needs_credentials=True
    )

    def __init__(self) -> None:
        self.jobs: list[Job] = []
        self.entries: list[LogEntry] = []

    async def list(self):
        return self.jobs

    async def get(self, job_id):
        for job in self.jobs:
            if job.job_id == job_id:
                return job
        raise JobNotFound(job_id)

    async def logs(self, job_id):
        return self.entries


class BrokenGateway(FixedGateway):
    """Raises what no gateway should."""

    def __init__(self, error: Exception) -> None:
        super().__init__()
        self.error = error

    async def list(self):
        raise self.error

    async def get(self, job_id):
        raise self.error
