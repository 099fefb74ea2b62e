"""The live facts that a prompt comes with, gathered in a bounded time from a backend that may be down."""

from __future__ import annotations

from typing import Any

import anyio

from ....application.call import allowing_cached_reads
from ....application.get_job_health import get_job_health
from ....application.get_job_logs import get_job_logs
from ....application.health_check import health_check
from ....application.ports import Clock, JobGateway
from ....domain.errors import CronlyticError
from ....domain.job import Job
from ....domain.log import RunStatus
from ....domain.secrets.masking import secrets_of
from ....domain.templates.job_templates import JOB_TEMPLATES, JobTemplate
from ..views import view, view_job, view_listed_job, view_log_entry
from .configuration_facts import describe_backend, describe_clients
from .given import Given
from .job_list_facts import describe_counts, describe_load
from .named_job import NamedJob, Naming, filter_jobs, find_named_job
from .plain_data import make_plain
from .prompt import Kind, Prompt
from .surroundings import Surroundings

ENTRY_LIMIT = 4500
JOB_LIMIT = 5000
_SHOWN_FAILURES = 5
_SHOWN_JOBS = 10


class Facts:
    """What is known so far.

    data: by subject, each cleaned and in at most `ENTRY_LIMIT` characters. job: the job that was
    named, by its id, masked and in at most `JOB_LIMIT`. complete: False while something could not be
    read.
    """

    def __init__(self) -> None:
        self.data: dict[str, Any] = {}
        self.job: tuple[str, Any] | None = None
        self.naming = Naming.ABSENT
        self.complete = False

    def add(self, subject: str, value: Any, secrets: tuple[str, ...] = ()) -> None:
        """Take down what is known of a subject."""
        self.data[subject] = make_plain(value, ENTRY_LIMIT, secrets)


async def gather_facts(
    prompt: Prompt, given: Given, gateway: JobGateway, clock: Clock, surroundings: Surroundings
) -> Facts:
    """Return the facts for a prompt; what a backend that fails or is slow leaves out, they say."""
    facts = Facts()
    if given.texts:
        facts.add("given", given.texts)
    facts.add("backend", describe_backend(gateway.capabilities))
    if template := _find_template(given):
        facts.add("job_template", template.fields)
    if prompt.clients:
        platform = given.choices.get("operating_system", surroundings.platform)
        facts.add("configuration", describe_clients(prompt.clients, platform))
    with anyio.move_on_after(surroundings.fact_seconds) as limit, allowing_cached_reads() as reads:
        try:
            await _read(facts, prompt, given, gateway, clock)
        except CronlyticError as error:
            facts.add("problem", {"code": error.code, "message": str(error)})
    if limit.cancelled_caught:
        facts.add("problem", f"The backend did not answer within {surroundings.fact_seconds:g} s.")
    if reads.as_of is not None:
        facts.add("as_of", reads.as_of.isoformat())
    return facts


async def _read(facts: Facts, prompt: Prompt, given: Given, gateway: JobGateway, clock: Clock) -> None:
    wanted = _find_text(Kind.JOB, prompt, given)
    facts.naming = Naming.UNREAD if wanted else Naming.ABSENT
    if prompt.connection:
        facts.add("connection", view(await health_check(gateway, clock)))
    jobs = await gateway.list()
    named = find_named_job(jobs, wanted) if wanted else NamedJob(Naming.ABSENT)
    facts.naming = named.naming
    if named.naming is Naming.FOUND:
        await _read_job(facts, named.jobs[0], gateway, clock)
    else:
        if named.jobs:
            facts.add("jobs_of_that_name", [view_listed_job(job) for job in named.jobs[:_SHOWN_JOBS]])
        if word := _find_text(Kind.JOB_FILTER, prompt, given):
            matching = filter_jobs(jobs, word)
            shown = [view_listed_job(job) for job in matching[:_SHOWN_JOBS]]
            facts.add("jobs_that_match", {"total": len(matching), "jobs": shown})
        facts.add("jobs", describe_counts(jobs))
        facts.add("load", await describe_load(gateway, clock))
    facts.complete = True


def _find_template(given: Given) -> JobTemplate | None:
    chosen = given.choices.get("template")
    return next((each for each in JOB_TEMPLATES if each.template_id == chosen), None)


def _find_text(kind: Kind, prompt: Prompt, given: Given) -> str | None:
    parameter = prompt.find_parameter(kind)
    return given.texts.get(parameter.name) if parameter else None


async def _read_job(facts: Facts, job: Job, gateway: JobGateway, clock: Clock) -> None:
    secrets = tuple(value for _, value in secrets_of(job.spec))
    facts.job = job.job_id, make_plain(view_job(job), JOB_LIMIT, secrets)
    health = await get_job_health(gateway, clock, job.job_id)
    facts.add("job_health", {"verdict": view(health.verdict), **view(health.runs)}, secrets)
    logs = await get_job_logs(gateway, job.job_id, limit=_SHOWN_FAILURES, status=RunStatus.FAILED)
    # The target's text in whole: it is cut once secrets are out of it, lest half of one remains.
    failures = [{**view_log_entry(run), "untrusted_error_message": run.error_message} for run in logs.entries]
    facts.add("recent_failures", failures, secrets)
