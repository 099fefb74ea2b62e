"""Change some fields of a job and keep the others, hidden values included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from attrs import evolve

from ..domain.errors import InvalidJob, NotSupported, Problem
from ..domain.job import JobSpec, check_job_id
from ..domain.job_rules import find_job_problems
from ..domain.schedule import CronSchedule, Schedule
from ..domain.secrets.unmasking import find_mask_problems, find_moved_secrets, restore_masked
from ..domain.url.url import AllowedHosts
from .job_change import JobChange, report_change
from .ports import Clock, JobGateway
from .utc_only import fit_to_backend

UPDATABLE = ("name", "url", "method", "headers", "body", "cron_expression", "timezone")


async def update_job(
    gateway: JobGateway,
    clock: Clock,
    job_id: str,
    changes: Mapping[str, object],
    *,
    allowed_hosts: AllowedHosts | None = None,
) -> JobChange:
    """Read the job, change the given fields, and write all of it back.

    `changes` holds any of `UPDATABLE` by name; `headers` replaces all headers. A value that was
    masked when the job was shown (`domain.masking`) may come back as its mask and is kept, unless
    the URL moves to another origin: then hidden values must be given again.

    Raises:
        InvalidJob: with every problem of every given field; nothing was changed.
        NotSupported: the backend knows only UTC; nothing was changed.
        JobNotFound: no job has this id.
        CronlyticError: whatever else the gateway raises.
    """
    job_id = check_job_id(job_id)
    if problems := tuple(_find_unknown(changes)):
        raise InvalidJob(problems)
    current = (await gateway.get(job_id)).spec
    spec = _apply(current, changes, allowed_hosts)
    if {"cron_expression", "timezone"} & changes.keys() and isinstance(spec.schedule, CronSchedule):
        spec = evolve(spec, schedule=fit_to_backend(spec.schedule, gateway, clock))
    return await report_change(gateway, clock, await gateway.update(job_id, spec), changes)


def _find_unknown(changes: Mapping[str, object]) -> Iterator[Problem]:
    if not changes:
        message = f"give at least one field to change: {', '.join(UPDATABLE)}."
        yield Problem("changes", "empty", message, '{"cron_expression": "0 3 * * *"}')
    for field in changes.keys() - set(UPDATABLE):
        yield Problem(field, "unknown", f"is none of {', '.join(UPDATABLE)}.", "cron_expression")


def _apply(current: JobSpec, changes: Mapping[str, object], allowed: AllowedHosts | None) -> JobSpec:
    restored = restore_masked(current, changes)
    # A backend may hold values that today's rules refuse; only what really changes is checked.
    changed: dict[str, Any] = {
        field: value for field, value in restored.items() if value != getattr(current, field, None)
    }
    problems = (
        *find_job_problems(changed, allowed),
        *find_mask_problems(changed),
        *find_moved_secrets(current, changes),
    )
    if problems:
        raise InvalidJob(problems)
    method = changed.pop("method", current.method)
    expression, timezone = changed.pop("cron_expression", None), changed.pop("timezone", None)
    schedule = _reschedule(current.schedule, expression, timezone)
    return evolve(current, method=str(method).upper(), schedule=schedule, **changed)


def _reschedule(current: Schedule, expression: object, timezone: object) -> Schedule:
    """Return the schedule with the given parts replaced; the rules have passed them already."""
    if expression is None and timezone is None:
        return current
    if expression is None and not isinstance(current, CronSchedule):
        feature = "a time zone on a schedule that is no cron expression"
        raise NotSupported(feature, "Give cron_expression together with timezone.")
    kept = current if isinstance(current, CronSchedule) else CronSchedule("")
    return CronSchedule.parse(str(expression or kept.expression), str(timezone or kept.timezone))
