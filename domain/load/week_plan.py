"""The jobs of an account laid over the next seven days, minute by minute."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from attrs import frozen

from ..errors import InvalidArguments
from ..job import Job, JobStatus
from ..schedule import CronSchedule, OneShot, Schedule
from .minute_counts import MinuteCounts
from .minute_mask import mark_minutes, next_full_minute

MINUTES_A_WEEK = 7 * 24 * 60
_ONE_MINUTE = timedelta(minutes=1)


@frozen
class SharedTimes:
    """Jobs that start at exactly the same minutes; bit ``n`` of `mask` is minute ``n`` of the plan."""

    mask: int
    jobs: tuple[Job, ...]

    @property
    def starts(self) -> int:
        """How often in the week each of them starts."""
        return self.mask.bit_count()


@frozen
class UnplacedJob:
    """An active job that is in no figure, and why: its schedule names no minutes that can be told."""

    job: Job
    reason: str


@frozen
class WeekPlan:
    """The seven days from `start` (a full minute, aware UTC), in which every minute of the week comes once.

    times: the active jobs by when they start, those that start least often first; a job that does not
    start in these days is in there with an empty mask. counts: how many jobs start in each minute.
    """

    start: datetime
    times: tuple[SharedTimes, ...]
    counts: tuple[int, ...]
    paused: int
    unplaced: tuple[UnplacedJob, ...]

    @property
    def active(self) -> int:
        """How many jobs are not paused."""
        return sum(len(times.jobs) for times in self.times) + len(self.unplaced)

    def instant(self, minute: int) -> datetime:
        """Return when a minute of the plan is."""
        return self.start + minute * _ONE_MINUTE


def plan_week(jobs: Iterable[Job], now: datetime) -> WeekPlan:
    """Return the plan of all `jobs` for the seven days after `now`; paused ones are only counted."""
    start = next_full_minute(now)
    jobs = tuple(jobs)
    by_schedule: dict[Schedule, list[Job]] = defaultdict(list)
    for job in jobs:
        if job.status is not JobStatus.PAUSED:
            by_schedule[job.spec.schedule].append(job)
    by_mask: dict[int, list[Job]] = defaultdict(list)
    unplaced: list[UnplacedJob] = []
    for schedule, alike in by_schedule.items():
        placed = mark_week(schedule, start)
        if isinstance(placed, int):
            by_mask[placed] += alike
        else:
            unplaced += [UnplacedJob(job, placed) for job in alike]
    times = (SharedTimes(mask, tuple(sorted(alike, key=_by_name))) for mask, alike in by_mask.items())
    ordered = tuple(sorted(times, key=lambda shared: (shared.starts, _by_name(shared.jobs[0]))))
    paused = sum(job.status is JobStatus.PAUSED for job in jobs)
    return WeekPlan(start, ordered, _count(ordered), paused, tuple(unplaced))


def mark_week(schedule: Schedule, start: datetime) -> int | str:
    """Return the minutes of the week from `start` in which a schedule fires, or why they cannot be told."""
    if isinstance(schedule, CronSchedule):
        try:
            return mark_minutes(schedule, start, MINUTES_A_WEEK)
        except InvalidArguments as error:
            return "its schedule cannot be read: " + " ".join(p.message for p in error.problems)
    if isinstance(schedule, OneShot):
        minute = (schedule.at - start) // _ONE_MINUTE
        return 1 << minute if 0 <= minute < MINUTES_A_WEEK else 0
    return f"it runs {schedule.seconds} s after its last run, at no minutes known beforehand"


def _by_name(job: Job) -> tuple[str, str]:
    return job.spec.name.casefold(), job.job_id


def _count(times: Iterable[SharedTimes]) -> tuple[int, ...]:
    counts = MinuteCounts(MINUTES_A_WEEK)
    for shared in times:
        counts.add(shared.mask, len(shared.jobs))
    return tuple(counts.listed())
