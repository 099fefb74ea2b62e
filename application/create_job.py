"""Create a job, every field checked before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..domain.errors import InvalidJob
from ..domain.job import JobSpec
from ..domain.job_rules import find_job_problems
from ..domain.schedule import CronSchedule
from ..domain.secrets.unmasking import find_mask_problems
from ..domain.url.url import AllowedHosts
from .job_change import JobChange, report_change
from .ports import Clock, JobGateway
from .utc_only import fit_to_backend


async def create_job(
    gateway: JobGateway,
    clock: Clock,
    *,
    name: str,
    url: str,
    cron_expression: str,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: str = "",
    timezone: str = "UTC",
    allowed_hosts: AllowedHosts | None = None,
) -> JobChange:
    """Create a job and return it with what its schedule means.

    `method` may be in any case, `cron_expression` may use names and macros, `timezone` is an IANA
    name. `allowed_hosts` is what the operator lets URLs reach besides the public internet.

    Raises:
        InvalidJob: with every problem of every field; nothing was sent.
        NotSupported: the backend knows only UTC; nothing was sent.
        QuotaExceeded: the plan allows no further job.
        ServiceUnavailable, UnexpectedResponse: with `outcome_unknown` where the job may exist.
        CronlyticError: whatever else the gateway raises.
    """
    request: dict[str, Any] = {"name": name, "url": url, "headers": headers or {}, "body": body}
    given = {**request, "method": method, "cron_expression": cron_expression, "timezone": timezone}
    if problems := (*find_job_problems(given, allowed_hosts), *find_mask_problems(given)):
        raise InvalidJob(problems)
    schedule = fit_to_backend(CronSchedule.parse(cron_expression, timezone), gateway, clock)
    spec = JobSpec(**request, method=method.upper(), schedule=schedule)
    return await report_change(gateway, clock, await gateway.create(spec), given)
