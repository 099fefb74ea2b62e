"""Where several jobs start in the same minute, and which ones they are."""

from __future__ import annotations

from datetime import datetime
from itertools import islice

from attrs import frozen

from ..job import Job
from .minute_mask import marked_minutes
from .week_plan import MINUTES_A_WEEK, WeekPlan

_SHOWN_STARTS = 3


@frozen
class Collision:
    """Jobs that start together, and no other job with them.

    jobs: all of them, those that run least often first. times: how often in the week. next_starts:
    the first few of these minutes, aware UTC.
    """

    jobs: tuple[Job, ...]
    times: int
    next_starts: tuple[datetime, ...]


def find_collisions(plan: WeekPlan, limit: int) -> tuple[Collision, ...]:
    """Return up to `limit` groups of jobs that start together: the largest first, of equals the soonest."""
    found: list[Collision] = []
    seen = 0
    for minute in sorted(range(MINUTES_A_WEEK), key=lambda minute: -plan.counts[minute]):
        if plan.counts[minute] < 2 or len(found) == limit:
            break
        if not seen >> minute & 1:
            jobs, minutes = _meet(plan, minute)
            starts = (plan.instant(place) for place in islice(marked_minutes(minutes), _SHOWN_STARTS))
            found.append(Collision(jobs, minutes.bit_count(), tuple(starts)))
            seen |= minutes
    return tuple(found)


def _meet(plan: WeekPlan, minute: int) -> tuple[tuple[Job, ...], int]:
    """Return the jobs that start in a minute, and all minutes in which exactly these do."""
    jobs: list[Job] = []
    minutes = (1 << MINUTES_A_WEEK) - 1
    for shared in plan.times:
        if shared.mask >> minute & 1:
            jobs += shared.jobs
            minutes &= shared.mask
        else:
            minutes &= ~shared.mask
    return tuple(jobs), minutes
