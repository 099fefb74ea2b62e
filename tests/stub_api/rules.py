"""What the API says about the six fields of a job, refused in the shape that FastAPI gives a 422."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from cronsim import CronSim, CronSimError

from .moments import EPOCH

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
FIELDS = ("name", "url", "method", "headers", "body", "cron_expression")

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,50}")
_CRON = re.compile(r"([0-9*,/-]+ ){4}[0-6*,/-]+")


class Unprocessable(Exception):
    """A request that the API refuses with 422; `detail` is what its body holds."""

    def __init__(self, detail: list[dict[str, Any]]) -> None:
        super().__init__("unprocessable")
        self.detail = detail


def _fault(kind: str, field: str, message: str, given: Any) -> dict[str, Any]:
    return {"type": kind, "loc": ["body", field], "msg": message, "input": given}


def _is_cron(text: str) -> bool:
    if not _CRON.fullmatch(text):
        return False
    try:
        CronSim(text, EPOCH)
    except CronSimError:
        return False
    return True


_VALUE_RULES: dict[str, tuple[Callable[[str], object], str]] = {
    "name": (_NAME.fullmatch, "String should match pattern '^[a-zA-Z0-9_-]{1,50}$'"),
    "url": (re.compile(r"https?://[^/\s]+\S*").fullmatch, "Input should be a valid URL"),
    "method": (METHODS.__contains__, "Input should be " + ", ".join(METHODS)),
    "body": (lambda text: True, ""),
    "cron_expression": (_is_cron, "Value error, Invalid cron expression"),
}


def _find_faults(job: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for field in FIELDS:
        if field not in job:
            yield _fault("missing", field, "Field required", job)
        elif field == "headers":
            yield from _find_header_faults(job[field])
        elif not isinstance(job[field], str):
            yield _fault("string_type", field, "Input should be a valid string", job[field])
        else:
            holds, message = _VALUE_RULES[field]
            if not holds(job[field]):
                yield _fault("value_error", field, message, job[field])


def _find_header_faults(headers: Any) -> Iterator[dict[str, Any]]:
    if not isinstance(headers, dict):
        yield _fault("dict_type", "headers", "Input should be a valid dictionary", headers)
        return
    for name, value in headers.items():
        if not isinstance(value, str):
            fault = _fault("string_type", "headers", "Input should be a valid string", value)
            yield fault | {"loc": ["body", "headers", name]}


def read_job(body: bytes) -> dict[str, Any]:
    """Return the six fields of a request's body.

    Raises:
        Unprocessable: a field is missing, has another type or breaks a rule.
    """
    try:
        job = json.loads(body)
    except ValueError:
        raise Unprocessable(
            [{"type": "json_invalid", "loc": ["body", 0], "msg": "JSON decode error", "input": {}}]
        ) from None
    if not isinstance(job, dict):
        message = "Input should be a valid dictionary"
        raise Unprocessable([{"type": "dict_type", "loc": ["body"], "msg": message, "input": job}])
    if faults := list(_find_faults(job)):
        raise Unprocessable(faults)
    return {field: job[field] for field in FIELDS}
