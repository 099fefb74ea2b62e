"""What the rules look at, and what they come to."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import frozen

from ..engine.planned_job import PlannedJob
from ..health.health import RunHealth
from ..log import RunStatus
from .hints import IntervalHint
from .paces import Paces
from .session import Confidence
from .signals import NO_SIGNALS, Signals

RULE_REASON = "Rule "
"""How the reasons of the rules begin, so that they know their own hints."""


@frozen
class RunEvery:
    """An interval hint."""

    interval: timedelta
    ttl: timedelta


@frozen
class RunAt:
    """A next-run hint."""

    at: datetime
    ttl: timedelta


@frozen
class TakeBack:
    """All hints cleared."""


Measure = RunEvery | RunAt | TakeBack | None
"""What is done about a job; None for nothing."""


@frozen
class Verdict:
    """What a rule says. review: when to look again, None for with the next run of the baseline."""

    rule: str
    measure: Measure
    why: str
    review: timedelta | None
    confidence: Confidence = Confidence.HIGH

    @property
    def reason(self) -> str:
        """The reason as it stands in hints and sessions."""
        return f"{RULE_REASON}{self.rule}: {self.why}"


@frozen
class Situation:
    """A job as the rules see it at `now` (aware UTC).

    paces: None where its cron expression cannot be read. signals: of the newest answer, if that is fresh.
    answered_at: when that run started. growing: whether its queue grows.
    """

    job: PlannedJob
    health: RunHealth
    now: datetime
    paces: Paces | None
    signals: Signals = NO_SIGNALS
    answered_at: datetime | None = None
    growing: bool = False

    @property
    def failing(self) -> bool:
        """Whether the newest run failed."""
        return self.health.last_status is RunStatus.FAILED

    @property
    def hint(self) -> IntervalHint | None:
        """The interval hint in force, whoever proposed it."""
        return self.job.hints.in_force(self.now).interval

    @property
    def own_hint(self) -> IntervalHint | None:
        """The interval hint in force that a rule proposed."""
        return self.hint if self.hint is not None and self.hint.reason.startswith(RULE_REASON) else None

    @property
    def foreign_hint(self) -> IntervalHint | None:
        """The interval hint in force that somebody else proposed."""
        return self.hint if self.own_hint is None else None

    @property
    def wait_until(self) -> datetime | None:
        """Until when the target asked to be left alone, where that is later than the next run."""
        if self.answered_at is None or self.signals.retry_after is None or self.job.plan is None:
            return None
        held = self.job.hints.in_force(self.now).next_run
        if held is not None and not held.reason.startswith(RULE_REASON):
            return None
        until = self.answered_at + self.signals.retry_after
        return until if until > max(self.now, self.job.plan.at) else None
