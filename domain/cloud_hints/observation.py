"""What a look at a job on the cloud says about its hints: which have ended, and what a person has changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from ..adaptive.hints import Hint, IntervalHint, NextRunHint
from ..job import Job, JobStatus
from ..untrusted import clean_text
from .coarser import dated_expression
from .record import HintRecord, expression_of
from .wanted import Step

_SHOWN = 80

FIRING = timedelta(minutes=3)
"""How late a dated run may come before it counts as run."""

LEAD = timedelta(seconds=10)
"""How long before its time a dated expression must be set; it would come a year later otherwise."""

SETBACK = timedelta(minutes=1)
"""How far the clock may be before the beginning of a hint; further, it was set back and says nothing."""


def observe(record: HintRecord, job: Job, now: datetime) -> HintRecord:
    """Return the record after a look at the job, with the hints that still hold at `now`.

    What a person has set is the original from then on, and ends the hints: it is reported and left alone.
    """
    record = evolve(record, name=job.spec.name)
    record = end_hints(_see_person(record, job, now), now, job.last_run_at)
    return evolve(record, expression=record.expression.arrived(now), paused=record.paused.arrived(now))


def answered(record: HintRecord, step: Step, at: datetime, job: Job) -> HintRecord:
    """Return the record after the answer to a step that was sent at `at`.

    The backend may write an expression in its own way, and a job that is replaced may run again. What else
    the answer shows is no doing of the step: the next look finds it.
    """
    if isinstance(step.value, bool):
        return evolve(record, paused=record.paused.answered(step.value, at, step.value))
    paused = record.paused
    if job.status is not JobStatus.PAUSED:
        paused = evolve(paused, asked=False, shown=False)
    expression = record.expression.answered(step.value, at, expression_of(job))
    return evolve(record, expression=expression, paused=paused)


def end_hints(record: HintRecord, now: datetime, last_run_at: datetime | None = None) -> HintRecord:
    """Return the record with the hints that still hold."""
    kept = [hint for hint in record.hints.all if not _is_over(hint, now, last_run_at)]
    pause = record.pause
    if pause is not None and (pause.until <= now or now < pause.since - SETBACK):
        pause = None
    record = evolve(record, hints=record.hints.only(*kept), pause=pause)
    late = record.hints.next_run
    if late is None or record.expression.holds(dated_expression(late.at)) or late.at - now > LEAD:
        return record
    told = record.tell("The next-run hint could not be set in time; it ended without a run of its own.", now)
    return evolve(told, hints=record.hints.only(*(hint for hint in kept if hint is not late)))


def _see_person(record: HintRecord, job: Job, now: datetime) -> HintRecord:
    expression, paused = expression_of(job), job.status is JobStatus.PAUSED
    changes = []
    if not record.expression.is_ours(expression):
        changes.append(f"its cron expression is {clean_text(expression, _SHOWN)!r} now")
    if not record.paused.is_ours(paused):
        changes.append("it was paused" if paused else "it was resumed")
    record = evolve(
        record, expression=record.expression.observe(expression), paused=record.paused.observe(paused)
    )
    if not changes:
        return record
    text = f"Somebody changed the job {record.name!r} meanwhile: {' and '.join(changes)}. That stands"
    ended = "; its hints have ended." if record.has_hints else "."
    return record.without_hints().tell(text + ended, now)


def _is_over(hint: Hint, now: datetime, last_run_at: datetime | None) -> bool:
    if now < hint.proposed_at - SETBACK:
        return True
    if isinstance(hint, IntervalHint):
        return not hint.in_force(now)
    return _has_fired(hint, now, last_run_at)


def _has_fired(hint: NextRunHint, now: datetime, last_run_at: datetime | None) -> bool:
    if last_run_at is not None and last_run_at >= hint.at:
        return True
    return now >= hint.at + FIRING
