"""What a status other than success means: the one place that knows status codes."""

from __future__ import annotations

from typing import Any

from ...domain.errors import (
    CronlyticError,
    InvalidArguments,
    InvalidJob,
    JobNotFound,
    NotAuthenticated,
    NotPermitted,
    QuotaExceeded,
    RateLimited,
    ServiceUnavailable,
    UnexpectedResponse,
)
from .call import Answer, Call
from .json_values import WrongShape
from .refused_fields import describe_refusal, name_problems
from .retry_after import read_retry_after
from .wire import read_json

# What a moment later may be over; 501, 505 and the rest will not be.
_PASSING = frozenset({408, 500, 502, 503, 504})
# These send a client on to what a request that was carried out has given; 307 and 308 were not.
_MOVED_ON = frozenset({301, 302, 303})
_LONGEST_PLAN_NAME = 40
_HIGHEST_COUNT = 10**9


def find_refusal(call: Call, answer: Answer) -> CronlyticError | None:
    """Return the error that the answer's status stands for; None for a success."""
    refusal: CronlyticError
    match answer.status:
        case status if 200 <= status < 300:
            return None
        case 429:
            refusal = RateLimited(read_retry_after(answer.retry_after, answer.date))
        case status if status == 408 or 500 <= status < 600:
            refusal = _describe_failure(call, answer)
        case 401 if call.with_credentials:
            refusal = NotAuthenticated()
        case 403 if call.with_credentials:
            refusal = _read_denial(call, answer)
        case 404 if call.job_id is not None:
            refusal = JobNotFound(call.job_id)
        case 400 | 422 if call.sends_job:
            refusal = InvalidJob(name_problems(_read_document(answer)))
        case 400 | 422 if call.job_id is not None:
            refusal = InvalidArguments([describe_refusal("job_id")])
        case _:
            refusal = _describe_surprise(call, answer.status)
    return refusal


def _describe_failure(call: Call, answer: Answer) -> ServiceUnavailable:
    return ServiceUnavailable(
        f"it answered with status {answer.status}",
        retry_in=read_retry_after(answer.retry_after, answer.date),
        retryable=answer.status in _PASSING,
        outcome_unknown=call.changes,
    )


def is_deleted_already(call: Call, answer: Answer) -> bool:
    """Return whether a job is gone that a first sending, whose answer was lost, was to delete."""
    return answer.status == 404 and answer.resent and call.job_id is not None


def _describe_surprise(call: Call, status: int) -> UnexpectedResponse:
    if 300 <= status < 400:
        reason = "a redirect, which is never followed, because the credentials would go along"
    else:
        reason = "which the API does not document for it"
    return UnexpectedResponse(
        call.operation,
        f"status {status}, {reason}",
        status=status,
        outcome_unknown=call.changes and status in _MOVED_ON,
    )


def _read_denial(call: Call, answer: Answer) -> CronlyticError:
    document = _read_document(answer)
    detail = document.get("detail") if isinstance(document, dict) else None
    if isinstance(detail, dict):
        used, limit = _read_count(detail.get("job_count")), _read_count(detail.get("max_jobs"))
        if used is not None or limit is not None:
            return QuotaExceeded(_read_plan(detail.get("plan")), used, limit)
    return NotPermitted(call.operation)


def _read_count(value: Any) -> int | None:
    return value if type(value) is int and 0 <= value <= _HIGHEST_COUNT else None


def _read_plan(value: Any) -> str | None:
    # A plan's name is shown to the person, so nothing but a name may pass.
    if isinstance(value, str) and value.isascii() and len(value) <= _LONGEST_PLAN_NAME:
        return value if value.replace("-", "").replace("_", "").isalnum() else None
    return None


def _read_document(answer: Answer) -> Any:
    try:
        return read_json(answer.body)
    except WrongShape:
        return None
