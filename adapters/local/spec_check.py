"""What the embedded engine refuses of a job that is otherwise good."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ...application.attempts import IDEMPOTENCY_KEY
from ...domain.engine.planned_job import PlannedJob
from ...domain.errors import InvalidJob, Problem
from ...domain.job import JobSpec
from ...domain.job_rules import HEADER_COUNT_LIMIT
from ...domain.schedule import OneShot
from ...domain.spec_rules import find_spec_problems

_HEADERS_EXAMPLE = '{"Content-Type": "application/json"}'


def check_spec(spec: JobSpec) -> None:
    """Return if a job can be kept and sent.

    Raises:
        InvalidJob: with every rule that it breaks.
    """
    if problems := (*find_spec_problems(spec), *_find_header_problems(spec)):
        raise InvalidJob(problems)


def refuse_without_run(job: PlannedJob, now: datetime) -> None:
    """Return if a new job has a run to come.

    Raises:
        InvalidJob: its time, or its end, has passed already.
    """
    if job.plan is not None:
        return
    field = "run_at" if isinstance(job.spec.schedule, OneShot) else "options.end_at"
    message = f"leaves no run to come; it is {now.isoformat(timespec='seconds')} now. Give a later one."
    raise InvalidJob([Problem(field, "never_fires", message, "2027-12-31T23:59:59+00:00")])


def _find_header_problems(spec: JobSpec) -> Iterator[Problem]:
    if IDEMPOTENCY_KEY.lower() in {name.lower() for name in spec.headers}:
        message = "is set for each run, to the run's id; leave it out."
        yield Problem(f"headers.{IDEMPOTENCY_KEY}", "reserved", message, _HEADERS_EXAMPLE)
    if len(spec.headers) == HEADER_COUNT_LIMIT:
        message = f"must be at most {HEADER_COUNT_LIMIT - 1} headers, because {IDEMPOTENCY_KEY} is added."
        yield Problem("headers", "count", message, _HEADERS_EXAMPLE)
