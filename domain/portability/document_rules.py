"""The rules that a job's document keeps, checked all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from ..errors import Problem
from ..job import JOB_ID
from ..job_rules import find_job_problems
from ..policy_rules import find_policy_problems
from ..secrets.unmasking import find_mask_problems
from ..spec_rules import INTERVAL_LIMIT, find_detail_problems
from ..url.url import AllowedHosts

SCHEDULES = {"cron_expression": "0 3 * * *", "interval_seconds": "300", "run_at": "2027-12-31T23:59:59+00:00"}
"""The fields that say when a job runs, of which a document has one; each with an example."""

FIELDS = (
    "name",
    "job_id",
    "description",
    "group",
    "paused",
    *SCHEDULES,
    "timezone",
    "method",
    "url",
    "headers",
    "body",
    "options",
)
"""Everything that a document may say."""

_REQUEST = ("name", "url", "method", "headers", "body", "cron_expression", "timezone")


def find_document_problems(document: object, allowed: AllowedHosts | None = None) -> Iterator[Problem]:
    """Yield every problem of a document, of whatever type; `allowed` is what the operator lets URLs reach."""
    if not isinstance(document, Mapping):
        message = "a document must be a mapping of a job's fields."
        yield Problem("document", "type", message, "name: nightly-backup")
        return
    for name in document:
        if name not in FIELDS:
            yield Problem(str(name)[:40], "unknown", f"is none of {', '.join(FIELDS)}.", "name")
    for name, example in (("name", "nightly-backup"), ("url", "https://example.com/hook")):
        if name not in document:
            yield Problem(name, "missing", "must be given.", example)
    # A key without a value reads as null, which for a mapping is the natural way to say none.
    given = {key: {} if key == "headers" and value is None else value for key, value in document.items()}
    request = {name: given[name] for name in _REQUEST if name in given}
    if "cron_expression" not in request:
        request.pop("timezone", None)
    yield from find_job_problems(request, allowed)
    yield from find_mask_problems(request)
    yield from find_detail_problems(
        {name: document[name] for name in ("description", "group") if name in document}
    )
    yield from _find_schedule_problems(document)
    yield from _find_state_problems(document)
    if document.get("options") is not None:
        yield from find_policy_problems(document["options"], allowed=allowed or AllowedHosts())


def _find_state_problems(document: Mapping[str, object]) -> Iterator[Problem]:
    if not isinstance(document.get("paused", False), bool):
        yield Problem("paused", "type", "must be true or false.", "true")
    job_id = document.get("job_id")
    if job_id is not None and not (isinstance(job_id, str) and JOB_ID.fullmatch(job_id)):
        message = "must be 1-64 letters, digits, '-' or '_'; leave it out for a new job."
        yield Problem("job_id", "format", message, "3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11")


def _find_schedule_problems(document: Mapping[str, object]) -> Iterator[Problem]:
    given = [name for name in SCHEDULES if name in document]
    if len(given) != 1:
        said = f"{' and '.join(given)} are given" if given else "none is given"
        message = f"give one of {', '.join(SCHEDULES)}; {said}."
        yield Problem("cron_expression", "one_schedule", message, SCHEDULES["cron_expression"])
    if "timezone" in document and "cron_expression" not in document:
        message = "belongs to a cron_expression; leave it out."
        yield Problem("timezone", "without_cron", message, "cron_expression: 0 3 * * *")
    seconds = document.get("interval_seconds", 1)
    if isinstance(seconds, bool) or not isinstance(seconds, int) or not 1 <= seconds <= INTERVAL_LIMIT:
        message = f"must be a whole number of seconds from 1 to {INTERVAL_LIMIT}."
        yield Problem("interval_seconds", "range", message, SCHEDULES["interval_seconds"])
    if "run_at" in document and not _is_instant(document["run_at"]):
        message = "must be an ISO 8601 date and time with an offset from UTC."
        yield Problem("run_at", "format", message, SCHEDULES["run_at"])


def _is_instant(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).utcoffset() is not None
    except (ValueError, OverflowError):
        return False
