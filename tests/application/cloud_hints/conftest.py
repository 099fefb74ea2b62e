"""A cloud in memory, and notes in memory."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.application.cloud_hints.keeper import HintKeeper
from cronlytic_mcp.application.cloud_hints.person_edits import HintedGateway
from cronlytic_mcp.application.cloud_hints.ports import CloudHintPorts
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.clock import FakeClock

BASELINE = "17 3 * * *"
SPEC = JobSpec(
    name="report",
    url="https://example.com/report",
    schedule=CronSchedule(BASELINE),
    method="POST",
    headers={"Authorization": "Bearer abcdef0123456789"},
    body='{"password": "hunter2-hunter2"}',
)


class Cloud:
    """A person's job, and what changes it for a while."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.jobs = MemoryGateway(self.clock)
        self.notes = MemoryNoteBoard()
        self.told: list[str] = []
        self.failed: list[Exception] = []
        self.ports = CloudHintPorts(
            self.jobs, self.notes, self.clock, lambda record: self.told.append(record.report.text)
        )
        self.person = HintedGateway(self.ports)
        self.keeper = HintKeeper(self.ports, self.failed.append)
        self.job_id = ""

    async def look(self) -> tuple[str, bool]:
        """Return by which expression the job runs, and whether it is paused."""
        job = await self.jobs.get(self.job_id)
        return job.spec.schedule.expression, job.status.value == "paused"


@pytest.fixture
async def cloud() -> Cloud:
    cloud = Cloud()
    cloud.job_id = (await cloud.jobs.create(SPEC)).job_id
    return cloud
