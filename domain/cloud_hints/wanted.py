"""The one state in which hints want a job on the cloud, and the one step that comes next on the way there."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import evolve, frozen

from .coarser import coarser_expression, dated_expression
from .record import HintRecord


@frozen
class Timing:
    """When a job runs: by which expression in UTC, and whether at all."""

    expression: str
    paused: bool


class Write(StrEnum):
    """A call that changes when a job runs."""

    PAUSE = "pause"
    SCHEDULE = "schedule"
    RESUME = "resume"


@frozen
class Step:
    """A call and what it makes of the job. The value is an expression, or whether the job is paused."""

    write: Write
    value: str | bool


def find_wanted(record: HintRecord) -> Timing:
    """Return the timing that the hints of a record ask for; without hints, the original.

    A pause wins: nothing runs while it holds. Of the expressions a next-run hint's wins over an interval's.
    """
    hints = record.hints
    expression = record.expression.original
    if hints.next_run is not None:
        expression = dated_expression(hints.next_run.at)
    elif hints.interval is not None:
        expression, _ = coarser_expression(hints.interval.interval)
    return Timing(expression, record.paused.original or record.pause is not None)


def next_step(record: HintRecord) -> Step | None:
    """Return the next call towards what is wanted, None where that is reached.

    A job that is to rest is paused before its expression changes, and resumed after that, so that no run
    comes in between.
    """
    wanted = find_wanted(record)
    if wanted.paused and not record.paused.asked:
        return Step(Write.PAUSE, value=True)
    if wanted.expression != record.expression.asked:
        return Step(Write.SCHEDULE, wanted.expression)
    if record.paused.asked and not wanted.paused:
        return Step(Write.RESUME, value=False)
    return None


def sending(record: HintRecord, step: Step, now: datetime) -> HintRecord:
    """Return a record that says what is about to be sent; to be kept before it is."""
    if isinstance(step.value, bool):
        return evolve(record, paused=record.paused.sending(step.value, now))
    return evolve(record, expression=record.expression.sending(step.value, now))


def withdrawn(record: HintRecord, step: Step, at: datetime) -> HintRecord:
    """Return a record without what was not sent after all at `at`, or was refused."""
    if isinstance(step.value, bool):
        return evolve(record, paused=record.paused.withdrawn(step.value, at))
    return evolve(record, expression=record.expression.withdrawn(step.value, at))
