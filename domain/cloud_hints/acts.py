"""What an analyst's acts do to the hints of a job on the cloud; pure, and by the rules of every backend."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import evolve

from ..adaptive.errors import NotAdaptable
from ..adaptive.hints import NO_HINTS, IntervalHint, NextRunHint
from ..adaptive.limits import check_interval_hint, check_next_run_hint, check_pause, check_reason
from ..adaptive.pause import Pause
from ..execution_policy import ExecutionPolicy
from .coarser import coarser_expression, minute_from
from .record import HintRecord

_READY = timedelta(seconds=30)
"""How long setting a dated expression may take; a minute that begins before is none to aim at."""


def propose_interval(
    record: HintRecord, interval: timedelta, ttl: timedelta, reason: str, now: datetime
) -> HintRecord:
    """Return the record with another interval, in place of an earlier one.

    Raises:
        InvalidArguments: the interval or its time to live is outside the limits, or there is no reason.
        NotAdaptable: a person has paused the job.
    """
    _check_adaptable(record)
    check_interval_hint(interval, ttl, ExecutionPolicy())
    coarser_expression(interval)
    hint = IntervalHint(interval, now, now + ttl, check_reason(reason))
    return evolve(record, hints=record.hints.with_hint(hint))


def propose_next_time(
    record: HintRecord, at: datetime, ttl: timedelta, reason: str, now: datetime
) -> HintRecord:
    """Return the record with the one next run at the first full minute from `at` on that can be set in time.

    Raises:
        InvalidArguments: the time is not in the future or lies past its time to live, or there is no reason.
        NotAdaptable: a person has paused the job.
    """
    _check_adaptable(record)
    check_next_run_hint(at, ttl, now)
    minute = minute_from(max(at, now + _READY))
    hint = NextRunHint(minute, now, max(now + ttl, minute), check_reason(reason))
    return evolve(record, hints=record.hints.with_hint(hint))


def pause_until(record: HintRecord, until: datetime | None, reason: str, now: datetime) -> HintRecord:
    """Return the record with a pause until an instant, or without one; a person's pause stands.

    Raises:
        InvalidArguments: the instant is not in the future or too far ahead, or there is no reason.
        NotAdaptable: a person has paused the job.
    """
    reason = check_reason(reason)
    if until is None:
        return evolve(record, pause=None)
    _check_adaptable(record)
    check_pause(until, now)
    since = now if record.pause is None else record.pause.since
    return evolve(record, pause=Pause(until, since, reason))


def clear_hints(record: HintRecord, reason: str, now: datetime) -> HintRecord:  # noqa: ARG001 - as any act
    """Return the record without hints; a pause stays.

    Raises:
        InvalidArguments: there is no reason.
    """
    check_reason(reason)
    return evolve(record, hints=NO_HINTS)


def _check_adaptable(record: HintRecord) -> None:
    if record.paused.original:
        raise NotAdaptable(record.job_id, "a person has paused it, and resume_job ends that")
