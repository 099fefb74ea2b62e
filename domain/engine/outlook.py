"""What comes next of a job of the engine, and why it comes then."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from attrs import evolve, frozen

from ..adaptive.hints import NO_HINTS, Hint, IntervalHint
from ..errors import InvalidArguments
from ..schedule import CronSchedule, IntervalSchedule, OneShot
from ..untrusted import clean_text
from .baseline import BACKOFF_CAP
from .governor import plan_next
from .plan import Plan
from .planned_job import PlannedJob
from .run import RunSource

_REASON_LIMIT = 200


@frozen
class Outlook:
    """The next run, and the reasons for it in sentences.

    at: the occurrence, aware UTC; None where nothing is to come. While a pause of an analyst lasts, it is the
    pause's end. starts_at: when it starts; its jitter later. source: what decided the time.
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


def find_baseline(job: PlannedJob, now: datetime) -> Plan | None:
    """Return what would be planned for a job without hints and without a pause of an analyst."""
    plain, base = evolve(job, hints=NO_HINTS, pause=None), job.accounted_until
    try:
        return plan_next(plain, base, now, failures=job.failures, after=max(base, now))
    except InvalidArguments:  # its cron expression cannot be read
        return None


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
    yield from _explain_adaptation(job, plan, now)
    policy = job.spec.policy
    if plan.due_at > plan.at:
        later = (plan.due_at - plan.at).total_seconds()
        yield f"It starts {later:.1f} s after that: its share of a jitter of up to {policy.jitter_seconds} s."
    if plan.due_at < now:
        late = (now - plan.due_at).total_seconds()
        yield f"It has been due for {late:.0f} s: an engine takes it up within seconds, where one runs."
    if job.failures and not isinstance(job.spec.schedule, IntervalSchedule):
        yield f"{_count_failed(job.failures)}; that changes no time of {describe_schedule(job)}."
    if policy.max_runs is not None:
        yield f"{job.starts} of the {policy.max_runs} runs that max_runs allows were started."
    if policy.end_at is not None:
        yield f"None comes after its end_at, {write_instant(policy.end_at)}."


def _explain_source(job: PlannedJob, plan: Plan) -> str:
    policy, failures, schedule = job.spec.policy, job.failures, describe_schedule(job)
    low, high = policy.min_interval_seconds, policy.max_interval_seconds
    deviations = {
        RunSource.CLAMPED_MIN: f"min_interval_seconds ({low}) keeps it from coming sooner.",
        RunSource.CLAMPED_MAX: f"max_interval_seconds ({high}) lets it come no later.",
        RunSource.HINT_INTERVAL: f"An interval hint decides it, in place of {schedule}.",
        RunSource.HINT_NEXT_RUN: f"A next-run hint decides this one run, in place of {schedule}.",
        RunSource.PAUSED: "An analyst has paused the job; when the pause ends, the next run is planned anew.",
    }
    if plan.source in deviations:
        return deviations[plan.source]
    if isinstance(job.spec.schedule, IntervalSchedule) and failures:
        times = 2 ** min(failures, BACKOFF_CAP)
        return (
            f"{_count_failed(failures)}, so {schedule} is {times} times as long until "
            "one succeeds, counted from the end of the last run."
        )
    return f"It is the next occurrence of {schedule}."


def _count_failed(failures: int) -> str:
    return "The last run failed" if failures == 1 else f"The last {failures} runs failed"


def _explain_adaptation(job: PlannedJob, plan: Plan, now: datetime) -> Iterator[str]:
    if job.pause is not None and job.pause.until > now:
        yield f"The pause lasts until {write_instant(job.pause.until)}. {_quote(job.pause.reason)}"
    hints = job.hints.in_force(now).all
    for hint in hints:
        yield f"{_describe_hint(hint)}, until {write_instant(hint.expires_at)}. {_quote(hint.reason)}"
    if not hints and job.pause is None:
        return
    baseline = find_baseline(job, now)
    if baseline is not None and baseline.at != plan.at:
        yield f"By the baseline alone it would come at {write_instant(baseline.at)} ({baseline.source})."


def _describe_hint(hint: Hint) -> str:
    if isinstance(hint, IntervalHint):
        return f"An interval hint of {hint.interval.total_seconds():g} s is in force"
    return f"A next-run hint for {write_instant(hint.at)} is in force"


def _quote(reason: str) -> str:
    """Return an analyst's reason, which is not of our words."""
    return f"Its reason: \u201c{clean_text(reason, _REASON_LIMIT)}\u201d"
