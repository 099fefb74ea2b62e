"""Accounts for occurrences that passed without a run: as one stretch, with what ended meanwhile."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve, frozen

from .course import Course, follow
from .event import Event
from .plan import Plan
from .planned_job import PlannedJob
from .run import Run, RunState
from .stretch import make_stretch, tell_stretch


@frozen
class Reckoning:
    """A job, with its next plan, after what passed; the row of that, if anything did; and what to tell."""

    job: PlannedJob
    runs: tuple[Run, ...] = ()
    events: tuple[Event, ...] = ()


def reckon(job: PlannedJob, state: RunState, until: datetime, now: datetime, reason: str) -> Reckoning:
    """Return a job after all its occurrences up to and with `until` passed in one state.

    Of a job with a pause these are the ones that the pause holds back; it is over then.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    course = follow(without_pause(job), until)
    told = tuple(course.tell(now))
    if not course.count:
        return Reckoning(course.job, events=told)
    stretch = stretch_of(course, state, now, last=course.newest, count=course.count, reason=reason)
    return Reckoning(course.job, (stretch,), (*told, tell_stretch(stretch, now)))


def stretch_of(
    course: Course, state: RunState, now: datetime, *, last: datetime, count: int, reason: str
) -> Run:
    """Return the row of the first `count` occurrences of a course, up to `last`."""
    plan = Plan(course.first, course.first_source)
    return make_stretch(course.job.job_id, plan, state, now, last=last, count=count, reason=reason)


def without_pause(job: PlannedJob) -> PlannedJob:
    """Return a job with the plan that its pause holds back."""
    return job if job.pause is None else evolve(job, plan=job.pause.held, pause=None)
