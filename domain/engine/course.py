"""The occurrences of a job that have come, though hints began and ended meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import evolve, frozen

from ..adaptive.hints import Hint, kind_of_hint
from .event import Event, EventKind
from .governor import plan_next
from .pace import next_at_pace, passed_at_pace
from .planned_job import PlannedJob
from .run import RunSource
from .stretch import MOMENT


@frozen
class Piece:
    """Occurrences in a row at one pace: how many, the first and the last, and what decided these.

    job: as it stood when the first of them came, which tells their pace.
    """

    job: PlannedJob
    first: datetime
    last: datetime
    count: int
    first_source: RunSource
    source: RunSource


@frozen
class Course:
    """What came of a job up to an instant.

    job: as it stands after that: without the hints that have ended or had their run, and with the plan for
    the first occurrence that has not come. spent: those hints, with whether the hint had its run.
    """

    job: PlannedJob
    pieces: tuple[Piece, ...] = ()
    spent: tuple[tuple[Hint, bool], ...] = ()

    @property
    def count(self) -> int:
        """How many occurrences came."""
        return sum(piece.count for piece in self.pieces)

    @property
    def first(self) -> datetime:
        """The first of them, where there are any."""
        return self.pieces[0].first

    @property
    def first_source(self) -> RunSource:
        """What decided the first, where there are any."""
        return self.pieces[0].first_source

    @property
    def newest(self) -> datetime:
        """The last of them, where there are any."""
        return self.pieces[-1].last

    @property
    def source(self) -> RunSource:
        """What decided the newest, where there are any."""
        return self.pieces[-1].source

    @property
    def last_but_one(self) -> datetime:
        """The one before the newest, where there are two."""
        piece = self.pieces[-1]
        if piece.count == 1:
            return self.pieces[-2].last
        passed = passed_at_pace(piece.job, piece.first, piece.last - MOMENT, piece.first)
        return passed.last or piece.first

    def after(self, earlier: Course) -> Course:
        """Return this course as it goes on from an earlier one."""
        return Course(self.job, (*earlier.pieces, *self.pieces), (*earlier.spent, *self.spent))

    def tell(self, now: datetime) -> Iterator[Event]:
        """Yield an event for each hint that is spent."""
        for hint, had_its_run in self.spent:
            kind = EventKind.HINT_CONSUMED if had_its_run else EventKind.HINT_EXPIRED
            data = {"hint": kind_of_hint(hint), "expires_at": hint.expires_at.isoformat()}
            yield Event(kind, self.job.job_id, now, data)


def follow(job: PlannedJob, until: datetime) -> Course:
    """Return the occurrences of a job from its plan on, up to and with `until`.

    The end of a hint is a time to plan at: the baseline returns then, even before a planned run. A hint that
    was proposed when the plan had come already holds from its proposal on.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    late = [hint for hint in job.hints.all if job.plan is not None and hint.proposed_at >= job.plan.at]
    early = job.hints.only(*(hint for hint in job.hints.all if hint not in late))
    course = Course(evolve(job, hints=early))
    for hint in sorted(late, key=lambda hint: hint.proposed_at):
        course = _begin(_go(course, min(until, hint.proposed_at)), hint)
    return _go(course, until)


def meet_turns(job: PlannedJob, now: datetime) -> Course:
    """Return a job without the hints that ended by `now` and before its planned run, planned anew for each.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    course = Course(job)
    while (expiry := course.job.hints.expires_at) is not None and expiry <= now:
        if course.job.plan is not None and _comes_first(course.job, expiry):
            break
        course = _expire(course, expiry)
    return course


def _go(course: Course, until: datetime) -> Course:
    while True:
        course = meet_turns(course.job, until).after(course)
        plan = course.job.plan
        if plan is None or plan.at > until:
            return course
        course = _run_through(course, until)


def _comes_first(job: PlannedJob, expiry: datetime) -> bool:
    """A next-run hint may name the very moment of its end; an interval's step there is none any more."""
    plan, hint = job.plan, job.hints.next_run
    by_hint = hint is not None and hint.expires_at == expiry
    return plan is not None and (plan.at < expiry or (by_hint and plan.at == expiry))


def _run_through(course: Course, until: datetime) -> Course:
    """Add the planned occurrence, and those that follow it at its pace."""
    job, spent = course.job, course.spent
    assert job.plan is not None  # noqa: S101 - for the type checker; the caller has looked
    first, first_source = job.plan.at, job.plan.source
    source = first_source
    if job.hints.next_run is not None:
        spent = (*spent, (job.hints.next_run, True))
        job = evolve(job, hints=evolve(job.hints, next_run=None))
    expiry = job.hints.expires_at
    end = until if expiry is None else min(until, expiry - MOMENT)
    passed = passed_at_pace(job, first, end, first)
    last = passed.last or first
    if passed.last is not None:
        following = next_at_pace(job, last - MOMENT, last - MOMENT, first)
        source = source if following is None else following[1]
    piece = Piece(job, first, last, passed.count + 1, first_source, source)
    job = evolve(job, accounted_until=last, plan=plan_next(job, last, end, failures=job.failures))
    return Course(job, (*course.pieces, piece), spent)


def _expire(course: Course, expiry: datetime) -> Course:
    job, kept = course.job, course.job.hints.in_force(expiry)
    ended = tuple((hint, False) for hint in job.hints.all if hint not in kept.all)
    job = evolve(job, hints=kept, analysis=job.analysis.changed(expiry))
    return evolve(course, job=_plan_at(job, expiry), spent=(*course.spent, *ended))


def _begin(course: Course, hint: Hint) -> Course:
    job, now = course.job, hint.proposed_at
    job = evolve(job, hints=job.hints.with_hint(hint))
    if job.plan is None or job.plan.at <= now:
        return evolve(course, job=job)  # so early that the hint has not begun
    base, after = job.accounted_until, max(now, job.accounted_until)
    return evolve(course, job=evolve(job, plan=plan_next(job, base, now, failures=job.failures, after=after)))


def _plan_at(job: PlannedJob, instant: datetime) -> PlannedJob:
    base, after = job.accounted_until, instant - MOMENT
    return evolve(job, plan=plan_next(job, base, instant, failures=job.failures, after=after))
