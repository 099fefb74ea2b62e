"""How the stub plays each trouble of `rules.py`."""

from __future__ import annotations

from collections.abc import Callable

from tests.faults.rules import ATTEMPT_SECONDS
from tests.faults.troubles import QUOTA
from tests.stub_api import Fault

NOW = "Thu, 15 Jan 2026 12:00:00 GMT"
SOON = "Thu, 15 Jan 2026 12:00:02 GMT"
LATER = "Thursday, 15-Jan-26 13:00:00 GMT"  # the older form that HTTP still allows

COUNTS = {
    "error": "Job limit exceeded",
    "plan": "free",
    "job_count": QUOTA["used"],
    "max_jobs": QUOTA["limit"],
}
REFUSED_NAME = [{"type": "value_error", "loc": ["body", "name"], "msg": "no", "input": "a"}]
HTML = "<html><body><h1>502 Bad Gateway</h1></body></html>"
AS_HTML = {"Content-Type": "text/html"}

Play = Callable[[bool, str], Fault]
"""Given whether the request is carried out and another origin, returns the fault."""


def answering(status: int, body: object = "", headers: dict[str, str] | None = None) -> Play:
    return lambda commit, _: Fault.answer(status, body, headers, commit=commit)


def turning_away(retry_after: str) -> Play:
    headers = {"Retry-After": retry_after, "Date": NOW}
    return lambda _commit, _: Fault.answer(429, {"message": "Too Many Requests"}, headers)


def refusing(status: int, detail: object = "no") -> Play:
    return lambda _commit, _: Fault.answer(status, {"detail": detail})


PLAYED: dict[str, Play] = {
    "an answer after 3 s": lambda _commit, _: Fault.latency(3.0),
    "no answer": lambda commit, _: Fault.hang(commit=commit),
    "a body that drips": lambda commit, _: Fault(
        "drip", commit, delay=ATTEMPT_SECONDS / 4, body="" if commit else '{"message": "..."}'
    ),
    "reset before the commit": lambda _commit, _: Fault.reset(),
    "reset after the commit": lambda _commit, _: Fault.reset(commit=True),
    "a truncated body": lambda commit, _: Fault.truncate(commit=commit),
    "408": answering(408),
    "500": answering(500, {"detail": "Internal Server Error"}),
    "502 as HTML": answering(502, HTML, AS_HTML),
    "503": answering(503),
    "429 for 2 s": turning_away("2"),
    "429 until a date 2 s away": turning_away(SOON),
    "429 for an hour": turning_away("3600"),
    "429 until a date an hour away": turning_away(LATER),
    "401": refusing(401),
    "403": refusing(403),
    "403 with counts": refusing(403, COUNTS),
    "404": refusing(404),
    "409": refusing(409),
    "422": refusing(422, REFUSED_NAME),
    "307 to another origin": lambda _commit, elsewhere: Fault.redirect(f"{elsewhere}/jobs", 307),
    "303 to another origin": lambda _commit, elsewhere: Fault.redirect(f"{elsewhere}/jobs", 303),
    "what is not HTTP": lambda commit, _: Fault.garble(commit=commit),
    "a malformed body": answering(200, '{"job_id": "3f1c'),
    "an empty body": answering(200),
    "a body of the wrong type": answering(200, [{"job_id": 7}]),
    '200 with `{"deleted": false}`': answering(200, {"deleted": False}),
}
