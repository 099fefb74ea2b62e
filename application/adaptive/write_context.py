"""The context of an analysis as a text: what an analyst needs to decide, in at most 6,000 characters."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from ...domain.adaptive.hints import IntervalHint
from ...domain.adaptive.limits import PAUSE_LIMIT, TTL_LIMIT
from ...domain.adaptive.session import AnalysisSession
from ...domain.engine.baseline import BACKOFF_CAP
from ...domain.engine.outlook import look_ahead, write_instant
from ...domain.health.health import HealthWindow, RunHealth
from ...domain.schedule import IntervalSchedule
from ...domain.secrets.masking import scrub, secrets_of
from ...domain.untrusted import clean_text
from .context import AnalysisContext
from .context_guidance import DATA, GOVERNOR, GUIDANCE
from .schedule_answer import describe_baseline

CONTEXT_LIMIT = 6_000
"""Characters."""

_DESCRIPTION_LIMIT, _GROUP_LIMIT, _SIBLINGS_LIMIT = 500, 300, 500
_REASON_LIMIT, _REASONING_LIMIT, _OUTLOOK_LIMIT = 200, 300, 600
_READ_LIMIT = 12_000


def write_context(context: AnalysisContext, session: AnalysisSession) -> str:
    """Return the text; what was cut in it ends in ``[cut]``, or says how much there is."""
    quoting = _Quoting(context)
    sections = [
        *_write_job(context, quoting),
        *_write_plan(context, quoting),
        *_write_limits(context, session),
        *_write_health(context.health),
        *_write_earlier(context, quoting),
        GOVERNOR,
        GUIDANCE,
        DATA,
    ]
    return clean_text("\n".join(sections), CONTEXT_LIMIT)


class _Quoting:
    """Texts that others wrote: one line each, without secrets of the job, cut."""

    def __init__(self, context: AnalysisContext) -> None:
        self._secrets = tuple(value for _, value in secrets_of(context.job.spec))

    def quote(self, text: str, limit: int) -> str:
        """Return a text as it may stand in the context."""
        plain = " ".join(scrub(clean_text(text, _READ_LIMIT), self._secrets).split())
        return f"\u201c{clean_text(plain, limit)}\u201d"


def _write_job(context: AnalysisContext, quoting: _Quoting) -> Iterator[str]:
    job = context.job
    yield f"Now: {write_instant(context.now)}."
    yield f"Job: {job.spec.name} ({job.job_id}), {job.spec.method}."
    yield f"Why now: {context.why_due or 'it is not due; somebody asked for this analysis.'}"
    if job.spec.description:
        yield f"What it is for: {quoting.quote(job.spec.description, _DESCRIPTION_LIMIT)}"
    if job.spec.group is None:
        yield "Group: none, so it has no siblings."
        return
    yield f"Group: {job.spec.group}. Siblings: {_list_siblings(context.siblings)}"
    if context.group_description:
        yield f"What the group is for: {quoting.quote(context.group_description, _GROUP_LIMIT)}"


def _list_siblings(names: tuple[str, ...]) -> str:
    if not names:
        return "none."
    shown, length = 0, 0
    for name in names:
        length += len(name) + 2
        if length > _SIBLINGS_LIMIT:
            break
        shown += 1
    listed = ", ".join(names[:shown])
    rest = "" if shown == len(names) else f" ({shown} of {len(names)} shown)"
    return f"{listed}{rest}; get_sibling_latest_responses looks at all of them."


def _write_plan(context: AnalysisContext, quoting: _Quoting) -> Iterator[str]:
    job, outlook = context.job, look_ahead(context.job, context.now)
    last = "never" if job.last_run_at is None else write_instant(job.last_run_at)
    yield f"Baseline: {describe_baseline(job)}. Last run: {last}."
    if outlook.at is None or outlook.source is None:
        yield f"Next run: none. {clean_text(' '.join(outlook.reasons), _OUTLOOK_LIMIT)}"
    else:
        yield f"Next run: {write_instant(outlook.at)}, source {outlook.source.value}."
    yield f"Pause: {_describe_pause(context, quoting)}"
    yield _describe_failures(context)
    hints = job.hints.in_force(context.now).all
    for hint in hints:
        kind = (
            f"interval of {hint.interval // timedelta(milliseconds=1)} ms"
            if isinstance(hint, IntervalHint)
            else f"next run at {write_instant(hint.at)}"
        )
        end, reason = write_instant(hint.expires_at), quoting.quote(hint.reason, _REASON_LIMIT)
        yield f"Hint in force: {kind}, until {end}, because {reason}"
    if not hints:
        yield "Hints in force: none; the baseline decides."


def _describe_pause(context: AnalysisContext, quoting: _Quoting) -> str:
    job, pause = context.job, context.job.pause
    if job.paused:
        return "a person has paused it; only a person resumes it, so change nothing and say so."
    if pause is None or pause.until <= context.now:
        return "none."
    return f"until {write_instant(pause.until)}, because {quoting.quote(pause.reason, _REASON_LIMIT)}"


def _describe_failures(context: AnalysisContext) -> str:
    failures = context.job.failures
    if not isinstance(context.job.spec.schedule, IntervalSchedule):
        return f"Failures in a row: {failures}; they change no time of this baseline."
    if not failures:
        return "Failures in a row: none; the baseline interval is as it was set."
    times = 2 ** min(failures, BACKOFF_CAP)
    return f"Failures in a row: {failures}; the baseline interval is {times} times as long because of them."


def _write_limits(context: AnalysisContext, session: AnalysisSession) -> Iterator[str]:
    policy = context.job.spec.policy
    low, high = policy.min_interval_seconds, policy.max_interval_seconds
    yield (
        f"Limits: min_interval_seconds {'not set' if low is None else low}, max_interval_seconds "
        f"{'not set' if high is None else high}; a hint lasts at most {TTL_LIMIT // timedelta(minutes=1)} "
        f"minutes, a pause {PAUSE_LIMIT.days} days; times lie in the future."
    )
    yield (
        f"Calls left: {session.calls_left}, submit_analysis among them."
        f"{' This session only watches: what it changes is recorded, not done.' if session.shadow else ''}"
    )


def _write_health(health: RunHealth) -> Iterator[str]:
    yield f"Health: {'; '.join(map(_describe_window, health.windows))}."
    mean = "no data" if health.mean_duration is None else f"{health.mean_duration * 1000:.0f} ms"
    last = "none" if health.last_status is None else health.last_status.value
    streak = f"{health.failure_streak}{'' if health.whole or not health.failure_streak else ' or more'}"
    yield f"Last status: {last}; failure streak: {streak}; mean duration over 24 h: {mean}."


def _describe_window(window: HealthWindow) -> str:
    if window.success_rate is None:
        return f"{window.hours} h: no data"
    counted = "" if window.complete else ", of the newest ones only"
    rate = f"{window.success_rate:.1%}"
    return f"{window.hours} h: {window.successes} of {window.runs} succeeded ({rate}){counted}"


def _write_earlier(context: AnalysisContext, quoting: _Quoting) -> Iterator[str]:
    earlier = context.earlier
    if earlier is None:
        yield "Last analysis: none is kept."
        return
    sure = "" if earlier.confidence is None else f", confidence {earlier.confidence.value}"
    said = f" {quoting.quote(earlier.reasoning, _REASONING_LIMIT)}" if earlier.reasoning else ""
    yield (
        f"Last analysis: {write_instant(earlier.started_at)} by {earlier.analyst}, {earlier.state.value}, "
        f"{earlier.call_count} calls{sure}.{said}"
    )
