"""Small makers of jobs that the use-case tests share."""

from __future__ import annotations

from typing import Any

from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule

FIELDS: dict[str, Any] = {
    "name": "nightly-backup",
    "url": "https://example.com/backup?token=abc123",
    "method": "POST",
    "headers": {"Authorization": "Bearer s3cret", "Accept": "*/*"},
    "body": '{"password": "p4ss"}',
    "cron_expression": "0 3 * * *",
}


def spec(**changes: Any) -> JobSpec:
    """Return a good job's spec with some fields changed."""
    fields = {**FIELDS, **changes}
    return JobSpec(schedule=CronSchedule(fields.pop("cron_expression")), **fields)
