"""Change some fields of a job and keep the others, hidden values included."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from typing import Any

from attrs import evolve

from ..domain.errors import InvalidJob, Problem
from ..domain.field_rules import SCHEDULES, find_field_problems
from ..domain.job import JobSpec, check_job_id
from ..domain.policy_rules import read_policy
from ..domain.schedule import CronSchedule
from ..domain.secrets.unmasking import find_mask_problems, find_moved_secrets, restore_masked
from ..domain.url.url import AllowedHosts
from .call import setting_schedule
from .job_change import JobChange, report_change
from .job_fields import find_past_run, read_schedule
from .ports import Clock, JobGateway
from .utc_only import fit_spec

_DIRECT = ("name", "url", "method", "headers", "body", "description", "group")
UPDATABLE = (*_DIRECT, *SCHEDULES, "timezone", "options")


async def update_job(
    gateway: JobGateway,
    clock: Clock,
    job_id: str,
    changes: Mapping[str, object],
    *,
    allowed_hosts: AllowedHosts | None = None,
) -> JobChange:
    """Read the job, change the given fields, and write all of it back.

    `changes` holds any of `UPDATABLE` by name; `headers` replaces all headers, `options` changes only those
    that it names, and None there sets one back. Any kind of schedule replaces the one before. A value that
    was masked when the job was shown (`domain.secrets.masking`) may come back as its mask and is kept,
    unless the URL moves to another origin: then hidden values must be given again.

    Raises:
        InvalidJob: with every problem of every given field; nothing was changed.
        NotSupported: the backend has no place for a part of it; nothing was changed.
        JobNotFound: no job has this id.
        CronlyticError: whatever else the gateway raises.
    """
    job_id = check_job_id(job_id)
    if problems := tuple(_find_unknown(changes)):
        raise InvalidJob(problems)
    current = (await gateway.get(job_id)).spec
    spec = _apply(current, changes, allowed_hosts, clock)
    if spec != current:
        spec = fit_spec(spec, gateway, clock)
    with setting_schedule() if set(SCHEDULES) & changes.keys() else nullcontext():
        job = await gateway.update(job_id, spec)
    return await report_change(gateway, clock, job, changes)


def _find_unknown(changes: Mapping[str, object]) -> Iterator[Problem]:
    if not changes:
        message = f"give at least one field to change: {', '.join(UPDATABLE)}."
        yield Problem("changes", "empty", message, '{"cron_expression": "0 3 * * *"}')
    for field in changes.keys() - set(UPDATABLE):
        yield Problem(field, "unknown", f"is none of {', '.join(UPDATABLE)}.", "cron_expression")


def _apply(
    current: JobSpec, changes: Mapping[str, object], allowed: AllowedHosts | None, clock: Clock
) -> JobSpec:
    restored = restore_masked(current, changes)
    # A backend may hold values that today's rules refuse; only what really changes is checked.
    changed: dict[str, Any] = {
        field: value for field, value in restored.items() if value != getattr(current, field, None)
    }
    if changed.get("group") == "":
        changed["group"] = None
    problems = (
        *find_field_problems(changed, allowed, current.policy),
        *find_past_run(changed, clock),
        *_find_lone_zone(current, changed),
        *find_mask_problems(changed),
        *find_moved_secrets(current, changes),
    )
    if problems:
        raise InvalidJob(problems)
    direct = {field: value for field, value in changed.items() if field in _DIRECT}
    if "method" in direct:
        direct["method"] = str(direct["method"]).upper()
    schedule = read_schedule(changed, current.schedule)
    policy = read_policy(changed.get("options", {}), current.policy)
    return evolve(current, schedule=schedule, policy=policy, **direct)


def _find_lone_zone(current: JobSpec, changed: Mapping[str, object]) -> Iterator[Problem]:
    given_alone = "timezone" in changed and not set(SCHEDULES) & changed.keys()
    if given_alone and not isinstance(current.schedule, CronSchedule):
        message = "the job has no cron expression; give cron_expression or run_at together with timezone."
        yield Problem("timezone", "unused", message, "leave it out")
