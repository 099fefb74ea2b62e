"""What a planner has to say to whoever keeps the log."""

from __future__ import annotations

from collections.abc import Callable

from attrs import field, frozen

from ...domain.adaptive.errors import TokenQuotaExceeded


@frozen
class AnalysisFailed:
    """An analysis ended without being submitted; `problem` stands in its session, too."""

    job_id: str
    session_id: str
    problem: str


@frozen
class AnalysisBroken:
    """An analysis hit an error that is none of its analyst's or its store's: a bug."""

    job_id: str
    error: Exception = field(eq=False)


@frozen
class PlannerFailed:
    """The store could not be used; the planner looks again when it is time."""

    error: Exception = field(eq=False)


@frozen
class QuotaReached:
    """No more analyses start before the quota begins anew; told once for each month."""

    error: TokenQuotaExceeded = field(eq=False)


@frozen
class AnalystResting:
    """The analyst cannot go on with any job now; `seconds` pass before it is asked again."""

    problem: str
    seconds: float


PlannerNotice = AnalysisFailed | AnalysisBroken | PlannerFailed | QuotaReached | AnalystResting
PlannerObserver = Callable[[PlannerNotice], None]
"""Is told of a notice as it comes up; it must return at once and raise nothing."""
