"""Domain and application values as the JSON that tools answer, with secrets masked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from ...application.adaptive.hint_answer import show_hints
from ...application.job_change import JobChange
from ...domain.execution_policy import ExecutionPolicy
from ...domain.job import Job
from ...domain.log import LogEntry, LogSummary, RunDetail
from ...domain.policy_rules import write_policy
from ...domain.schedule import CronSchedule, IntervalSchedule, Schedule
from ...domain.secrets.masking import mask_body, mask_headers, mask_notify_url, mask_url, scrub
from ...domain.untrusted import clean_text
from .run_schema import round_seconds
from .tool import Payload

if TYPE_CHECKING:
    from cattrs import Converter

_LOG_TEXT_LIMIT = 500
_SEARCHED_TEXT_LIMIT = 4000


def view_job(job: Job) -> Payload:
    """Return a job under the API's field names."""
    spec = job.spec
    owner = {} if job.user_id is None else {"user_id": job.user_id}
    return {
        "job_id": job.job_id,
        **owner,
        "name": spec.name,
        "url": mask_url(spec.url),
        "method": spec.method,
        "headers": mask_headers(spec.headers),
        "body": mask_body(spec.body),
        **_view_timing(spec.schedule),
        "status": job.status.value,
        "last_run_at": _view_instant(job.last_run_at),
        "next_run_at": _view_instant(job.next_run_at),
        **_without_empty(description=spec.description, group=spec.group, options=_view_options(spec.policy)),
        **_view_adaptation(job),
    }


def view_listed_job(job: Job) -> Payload:
    """Return what a list tells of a job."""
    return {
        "job_id": job.job_id,
        "name": job.spec.name,
        **_view_timing(job.spec.schedule),
        "status": job.status.value,
        "next_run_at": _view_instant(job.next_run_at),
        **_without_empty(group=job.spec.group),
        **_view_adaptation(job),
    }


def name_job(job: Job) -> Payload:
    """Return what a job is recognised by, for where others are told of it too."""
    return {"job_id": job.job_id, "name": job.spec.name}


def view_log_entry(entry: LogEntry, secrets: Iterable[str] = ()) -> Payload:
    """Return a run; what its target said is cut short and cleaned of what nobody can or should see."""
    return {
        "timestamp": entry.timestamp.isoformat(),
        "status": entry.status.value,
        "response_code": entry.response_code,
        "response_time": round_seconds(entry.response_time),
        "untrusted_error_message": _clean_untrusted(entry.error_message, secrets),
        **(_view_detail(entry.detail, secrets) if entry.detail else {}),
    }


def view_change(change: JobChange) -> Payload:
    """Return what creating or updating a job answers; what there is nothing to say about is left out."""
    payload: Payload = {"job": view_job(change.job)}
    if change.schedule is not None:
        payload["schedule"] = view(change.schedule)
    if change.normalized:
        payload["normalized"] = list(change.normalized)
    if change.warnings:
        payload["warnings"] = list(change.warnings)
    return payload


def view(value: object) -> Any:
    """Return any report of the application as JSON; instants keep their offset."""
    return _converter().unstructure(value)


def _view_timing(schedule: Schedule) -> Payload:
    if isinstance(schedule, CronSchedule):
        return {"cron_expression": schedule.expression, "timezone": schedule.timezone}
    if isinstance(schedule, IntervalSchedule):
        return {"cron_expression": None, "timezone": "UTC", "interval_seconds": schedule.seconds}
    return {"cron_expression": None, "timezone": "UTC", "run_at": schedule.at.isoformat()}


def _view_options(policy: ExecutionPolicy) -> Payload:
    """Return the options that are not as by default."""
    options = write_policy(policy)
    if policy.notify_url is not None:
        options["notify_url"] = mask_notify_url(policy.notify_url)
    return options


def _view_adaptation(job: Job) -> Payload:
    """Return what an analyst has decided for a while; nothing where that is nothing."""
    return _without_empty(paused_until=_view_instant(job.paused_until), hints=show_hints(job.hints))


def _view_detail(detail: RunDetail, secrets: Iterable[str]) -> Payload:
    body = {} if detail.body is None else {"untrusted_body": _clean_untrusted(detail.body, secrets)}
    return {
        "run_id": detail.run_id,
        "source": detail.source,
        "attempts": detail.attempts,
        "lateness": round(detail.lateness, 3),
        **body,
    }


def _without_empty(**fields: object) -> Payload:
    return {name: value for name, value in fields.items() if value}


def _clean_untrusted(text: str, secrets: Iterable[str]) -> str:
    # Cleaned before the search, so that no hidden character splits a secret, and cut after it.
    return clean_text(scrub(clean_text(text, _SEARCHED_TEXT_LIMIT), secrets), _LOG_TEXT_LIMIT)


def _view_instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()


@cache
def _converter() -> Converter:
    from cattrs import Converter
    from cattrs.gen import make_dict_unstructure_fn, override

    converter = Converter(unstruct_collection_overrides={tuple: list})
    converter.register_unstructure_hook(datetime, datetime.isoformat)
    rounded = override(unstruct_hook=round_seconds)
    converter.register_unstructure_hook(
        LogSummary,
        make_dict_unstructure_fn(
            LogSummary,
            converter,
            success_rate=rounded,
            mean_response_time=rounded,
            p95_response_time=rounded,
        ),
    )
    return converter
