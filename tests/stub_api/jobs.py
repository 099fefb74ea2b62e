"""The jobs and logs that the stub holds, with the API's transitions between statuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from .moments import find_next_run, write_instant

LOGS_KEPT = 50

JsonObject = dict[str, Any]


class LimitExceeded(Exception):
    """The plan allows no further job."""


class UnknownJob(Exception):
    """No job has this id."""


class StoredJobs:
    """Jobs by id, as the JSON objects that the API answers."""

    def __init__(self, user_id: str, now: Callable[[], datetime], limit: int | None) -> None:
        self._user_id, self._now, self.limit = user_id, now, limit
        self.by_id: dict[str, JsonObject] = {}
        self._logs: dict[str, list[JsonObject]] = {}

    def create(self, fields: JsonObject) -> JsonObject:
        """Store a new job; raises `LimitExceeded`."""
        if self.limit is not None and len(self.by_id) >= self.limit:
            raise LimitExceeded
        job_id = str(uuid4())
        self.by_id[job_id] = {
            **fields,
            "job_id": job_id,
            "user_id": self._user_id,
            "status": "pending",
            "last_run_at": None,
            "next_run_at": find_next_run(fields["cron_expression"], self._now()),
        }
        self._logs[job_id] = []
        return self.by_id[job_id]

    def find(self, job_id: str) -> JsonObject:
        """Return a job; raises `UnknownJob`, as does every call that names one."""
        if job_id not in self.by_id:
            raise UnknownJob
        return self.by_id[job_id]

    def replace(self, job_id: str, fields: JsonObject) -> JsonObject:
        """Replace a job's six fields; its status stays."""
        job = self.find(job_id)
        job.update(fields)
        self._schedule(job)
        return job

    def delete(self, job_id: str) -> None:
        """Forget a job and its logs."""
        self.find(job_id)
        del self.by_id[job_id], self._logs[job_id]

    def set_status(self, job_id: str, status: str) -> JsonObject:
        """Pause or resume a job."""
        job = self.find(job_id)
        job["status"] = status
        self._schedule(job)
        return job

    def logs(self, job_id: str) -> list[JsonObject]:
        """Return the newest log entries first."""
        self.find(job_id)
        return self._logs[job_id]

    def record_run(self, job_id: str, entry: JsonObject) -> None:
        """Let a job have run, newer than its runs so far."""
        job = self.find(job_id)
        self._logs[job_id] = [entry, *self._logs[job_id]][:LOGS_KEPT]
        job["last_run_at"] = entry["timestamp"]
        if job["status"] != "paused":
            job["status"] = entry["status"]
        self._schedule(job)

    def _schedule(self, job: JsonObject) -> None:
        paused = job["status"] == "paused"
        job["next_run_at"] = None if paused else find_next_run(job["cron_expression"], self._now())


def log_entry(
    timestamp: datetime,
    status: str = "success",
    response_code: int | None = 200,
    response_time: float | None = 0.2,
    error_message: str = "",
) -> JsonObject:
    """Return one log entry as the API writes it; `response_time` is in seconds."""
    return {
        "timestamp": write_instant(timestamp),
        "status": status,
        "response_code": response_code,
        "response_time": response_time,
        "error_message": error_message,
    }
