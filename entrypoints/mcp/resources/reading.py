"""What each resource holds, read from the backend or, while that is down, from what was known before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ....application.call import allowing_cached_reads
from ....application.cron_templates import list_cron_templates
from ....application.get_job import get_job
from ....application.get_job_logs import LOG_LIMIT, get_job_logs
from ....application.list_jobs import PAGE_LIMIT, list_jobs
from ....domain.secrets.masking import secrets_of
from ....domain.templates.job_templates import JOB_TEMPLATES
from ...services import Services
from ..result import count_fitting
from ..tool import Payload
from ..views import view, view_job, view_listed_job, view_log_entry
from .addresses import Address, Kind
from .engine_views import view_job_analysis, view_job_health
from .template_views import view_cron_templates, view_job_templates

# What a resource holds besides its entries.
_RESERVED_CHARACTERS = 2_500


async def read(address: Address, services: Services) -> Payload:
    """Return the content of a resource.

    Raises:
        JobNotFound: no job has its id.
        CronlyticError: whatever else the gateway raises.
    """
    with allowing_cached_reads() as reads:
        payload = await _READERS[address.kind](services, address.job_id)
    if reads.as_of is None:
        return payload
    return {**payload, "stale": True, "as_of": reads.as_of.isoformat()}


async def _read_jobs(services: Services, _job_id: str) -> Payload:
    page = await list_jobs(services.gateway, limit=PAGE_LIMIT)
    fitting = count_fitting(map(view_listed_job, page.jobs), _RESERVED_CHARACTERS)
    if fitting < len(page.jobs):
        page = await list_jobs(services.gateway, limit=max(1, fitting))
    jobs = [view_listed_job(job) for job in page.jobs]
    payload = {"jobs": jobs, "total": page.total, "next_cursor": page.next_cursor}
    if page.next_cursor is None:
        return payload
    hint = "list_jobs goes on from next_cursor, given as its cursor; resources/list has every job"
    return {**payload, "omitted": [f"jobs: {len(jobs)} of {page.total}; {hint}"]}


async def _read_job(services: Services, job_id: str) -> Payload:
    return view_job(await get_job(services.gateway, job_id))


async def _read_logs(services: Services, job_id: str) -> Payload:
    # A target may repeat what it was sent, so the job's secrets have to be known.
    job = await get_job(services.gateway, job_id)
    logs = await get_job_logs(services.gateway, job_id, limit=LOG_LIMIT)
    secrets = [value for _, value in secrets_of(job.spec)]
    entries = [view_log_entry(entry, secrets) for entry in logs.entries]
    fitting = count_fitting(entries, _RESERVED_CHARACTERS)
    payload = {"logs": entries[:fitting], "summary": view(logs.summary)}
    if fitting == len(entries):
        return payload
    hint = "get_job_logs with a status shows only those that matter"
    return {**payload, "omitted": [f"logs: the newest {fitting} of {len(entries)}; {hint}"]}


async def _read_health(services: Services, job_id: str) -> Payload:
    return await view_job_health(services.analyses, job_id)


async def _read_analysis(services: Services, job_id: str) -> Payload:
    return await view_job_analysis(services.analyses, job_id)


async def _read_cron_templates(services: Services, _job_id: str) -> Payload:
    return view_cron_templates(list_cron_templates(services.clock))


async def _read_job_templates(_services: Services, _job_id: str) -> Payload:
    return view_job_templates(JOB_TEMPLATES)


_READERS: dict[Kind, Callable[[Services, str], Awaitable[Payload]]] = {
    Kind.JOBS: _read_jobs,
    Kind.JOB: _read_job,
    Kind.LOGS: _read_logs,
    Kind.HEALTH: _read_health,
    Kind.ANALYSIS: _read_analysis,
    Kind.CRON_TEMPLATES: _read_cron_templates,
    Kind.JOB_TEMPLATES: _read_job_templates,
}
