"""Why there is no run of a job at a time."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import field, frozen

from ..adaptive.pause import Pause
from ..schedule import CronSchedule, IntervalSchedule
from .baseline import next_occurrence
from .outlook import describe_schedule, look_ahead, write_instant
from .pace import hint_in_force, next_at_pace
from .plan import Plan
from .planned_job import PlannedJob
from .retention import Retention
from .run import Run, RunSource
from .stretch import MOMENT

NEAR = timedelta(seconds=60)
"""How far from the time that was asked for a run may lie and still be the one that is meant."""


@frozen
class Circumstances:
    """What is known around a time at which no run of a job lies.

    before: the newest run that was planned earlier. changed_at: when the job was last changed since that
    time; None where it is as it was. now, at: aware UTC.
    """

    job: PlannedJob
    at: datetime
    now: datetime
    before: Run | None = None
    changed_at: datetime | None = None
    retention: Retention = field(factory=Retention)


def is_scheduled(job: PlannedJob, at: datetime) -> bool:
    """Return whether a job, as it is now, has an occurrence within a minute of `at`.

    That is by its schedule, or by a hint where one is in force then.

    Raises:
        InvalidArguments: the cron expression or its zone cannot be read.
    """
    schedule, plan = job.spec.schedule, job.plan
    if plan is not None and plan.source is not RunSource.PAUSED and abs(at - plan.at) <= NEAR:
        return True
    if isinstance(schedule, IntervalSchedule) or hint_in_force(job, at):
        pace = next_at_pace(job, plan.at, plan.at, at) if plan else None
        if plan is None or pace is None:
            return False
        beside = (at - plan.at) % (pace[0] - plan.at)
        return min(beside, pace[0] - plan.at - beside) <= NEAR
    following = next_occurrence(job.spec, at - NEAR - MOMENT)
    return following is not None and following[0] <= at + NEAR


def explain_future(found: Circumstances) -> tuple[str, str]:
    """Return the finding for a time that has not come, and a sentence about it."""
    job, at = found.job, found.at
    if job.paused or job.plan is None:
        return "not_scheduled", f"That has not come yet. {look_ahead(job, found.now).reasons[0]}"
    if job.pause is not None and at <= job.pause.until:
        return "not_scheduled", f"That has not come yet. {_explain_pause(job.pause)}"
    if job.hints.in_force(found.now):
        return _explain_future_with_hints(found, job.plan)
    end_at = job.spec.policy.end_at
    if at < job.plan.at - NEAR or (end_at is not None and at > end_at) or not is_scheduled(job, at):
        return "not_scheduled", f"That has not come yet, and {_none_there(found)}"
    return "upcoming", f"That has not come yet; {describe_schedule(job)} has an occurrence then."


def explain_past(found: Circumstances) -> tuple[str, str]:
    """Return the finding for a time that is over and has no row, and a sentence about it."""
    job, at, plan = found.job, found.at, found.job.plan
    if at < job.created_at - NEAR:
        return (
            "not_created",
            f"The job did not exist then: it was created at {write_instant(job.created_at)}.",
        )
    if job.pause is not None and job.pause.since <= at:
        return "paused", f"{_explain_pause(job.pause)} What passes meanwhile is recorded when it ends."
    if plan is not None and plan.at - NEAR <= at and is_scheduled(job, at):
        return _explain_untold(found)
    if found.changed_at is not None:
        return "changed_since", (
            f"No run is recorded near that time. The job, a hint or a pause was changed later, at "
            f"{write_instant(found.changed_at)}; events_since shows what changed."
        )
    if isinstance(job.spec.schedule, CronSchedule) and is_scheduled(job, at):
        return _explain_gone(found)
    return "not_scheduled", f"Nothing was to run then: {_none_there(found)}"


def _explain_pause(pause: Pause) -> str:
    return (
        f"An analyst has paused the job from {write_instant(pause.since)} until {write_instant(pause.until)}."
    )


def _explain_future_with_hints(found: Circumstances, plan: Plan) -> tuple[str, str]:
    """Return the finding while hints decide: only the next run is sure, they may change what follows it."""
    finding = "upcoming" if abs(plan.at - found.at) <= NEAR else "not_scheduled"
    hints = f"Hints decide until {write_instant(found.job.hints.expires_at or plan.at)}"
    next_run = f"the next run is planned for {write_instant(plan.at)} ({plan.source})"
    return finding, f"That has not come yet. {hints}; {next_run}, and each one plans what follows it."


def _explain_untold(found: Circumstances) -> tuple[str, str]:
    if found.job.paused:
        return "paused", (
            "The job is paused, and the occurrence passed without a run; resume_job records how many passed."
        )
    return "overdue", "It is due, but no engine has taken it up yet: none is running, or it is about to."


def _explain_gone(found: Circumstances) -> tuple[str, str]:
    job, policy, retention = found.job, found.job.spec.policy, found.retention
    if job.created_at > found.at - NEAR:
        return "not_created", f"The job was created at {write_instant(job.created_at)}, too late for it."
    if policy.min_interval_seconds is not None and found.at > found.now - retention.runs_for:
        return "not_scheduled", (
            f"{describe_schedule(job)} has an occurrence then, but min_interval_seconds "
            f"({policy.min_interval_seconds}) kept it from coming so soon."
        )
    return "not_kept", f"What became of it is not kept any more. {retention.sentence}."


def _none_there(found: Circumstances) -> str:
    job = found.job
    text = f"{describe_schedule(job)} has no occurrence within a minute of {write_instant(found.at)}."
    if found.before is not None:
        text += f" The run before it was planned for {write_instant(found.before.last_at)}."
    following = None
    if isinstance(job.spec.schedule, CronSchedule):
        following = next_occurrence(job.spec, found.at)
    return text + (f" The next one after it is {write_instant(following[0])}." if following else "")
