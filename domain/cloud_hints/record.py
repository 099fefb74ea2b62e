"""What is kept of a job on the cloud while hints change it: its own timing, and what is in force."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from ..adaptive.hints import NO_HINTS, Hints
from ..adaptive.pause import Pause
from ..job import Job, JobStatus
from ..schedule import CronSchedule
from .aspect import Aspect


@frozen
class Report:
    """A sentence for a person about what happened to the hints of a job, and when (aware UTC)."""

    at: datetime
    text: str


@frozen
class HintRecord:
    """The original of a job and the hints on it; nothing of its request, so no secret is kept.

    A next-run hint's time is the full minute that the backend can keep. report: what a person should know
    of hints that ended otherwise than by themselves.
    """

    job_id: str
    name: str
    expression: Aspect[str]
    paused: Aspect[bool]
    hints: Hints = NO_HINTS
    pause: Pause | None = None
    report: Report | None = None

    @classmethod
    def begin(cls, job: Job) -> HintRecord:
        """Return the record of a job that no hint has touched."""
        return cls(
            job.job_id,
            job.spec.name,
            Aspect.found(expression_of(job)),
            Aspect.found(job.status is JobStatus.PAUSED),
        )

    @property
    def has_hints(self) -> bool:
        """Whether a hint or a pause is on the job."""
        return bool(self.hints) or self.pause is not None

    @property
    def is_at_rest(self) -> bool:
        """Whether nothing is to be done: no hint, the original in place, and nothing on its way."""
        aspects = (self.expression, self.paused)
        return not self.has_hints and not any(each.sent or each.asked != each.original for each in aspects)

    def without_hints(self) -> HintRecord:
        """Return it with the original wanted."""
        return evolve(self, hints=NO_HINTS, pause=None)

    def tell(self, text: str, now: datetime) -> HintRecord:
        """Return it with something that a person should know."""
        return evolve(self, report=Report(now, text))


def expression_of(job: Job) -> str:
    """Return the cron expression of a job, with single spaces; an empty one where it has another schedule."""
    schedule = job.spec.schedule
    return " ".join(schedule.expression.split()) if isinstance(schedule, CronSchedule) else ""
