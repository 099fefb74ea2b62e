"""Create a job, every field checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.errors import InvalidJob
from ..domain.field_rules import find_field_problems, find_missing_schedule
from ..domain.job import JobSpec
from ..domain.policy_rules import read_policy
from ..domain.secrets.unmasking import find_mask_problems
from ..domain.url.url import AllowedHosts
from .job_change import JobChange, report_change
from .job_fields import find_past_run, read_schedule
from .ports import Clock, JobGateway
from .utc_only import fit_spec


async def create_job(
    gateway: JobGateway,
    clock: Clock,
    *,
    name: str,
    url: str,
    cron_expression: str | None = None,
    interval_seconds: int | None = None,
    run_at: str | None = None,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str = "",
    timezone: str | None = None,
    description: str = "",
    group: str | None = None,
    options: Mapping[str, object] | None = None,
    allowed_hosts: AllowedHosts | None = None,
) -> JobChange:
    """Create a job and return it with what its schedule means.

    It runs by one of `cron_expression`, in the IANA zone `timezone` or UTC; `interval_seconds`; and `run_at`,
    in ISO 8601 with an offset or in `timezone`. `options` are those of `domain.policy_rules`.
    `allowed_hosts` is what the operator lets URLs reach besides the public internet.

    Raises:
        InvalidJob: with every problem of every field; nothing was sent.
        NotSupported: the backend has no place for a part of it; nothing was sent.
        QuotaExceeded: the plan allows no further job.
        ServiceUnavailable, UnexpectedResponse: with `outcome_unknown` where the job may exist.
        CronlyticError: whatever else the gateway raises.
    """
    request = {"name": name, "url": url, "method": method, "headers": headers or {}, "body": body}
    when = _given(cron_expression=cron_expression, interval_seconds=interval_seconds, run_at=run_at)
    given = {**request, **when, **_given(timezone=timezone, group=group or None, options=options)}
    spec = _make_spec({**given, "description": description}, clock, allowed_hosts)
    job = await gateway.create(fit_spec(spec, gateway, clock))
    return await report_change(gateway, clock, job, given)


def _given(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value is not None}


def _make_spec(given: Mapping[str, Any], clock: Clock, allowed: AllowedHosts | None) -> JobSpec:
    problems = (
        *find_missing_schedule(given),
        *find_field_problems(given, allowed),
        *find_past_run(given, clock),
        *find_mask_problems(given),
    )
    if problems:
        raise InvalidJob(problems)
    return JobSpec(
        name=given["name"],
        url=given["url"],
        schedule=read_schedule(given),
        method=given["method"].upper(),
        headers=given["headers"],
        body=given["body"],
        description=given["description"],
        group=given.get("group"),
        policy=read_policy(given.get("options", {})),
    )
