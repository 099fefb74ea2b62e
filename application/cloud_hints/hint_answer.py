"""What there is to say about the hints of a job on the cloud, as values that JSON can hold."""

from __future__ import annotations

from datetime import datetime, timedelta

from ...domain.adaptive.hints import IntervalHint
from ...domain.cloud_hints.coarser import coarser_expression
from ...domain.cloud_hints.record import HintRecord
from ...domain.cloud_hints.wanted import find_wanted, next_step
from ..adaptive.hint_answer import Shown, show_hints, show_instant
from .change_hints import HintChange

REPORTED_FOR = timedelta(days=7)
"""How long a report is shown with its job."""


def show_change(change: HintChange, now: datetime) -> Shown:
    """Return what an act answers."""
    job, applied = change.job, change.problem is None
    return {
        "job_id": job.job_id,
        "applied": applied,
        "next_run_at": show_instant(job.next_run_at) if applied else None,
        "why": " ".join(_explain(change.record, change.problem)),
        **show_record(change.record, now),
    }


def show_record(record: HintRecord, now: datetime) -> Shown:
    """Return what is in force on a job, by what it runs then, and what it returns to."""
    wanted, report = find_wanted(record), record.report
    shown: Shown = {
        "cron_expression": wanted.expression,
        "paused": wanted.paused,
        "paused_until": None if record.pause is None else show_instant(record.pause.until),
        "hints": show_hints(record.hints),
        "original": {"cron_expression": record.expression.original, "paused": record.paused.original},
    }
    if report is not None and abs(now - report.at) < REPORTED_FOR:
        shown["report"] = {"at": report.at.isoformat(), "text": report.text}
    return shown


def _explain(record: HintRecord, problem: str | None) -> list[str]:
    told = []
    if problem is not None:
        told.append(f"It is kept but not in place yet, and is tried again while this server runs. {problem}")
    elif record.report is not None and not record.has_hints:
        told.append(record.report.text)
    if record.pause is not None:
        told.append(f"Paused until {record.pause.until.isoformat(timespec='seconds')}; that wins over hints.")
    if record.hints.next_run is not None:
        at = record.hints.next_run.at.isoformat(timespec="minutes")
        told.append(f"The one next run comes at {at}, at the full minute; Cronlytic knows no seconds.")
    elif record.hints.interval is not None:
        told.append(_explain_interval(record.hints.interval))
    if not record.has_hints and next_step(record) is None:
        told.append("The job runs as its person has set it.")
    return told


def _explain_interval(hint: IntervalHint) -> str:
    expression, gap = coarser_expression(hint.interval)
    until = hint.expires_at.isoformat(timespec="seconds")
    if gap == hint.interval:
        return f"It runs by {expression!r}, in UTC, until {until}."
    return (
        f"It runs by {expression!r}, in UTC, until {until}: cron has no even steps of "
        f"{hint.interval.total_seconds():g} s, and the next coarser ones are {gap.total_seconds():g} s."
    )
