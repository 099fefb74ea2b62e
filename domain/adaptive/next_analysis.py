"""When a job is to be analysed again."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve, frozen

from ..engine.pace import next_at_pace
from ..engine.planned_job import PlannedJob
from ..errors import InvalidArguments
from .hints import NO_HINTS

MIN_DELAY_MS = 300_000
MAX_DELAY_MS = 86_400_000
_MILLISECOND = timedelta(milliseconds=1)


@frozen
class NextAnalysis:
    """The time of the next analysis (aware UTC), and the delay that it comes from.

    requested_ms: what the analyst asked for; None where it left that open. clamped: whether the delay was
    brought to one of its bounds.
    """

    at: datetime
    delay_ms: int
    requested_ms: int | None
    clamped: bool


def plan_analysis(job: PlannedJob, now: datetime, requested_ms: int | None = None) -> NextAnalysis:
    """Return when a job is analysed next: after what is asked for, else with its next baseline run.

    Both are kept between 5 minutes and 24 hours.
    """
    wanted = _gap_to_baseline(job, now) if requested_ms is None else requested_ms
    delay = min(max(wanted, MIN_DELAY_MS), MAX_DELAY_MS)
    return NextAnalysis(now + delay * _MILLISECOND, delay, requested_ms, clamped=delay != wanted)


def _gap_to_baseline(job: PlannedJob, now: datetime) -> int:
    base = min(job.accounted_until, now)
    try:
        following = next_at_pace(evolve(job, hints=NO_HINTS), base, now, now, failures=job.failures)
    except InvalidArguments:
        following = None
    return MAX_DELAY_MS if following is None else (following[0] - now) // _MILLISECOND
