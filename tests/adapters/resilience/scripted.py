"""A gateway that plays a script, and the jobs and errors that scripts are made of."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from cronlytic_mcp.domain.capabilities import Capabilities
from cronlytic_mcp.domain.errors import ServiceUnavailable
from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.adapters.resilience.virtual_time import elapsed

SPEC = JobSpec("backup", "https://example.com/backup", CronSchedule("0 3 * * *"))
JOB = Job("job-1", SPEC, JobStatus.PENDING)
OTHER = Job(
    "job-2", JobSpec("report", "https://example.com/report", CronSchedule("0 6 * * *")), JobStatus.PENDING
)
ENTRY = LogEntry(datetime(2026, 1, 15, 3, 0, tzinfo=UTC), RunStatus.SUCCESS, 200, 0.2)


def no_connection():
    return ServiceUnavailable("it did not take a connection")


def down():
    """A failed read: it changes nothing, so nothing about it is unknown."""
    return ServiceUnavailable("it answered with status 503")


def lost():
    """A write that was sent and got no answer."""
    return ServiceUnavailable("the connection broke before it answered", outcome_unknown=True)


class After:
    """A step that takes a while."""

    def __init__(self, seconds, step):
        self.seconds, self.step = seconds, step


class Until:
    """A step that waits until the test sets its event."""

    def __init__(self, step):
        self.event, self.step = asyncio.Event(), step


class Hang:
    """A step that never ends by itself."""


class ScriptedGateway:
    """The `JobGateway` port; a call takes the next step of its operation's script.

    A step is an answer, an exception, or one of those after a while. `calls` holds what was asked and
    when, `cancelled` what was broken off.
    """

    capabilities = Capabilities(
        "scripted", time_zones=False, executes=False, durable=False, needs_credentials=False
    )

    def __init__(self, **scripts):
        self.scripts = {operation: list(steps) for operation, steps in scripts.items()}
        self.calls = []
        self.cancelled = []

    @property
    def operations(self):
        return [operation for operation, _ in self.calls]

    @property
    def times(self):
        return [time for _, time in self.calls]

    async def ping(self):
        return await self._play("ping")

    async def create(self, spec):
        return await self._play("create")

    async def list(self):
        return await self._play("list")

    async def get(self, job_id):
        return await self._play("get")

    async def update(self, job_id, spec):
        return await self._play("update")

    async def delete(self, job_id):
        return await self._play("delete")

    async def pause(self, job_id):
        return await self._play("pause")

    async def resume(self, job_id):
        return await self._play("resume")

    async def logs(self, job_id):
        return await self._play("logs")

    async def _play(self, operation):
        self.calls.append((operation, elapsed()))
        assert self.scripts.get(operation), f"the script has no further step for {operation}"
        step = self.scripts[operation].pop(0)
        try:
            return await self._perform(step)
        except asyncio.CancelledError:
            self.cancelled.append(operation)
            raise

    async def _perform(self, step):
        match step:
            case After():
                await asyncio.sleep(step.seconds)
                return await self._perform(step.step)
            case Until():
                await step.event.wait()
                return await self._perform(step.step)
            case Hang():
                await asyncio.Event().wait()
            case BaseException():
                raise step
        return step


CALLS = {
    "ping": lambda gateway: gateway.ping(),
    "create": lambda gateway: gateway.create(SPEC),
    "list": lambda gateway: gateway.list(),
    "get": lambda gateway: gateway.get("job-1"),
    "update": lambda gateway: gateway.update("job-1", SPEC),
    "delete": lambda gateway: gateway.delete("job-1"),
    "pause": lambda gateway: gateway.pause("job-1"),
    "resume": lambda gateway: gateway.resume("job-1"),
    "logs": lambda gateway: gateway.logs("job-1"),
}
"""Every call of the port, made on job-1."""

ANSWERS = {
    "ping": None,
    "create": JOB,
    "list": (JOB,),
    "get": JOB,
    "update": JOB,
    "delete": None,
    "pause": JOB,
    "resume": JOB,
    "logs": (ENTRY,),
}
"""What each of them answers when all is well."""
