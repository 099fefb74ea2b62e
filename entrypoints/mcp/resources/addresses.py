"""The URIs of the resources, and what each of them names."""

from __future__ import annotations

import re
from enum import StrEnum

from attrs import frozen

from ....domain.job import check_job_id


class Kind(StrEnum):
    """What a resource shows; the value is its URI, with a place for a job's id where it is about one."""

    JOBS = "cronlytic://jobs"
    JOB = "cronlytic://job/{job_id}"
    LOGS = "cronlytic://job/{job_id}/logs"
    HEALTH = "cronlytic://job/{job_id}/health"
    ANALYSIS = "cronlytic://job/{job_id}/analysis"
    CRON_TEMPLATES = "cronlytic://templates/cron"
    JOB_TEMPLATES = "cronlytic://templates/jobs"

    @property
    def names_a_job(self) -> bool:
        """Whether there is one such resource for each job."""
        return "{job_id}" in self

    @property
    def is_live(self) -> bool:
        """Whether what it shows changes with the jobs."""
        return self is Kind.JOBS or self.names_a_job

    @property
    def needs_engine(self) -> bool:
        """Whether only a backend with an engine has it."""
        return self in (Kind.HEALTH, Kind.ANALYSIS)


@frozen
class Address:
    """One resource: its kind, and the id of its job where it is about one."""

    kind: Kind
    job_id: str = ""

    @property
    def uri(self) -> str:
        """The one spelling of its URI."""
        return self.kind.replace("{job_id}", self.job_id)


_OF_A_JOB = re.compile(r"cronlytic://job/(?P<job_id>[^/]*)(?P<part>/logs|/health|/analysis)?")


def parse_uri(uri: str) -> Address | None:
    """Return what a URI names, None where it is none of ours.

    Raises:
        InvalidArguments: it names a job by what cannot be an id.
    """
    if match := _OF_A_JOB.fullmatch(uri):
        return Address(Kind(f"{Kind.JOB}{match['part'] or ''}"), check_job_id(match["job_id"]))
    return next((Address(kind) for kind in Kind if kind == uri and not kind.names_a_job), None)
