"""The ports: roles that the use-cases need and adapters play, and what each call raises.

Every implementation of a port runs the same contract suite (``tests/contract``).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from ..domain.capabilities import Capabilities
from ..domain.job import Job, JobSpec
from ..domain.log import LogEntry


class Clock(Protocol):
    """The time, so that tests can decide it."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""

    def monotonic(self) -> float:
        """Return seconds that never go back, for measuring durations."""

    def local(self, instant: datetime) -> datetime:
        """Return an aware instant in the machine's own time zone."""


class JobGateway(Protocol):
    """The backend that keeps a person's jobs.

    Every call but `ping` may raise `NotAuthenticated`, `NotPermitted`, `RateLimited`,
    `ServiceUnavailable` and `UnexpectedResponse`. A call with a `job_id` raises `InvalidArguments`
    for an id that cannot be one and `JobNotFound` for an unknown one.
    """

    @property
    def capabilities(self) -> Capabilities:
        """What this backend can do; known without a call."""

    async def ping(self) -> None:
        """Return if the backend is reachable; this says nothing about credentials.

        Raises:
            ServiceUnavailable, UnexpectedResponse, RateLimited: it is not.
        """

    async def create(self, spec: JobSpec) -> Job:
        """Create a job.

        Raises:
            InvalidJob: the backend refuses the job as described.
            QuotaExceeded: the plan allows no further job.
            ServiceUnavailable: with `outcome_unknown` where the job may exist all the same.
        """

    async def list(self) -> Sequence[Job]:
        """Return all jobs, in the backend's order."""

    async def get(self, job_id: str) -> Job:
        """Return one job."""

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        """Replace everything a person decides about a job.

        Raises:
            InvalidJob: the backend refuses the job as described.
        """

    async def delete(self, job_id: str) -> None:
        """Delete a job and its logs."""

    async def pause(self, job_id: str) -> Job:
        """Stop a job from running; pausing a paused job changes nothing."""

    async def resume(self, job_id: str) -> Job:
        """Let a job run again, with status ``pending`` and a new next run."""

    async def logs(self, job_id: str) -> Sequence[LogEntry]:
        """Return the newest log entries, at most 50, newest first."""
