"""A job: an HTTP request that a backend sends on a schedule."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from attrs import field, frozen

from .adaptive.hints import NO_HINTS, Hints
from .errors import InvalidArguments, Problem
from .execution_policy import ExecutionPolicy
from .schedule import Schedule

JOB_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


class JobStatus(StrEnum):
    """What a job last did: ``pending`` has not run yet since it was made or resumed."""

    PENDING = "pending"
    PAUSED = "paused"
    SUCCESS = "success"
    FAILED = "failed"


def _frozen_mapping(value: Mapping[str, str]) -> Mapping[str, str]:
    return MappingProxyType(dict(value))


@frozen
class JobSpec:
    """What a person decides about a job: the request, when it is sent, and how its runs are carried out.

    A backend that has no place for a description, a group or a policy refuses them. The constructor takes
    values as they are, because a backend may hold jobs that today's rules would refuse; `find_job_problems`
    judges new ones. URL, headers and body may hold secrets, so nothing of them is in the repr.
    """

    name: str
    url: str = field(repr=False)
    schedule: Schedule
    method: str = "GET"
    headers: Mapping[str, str] = field(factory=dict, converter=_frozen_mapping, hash=False, repr=False)
    body: str = field(default="", repr=False)
    description: str = ""
    group: str | None = None
    policy: ExecutionPolicy = field(factory=ExecutionPolicy)


@frozen
class Job:
    """A job as a backend knows it. Instants are aware UTC.

    hints, paused_until: what an analyst has decided for a while, where the backend has analyses. A hint that
    has just ended may still be here, so its end is to be told with it.
    """

    job_id: str
    spec: JobSpec
    status: JobStatus
    last_run_at: datetime | None = None
    next_run_at: datetime | None = None
    user_id: str | None = None
    hints: Hints = NO_HINTS
    paused_until: datetime | None = None


def check_job_id(job_id: str) -> str:
    """Return `job_id` if it is one: a UUID, or 1-64 letters, digits, ``-`` and ``_``.

    Ids become part of a request's path, so nothing else may pass.

    Raises:
        InvalidArguments: it is not one.
    """
    if JOB_ID.fullmatch(job_id):
        return job_id
    raise InvalidArguments(
        [
            Problem(
                "job_id",
                "format",
                "must be 1-64 letters, digits, '-' or '_'; call list_jobs to see the ids.",
                "3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11",
            )
        ]
    )
