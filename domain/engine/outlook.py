"""What comes next of a job of the engine, and why it comes then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import frozen

from ..schedule import CronSchedule, IntervalSchedule, OneShot
from .baseline import BACKOFF_CAP
from .plan import Plan
from .planned_job import PlannedJob
from .run import RunSource


@frozen
class Outlook:
    """The next run, and the reasons for it in sentences.

    at: the occurrence, aware UTC; None where nothing is to come. starts_at: when it starts; its jitter later.
    source: what decided the time.
    """

    at: datetime | None
    starts_at: datetime | None
    source: RunSource | None
    reasons: tuple[str, ...]


def look_ahead(job: PlannedJob, now: datetime) -> Outlook:
    """Return what comes next of a job, as it stands at `now`."""
    if job.paused:
        return _nothing("The job is paused; resume_job plans it anew.")
    if job.plan is None:
        return _nothing(_explain_end(job))
    plan = job.plan
    return Outlook(plan.at, plan.due_at, plan.source, tuple(_explain_plan(job, plan, now)))


def write_instant(instant: datetime) -> str:
    """Return an instant as it stands in a sentence: ISO 8601 in UTC, whole seconds."""
    return instant.isoformat(timespec="seconds")


def describe_schedule(job: PlannedJob) -> str:
    """Return a job's schedule as it stands in a sentence."""
    schedule = job.spec.schedule
    match schedule:
        case CronSchedule():
            return f"the cron expression '{schedule.expression}' in {schedule.timezone}"
        case IntervalSchedule():
            return f"the interval of {schedule.seconds} s"
        case OneShot():
            return f"the single time {write_instant(schedule.at)}"


def _nothing(reason: str) -> Outlook:
    return Outlook(None, None, None, (reason,))


def _explain_end(job: PlannedJob) -> str:
    policy, schedule = job.spec.policy, job.spec.schedule
    change = "update_job can change that"
    if policy.max_runs is not None and job.starts >= policy.max_runs:
        return f"It has had the {policy.max_runs} runs that max_runs allows; {change}."
    if isinstance(schedule, OneShot):
        return f"Its one time, {write_instant(schedule.at)}, has had its turn; {change}."
    if policy.end_at is not None:
        return f"No occurrence is left before its end_at, {write_instant(policy.end_at)}; {change}."
    return f"Nothing more comes of {describe_schedule(job)}; {change}."


def _explain_plan(job: PlannedJob, plan: Plan, now: datetime) -> Iterator[str]:
    yield _explain_source(job, plan)
    policy = job.spec.policy
    if plan.due_at > plan.at:
        later = (plan.due_at - plan.at).total_seconds()
        yield f"It starts {later:.1f} s after that: its share of a jitter of up to {policy.jitter_seconds} s."
    if plan.due_at < now:
        late = (now - plan.due_at).total_seconds()
        yield f"It has been due for {late:.0f} s: an engine takes it up within seconds, where one runs."
    if job.failures and not isinstance(job.spec.schedule, IntervalSchedule):
        yield f"The last {job.failures} runs failed; that changes no time of {describe_schedule(job)}."
    if policy.max_runs is not None:
        yield f"{job.starts} of the {policy.max_runs} runs that max_runs allows were started."
    if policy.end_at is not None:
        yield f"None comes after its end_at, {write_instant(policy.end_at)}."


def _explain_source(job: PlannedJob, plan: Plan) -> str:
    policy, schedule, failures = job.spec.policy, job.spec.schedule, job.failures
    match plan.source:
        case RunSource.CLAMPED_MIN:
            return f"min_interval_seconds ({policy.min_interval_seconds}) keeps it from coming sooner."
        case RunSource.CLAMPED_MAX:
            return f"max_interval_seconds ({policy.max_interval_seconds}) lets it come no later."
    if isinstance(schedule, IntervalSchedule) and failures:
        times = 2 ** min(failures, BACKOFF_CAP)
        return (
            f"The last {failures} runs failed, so {describe_schedule(job)} is {times} times as long until "
            "one succeeds, counted from the end of the last run."
        )
    return f"It is the next occurrence of {describe_schedule(job)}."
