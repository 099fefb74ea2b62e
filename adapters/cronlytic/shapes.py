"""The shapes of the API's JSON, each attribute named as the key it stands for."""

from __future__ import annotations

from datetime import datetime
from typing import NewType

from attrs import frozen

from ...domain.job import Job, JobSpec, JobStatus
from ...domain.log import LogEntry, RunStatus
from ...domain.schedule import CronSchedule

JobId = NewType("JobId", str)
"""A string that can be asked for again."""


@frozen
class JobFields:
    """The six fields of a job, all of them in every request."""

    name: str
    url: str
    method: str
    headers: dict[str, str]
    body: str
    cron_expression: str

    @classmethod
    def of(cls, spec: JobSpec, cron_expression: str) -> JobFields:
        """Return the fields of `spec`, whose schedule is `cron_expression` in UTC."""
        return cls(spec.name, spec.url, spec.method, dict(spec.headers), spec.body, cron_expression)

    def to_spec(self) -> JobSpec:
        """Return the fields in the domain's words; their values are not judged."""
        return JobSpec(
            name=self.name,
            url=self.url,
            schedule=CronSchedule(self.cron_expression),
            method=self.method,
            headers=self.headers,
            body=self.body,
        )


@frozen
class JobAnswer(JobFields):
    """A job as the API answers it."""

    job_id: JobId
    user_id: str
    status: JobStatus
    last_run_at: datetime | None
    next_run_at: datetime | None

    def to_job(self) -> Job:
        """Return the job in the domain's words."""
        return Job(self.job_id, self.to_spec(), self.status, self.last_run_at, self.next_run_at, self.user_id)


@frozen
class RunAnswer:
    """One log entry; `response_time` is in seconds."""

    timestamp: datetime
    status: RunStatus
    response_code: int | None
    response_time: float | None
    error_message: str

    def to_entry(self) -> LogEntry:
        """Return the entry in the domain's words."""
        return LogEntry(
            self.timestamp, self.status, self.response_code, self.response_time, self.error_message
        )


@frozen
class LogsAnswer:
    """A job's newest runs."""

    job_id: JobId
    logs: list[RunAnswer]


@frozen
class DeletionAnswer:
    """Whether a job was deleted."""

    deleted: bool


@frozen
class PingAnswer:
    """The sign of life; what it says is ``pong``."""

    message: str
