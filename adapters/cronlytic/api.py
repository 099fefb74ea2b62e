"""The API's calls with their answers read: everything that needs the HTTP client and the converter."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from ...domain.errors import NotSupported, UnexpectedResponse
from ...domain.job import Job, JobSpec
from ...domain.log import LogEntry
from ...domain.outcome import with_outcome_unknown
from ...domain.schedule import CronSchedule
from .call import Answer, Call
from .json_values import WrongShape
from .refusals import find_refusal, is_deleted_already
from .session import HttpSession
from .shapes import DeletionAnswer, JobAnswer, JobFields, LogsAnswer, PingAnswer
from .wire import read_body, write_job

T = TypeVar("T")

LOGS_SHOWN = 50


class CronlyticApi:
    """Makes calls and reads their answers into the domain; every call raises the gateway port's errors."""

    def __init__(self, base_url: str, credentials: Mapping[str, str], timeout: float) -> None:
        self._session = HttpSession(base_url, credentials, timeout)

    async def close(self) -> None:
        """Close the connections; calls under way fail."""
        await self._session.close()

    async def hear_pong(self, call: Call) -> None:
        """Make a call that is answered with ``pong``."""
        pong, answer = await self._ask(call, PingAnswer)
        if pong.message != "pong":
            raise _describe_surprise(call, answer, "message: must be pong")

    async def fetch_job(self, call: Call, spec: JobSpec | None = None) -> Job:
        """Make a call that is answered with a job, the one that it is about."""
        content = None if spec is None else write_job(_to_fields(spec))
        job, answer = await self._ask(call, JobAnswer, content)
        _check_identity(call, answer, job.job_id)
        return job.to_job()

    async def fetch_jobs(self, call: Call) -> tuple[Job, ...]:
        """Make a call that is answered with all jobs."""
        jobs, _ = await self._ask(call, list[JobAnswer])
        return tuple(job.to_job() for job in jobs)

    async def fetch_logs(self, call: Call) -> tuple[LogEntry, ...]:
        """Make a call that is answered with runs; newest first, whatever order they come in."""
        found, answer = await self._ask(call, LogsAnswer)
        _check_identity(call, answer, found.job_id)
        newest_first = sorted(found.logs, key=lambda run: run.timestamp, reverse=True)
        return tuple(run.to_entry() for run in newest_first[:LOGS_SHOWN])

    async def hear_deletion(self, call: Call) -> None:
        """Make a call that is answered with whether something was deleted."""
        answer = await self._session.send(call)
        if is_deleted_already(call, answer):
            return
        deletion = self._read(call, answer, DeletionAnswer)
        if not deletion.deleted:
            raise UnexpectedResponse(call.operation, "deleted: is not true", status=answer.status)

    async def _ask(self, call: Call, shape: type[T], content: bytes | None = None) -> tuple[T, Answer]:
        answer = await self._session.send(call, content)
        return self._read(call, answer, shape), answer

    def _read(self, call: Call, answer: Answer, shape: type[T]) -> T:
        if refusal := find_refusal(call, answer):
            raise with_outcome_unknown(refusal) if call.changes and answer.resent else refusal
        try:
            return read_body(answer.body, shape)
        except WrongShape as error:
            raise _describe_surprise(call, answer, str(error)) from None


def _to_fields(spec: JobSpec) -> JobFields:
    schedule = spec.schedule
    if not isinstance(schedule, CronSchedule) or schedule.timezone != "UTC":
        raise NotSupported(
            "schedules other than cron expressions in UTC",
            "Give a cron_expression whose hours are in UTC, and no timezone.",
        )
    fields = JobFields.of(spec, schedule.expression)
    if spec != fields.to_spec():
        raise NotSupported(
            "more of a job than name, url, method, headers, body and cron_expression",
            "Leave everything else out.",
        )
    return fields


def _check_identity(call: Call, answer: Answer, job_id: str) -> None:
    # A UUID is the same in either case.
    if call.job_id is not None and job_id.lower() != call.job_id.lower():
        raise _describe_surprise(call, answer, "job_id: must be the one that was asked for")


def _describe_surprise(call: Call, answer: Answer, difference: str) -> UnexpectedResponse:
    return UnexpectedResponse(call.operation, difference, status=answer.status, outcome_unknown=call.changes)
