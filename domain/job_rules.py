"""The rules that a job's fields keep, checked all at once.

Name, method and the six fields are the Cronlytic API's; the limits on headers and body are ours,
so that what is stored can be sent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from .errors import InvalidArguments, Problem
from .schedule import CronSchedule
from .url.url import AllowedHosts, find_url_problems
from .webhook.signature import SIGNATURE_HEADERS

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
NAME_LIMIT = 50
HEADER_COUNT_LIMIT = 50
HEADER_NAME_LIMIT = 100
HEADER_VALUE_LIMIT = 4096
BODY_LIMIT = 100_000

_NAME = re.compile(r"[a-zA-Z0-9_-]{1,50}")
_NOT_IN_NAME = re.compile(r"[^a-zA-Z0-9_-]+")
# A token of RFC 9110, section 5.6.2, and a field value of visible ASCII, spaces and tabs.
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e]*")
# The sender derives these from the URL and the body; a second opinion would garble the request.
_SENDERS_HEADERS = frozenset(
    {"host", "content-length", "transfer-encoding", "connection", "upgrade", "te", "expect"}
)

FieldCheck = Callable[[object], Iterator[Problem]]


def _wrong_type(field: str, kind: str, example: str) -> Problem:
    return Problem(field, "type", f"must be {kind}.", example)


def _check_name(value: object) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _wrong_type("name", "a string", "nightly-backup")
    elif not _NAME.fullmatch(value):
        example = _NOT_IN_NAME.sub("-", value[:NAME_LIMIT]).strip("-") or "nightly-backup"
        message = "must be 1-50 characters of letters, digits, '-' and '_'"
        length = f"; it has {len(value)}" if len(value) > NAME_LIMIT else ""
        yield Problem("name", "format", f"{message}{length}.", example)


def _check_method(value: object) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _wrong_type("method", "a string", "GET")
    elif value.upper() not in METHODS:
        yield Problem("method", "choice", f"must be one of {', '.join(METHODS)}.", "GET")


def _check_body(value: object) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _wrong_type("body", "a string; write JSON as text", '{"full": true}')
    elif len(value) > BODY_LIMIT:
        message = f"must be at most {BODY_LIMIT} characters; it has {len(value)}."
        yield Problem("body", "length", message, '{"full": true}')
    elif any("\ud800" <= character <= "\udfff" for character in value):
        yield Problem("body", "encoding", "holds half of a surrogate pair.", '{"full": true}')


def _check_header(name: object, value: object) -> Iterator[Problem]:
    example = '{"Content-Type": "application/json"}'
    if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
        message = f"header names must be 1-{HEADER_NAME_LIMIT} of letters, digits and !#$%&'*+.^_`|~-."
        yield Problem("headers", "header_name", message, example)
        return
    field = f"headers.{name}"
    if name.lower() in _SENDERS_HEADERS:
        yield Problem(field, "reserved", "is set by the sender; leave it out.", example)
    elif name.lower() in SIGNATURE_HEADERS:
        message = "is part of a signature, which a job has by options.sign only; leave it out."
        yield Problem(field, "reserved", message, example)
    elif not isinstance(value, str):
        yield _wrong_type(field, "a string", example)
    elif len(value) > HEADER_VALUE_LIMIT:
        message = f"must be at most {HEADER_VALUE_LIMIT} characters; it has {len(value)}."
        yield Problem(field, "length", message, example)
    elif not _HEADER_VALUE.fullmatch(value):
        message = "must be printable ASCII on one line; percent-encode or base64-encode other text."
        yield Problem(field, "header_value", message, example)


def _check_headers(value: object) -> Iterator[Problem]:
    example = '{"Content-Type": "application/json"}'
    if not isinstance(value, Mapping):
        yield _wrong_type("headers", "an object of strings", example)
        return
    if len(value) > HEADER_COUNT_LIMIT:
        message = f"must be at most {HEADER_COUNT_LIMIT} headers; there are {len(value)}."
        yield Problem("headers", "count", message, example)
        return
    for name, text in value.items():
        yield from _check_header(name, text)
    folded = [name.lower() for name in value if isinstance(name, str)]
    if len(set(folded)) < len(folded):
        message = "the same header occurs twice in different case; give it once."
        yield Problem("headers", "duplicate", message, example)


def _check_schedule(fields: Mapping[str, object]) -> Iterator[Problem]:
    texts = {"cron_expression": "0 3 * * *", "timezone": "UTC"}
    for field in texts:
        if field not in fields:
            continue
        if isinstance(value := fields[field], str):
            texts[field] = value
        else:
            yield _wrong_type(field, "a string", "0 3 * * *" if field == "cron_expression" else "UTC")
    try:
        CronSchedule.parse(texts["cron_expression"], texts["timezone"])
    except InvalidArguments as error:
        yield from error.problems


def _check_url(value: object, allowed: AllowedHosts) -> Iterator[Problem]:
    if not isinstance(value, str):
        yield _wrong_type("url", "a string", "https://example.com/hook")
    else:
        yield from find_url_problems(value, allowed)


_CHECKS: Mapping[str, FieldCheck] = {
    "name": _check_name,
    "method": _check_method,
    "headers": _check_headers,
    "body": _check_body,
}


def find_job_problems(
    fields: Mapping[str, object], allowed: AllowedHosts | None = None
) -> tuple[Problem, ...]:
    """Return every problem of the fields that are given, by their JSON names, of whatever type.

    Only ``name url method headers body cron_expression timezone`` are looked at, and a field that is
    not given is no problem. `allowed` is what the operator lets URLs reach besides the public internet.
    """
    problems: list[Problem] = []
    for field, check in _CHECKS.items():
        if field in fields:
            problems.extend(check(fields[field]))
    if "url" in fields:
        problems.extend(_check_url(fields["url"], allowed or AllowedHosts()))
    if "cron_expression" in fields or "timezone" in fields:
        problems.extend(_check_schedule(fields))
    return tuple(problems)
