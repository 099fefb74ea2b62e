"""A job as a document: the plain mapping that a file holds of it, and the way back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from attrs import evolve, frozen

from ..errors import InvalidArguments, InvalidJob
from ..job import JOB_ID, Job, JobSpec, JobStatus
from ..policy_rules import read_policy, write_policy
from ..schedule import CronSchedule, IntervalSchedule, OneShot, Schedule
from ..url.url import AllowedHosts
from .document_rules import find_document_problems

Document = dict[str, object]
"""What a file holds of one job: texts, numbers, flags, lists and mappings of them."""


@frozen
class PortableJob:
    """A job apart from any backend: what a person decides, whether it is paused, and its id, if any."""

    spec: JobSpec
    paused: bool = False
    job_id: str | None = None

    @classmethod
    def of(cls, job: Job) -> PortableJob:
        """Return what of a backend's job can move, in the form in which a document is read back."""
        spec = evolve(job.spec, method=job.spec.method.upper(), schedule=_normalize(job.spec.schedule))
        return cls(spec, job.status is JobStatus.PAUSED, job.job_id)


def write_document(job: PortableJob) -> Document:
    """Return a job as a document; what has its default is left out."""
    spec = job.spec
    optional: Document = {
        "job_id": job.job_id,
        "description": spec.description,
        "group": spec.group,
        "paused": job.paused,
    }
    request: Document = {"method": spec.method, "url": spec.url}
    content: Document = {
        "headers": dict(spec.headers),
        "body": spec.body,
        "options": write_policy(spec.policy),
    }
    return {
        "name": spec.name,
        **_without_empty(optional),
        **_write_schedule(spec.schedule),
        **request,
        **_without_empty(content),
    }


def read_document(document: object, allowed: AllowedHosts | None = None) -> PortableJob:
    """Return the job that a document describes; `allowed` is what URLs may reach besides the public internet.

    Raises:
        InvalidJob: with every problem of every field.
    """
    if problems := tuple(find_document_problems(document, allowed)):
        raise InvalidJob(problems)
    fields: Mapping[str, Any] = document  # type: ignore[assignment] # the rules have seen to it
    job_id = fields.get("job_id")
    spec = JobSpec(
        name=fields["name"],
        url=fields["url"],
        schedule=_read_schedule(fields),
        method=fields.get("method", "GET").upper(),
        headers=fields.get("headers") or {},
        body=fields.get("body", ""),
        description=fields.get("description", ""),
        group=fields.get("group"),
        policy=read_policy(fields.get("options") or {}),
    )
    return PortableJob(spec, fields.get("paused", False), job_id)


def find_identity(document: object) -> tuple[str | None, str | None]:
    """Return a document's name and job id as far as they can be told."""
    if not isinstance(document, Mapping):
        return None, None
    name, job_id = document.get("name"), document.get("job_id")
    known = isinstance(job_id, str) and JOB_ID.fullmatch(job_id)
    return (name if isinstance(name, str) else None), (str(job_id) if known else None)


def _without_empty(fields: Document) -> Document:
    return {name: value for name, value in fields.items() if value}


def _write_schedule(schedule: Schedule) -> Document:
    match schedule:
        case CronSchedule(expression, "UTC"):
            return {"cron_expression": expression}
        case CronSchedule(expression, timezone):
            return {"cron_expression": expression, "timezone": timezone}
        case IntervalSchedule(seconds):
            return {"interval_seconds": seconds}
        case OneShot(at):
            return {"run_at": at.isoformat()}


def _read_schedule(fields: Mapping[str, Any]) -> Schedule:
    if "interval_seconds" in fields:
        return IntervalSchedule(fields["interval_seconds"])
    if "run_at" in fields:
        return OneShot(datetime.fromisoformat(fields["run_at"]).astimezone(UTC))
    return CronSchedule.parse(fields["cron_expression"], fields.get("timezone", "UTC"))


def _normalize(schedule: Schedule) -> Schedule:
    # A backend may keep an expression that today's rules cannot read; it stays then as it is.
    if not isinstance(schedule, CronSchedule):
        return schedule
    try:
        return CronSchedule.parse(schedule.expression, schedule.timezone)
    except InvalidArguments:
        return schedule
