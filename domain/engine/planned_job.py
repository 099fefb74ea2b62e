"""A job with its plan and where its runs stand: what an engine keeps of it, as one value."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ..adaptive.analysis_state import NOT_ANALYSED, AnalysisState
from ..adaptive.hints import NO_HINTS, Hints
from ..adaptive.pause import Pause
from ..job import Job, JobSpec, JobStatus
from .plan import Plan
from .run import Run


@frozen
class PlannedJob:
    """A job of the embedded engine. Instants are aware UTC.

    plan: the next run; None where none is to come. A paused job keeps the plan it had, so that the
    occurrences that pass meanwhile can be told.
    accounted_until: the newest occurrence, or the instant of the definition, up to which everything has a
    row; nothing at or before it is ever planned.
    failures: how many runs of the schedule failed in a row. starts: how many of them were started.
    version: counts the writes; the store sets it.
    hints, pause: what an analyst would have instead, for a while. While a `pause` lasts, `plan` is its end.
    analysis: where the job stands with its analyses.
    """

    job_id: str
    spec: JobSpec
    status: JobStatus
    created_at: datetime
    accounted_until: datetime
    plan: Plan | None = None
    failures: int = 0
    starts: int = 0
    last_run_at: datetime | None = None
    version: int = 0
    hints: Hints = NO_HINTS
    pause: Pause | None = None
    analysis: AnalysisState = NOT_ANALYSED

    @property
    def paused(self) -> bool:
        """Whether a person stopped it."""
        return self.status is JobStatus.PAUSED

    @property
    def due_at(self) -> datetime | None:
        """When an engine has to look at it next: to run it, or because a hint ends. None if not at all."""
        if self.paused or self.plan is None:
            return None
        expiry = self.hints.expires_at
        if self.pause is not None or expiry is None or expiry >= self.plan.at:
            return self.plan.due_at
        return expiry

    @property
    def paused_until(self) -> datetime | None:
        """When the pause of an analyst ends; None without one."""
        return None if self.pause is None else self.pause.until

    @property
    def job(self) -> Job:
        """The job as a backend shows it."""
        upcoming = None if self.paused or self.plan is None else self.plan.at
        return Job(
            self.job_id,
            self.spec,
            self.status,
            self.last_run_at,
            upcoming,
            hints=self.hints,
            paused_until=self.paused_until,
        )


@frozen
class JobView:
    """A job and its runs of the schedule that are under way; runs that were started by hand do not count.

    active: how many are claimed or running. queued: the one that waits for them, if there is one.
    """

    job: PlannedJob
    active: int = 0
    queued: Run | None = None
