"""Jobs that the tools for insight and for bulk changes have something to say about."""

from __future__ import annotations

from datetime import datetime, timedelta

from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule

NIGHTLY = "0 3 * * *"


def job(number: int = 0, **fields) -> Job:
    """A job ``id-N`` named ``job-N``, nightly but for `fields`, which may hold its status."""
    status = fields.pop("status", JobStatus.PENDING)
    plain = {
        "name": f"job-{number:05}",
        "url": "https://example.com/hook",
        "schedule": CronSchedule(fields.pop("cron_expression", NIGHTLY)),
    }
    return Job(f"id-{number}", JobSpec(**(plain | fields)), status)


def run(now: datetime, *, hours: float, failed: bool = False, seconds: float = 0.25) -> LogEntry:
    """A run so many hours ago."""
    status = RunStatus.FAILED if failed else RunStatus.SUCCESS
    return LogEntry(now - timedelta(hours=hours), status, 500 if failed else 200, seconds, "")
