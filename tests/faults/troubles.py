"""What can go wrong with a request to the API; `played.py` has how the stub does it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tests.faults.steps import Step


class Effect(StrEnum):
    """What a fault does to a request."""

    SLOW = "answered, but late"
    UNANSWERED = "no whole answer in the time of an attempt"
    BROKEN = "the connection breaks before an answer"
    CUT = "the connection breaks within the answer"
    FAILING = "a status that says that the API cannot"
    THROTTLED = "told to come back later"
    REFUSED = "a status that says that the request is wrong"
    UNREADABLE = "an answer that is not the documented one"


@dataclass(frozen=True)
class Trouble:
    """A fault of the API.

    status: what it answers, if it comes to that. seconds: how late an answer is, or how long the API
    asks to wait. only: the method of the one request that it is about.
    """

    name: str
    effect: Effect
    status: int | None = None
    seconds: float = 0.0
    only: str | None = None

    def meets(self, step: Step) -> bool:
        """Say whether it can happen to a request."""
        return self.only in {None, step.method}


TROUBLES = (
    Trouble("an answer after 3 s", Effect.SLOW, 200, seconds=3.0),
    Trouble("no answer", Effect.UNANSWERED),
    Trouble("a body that drips", Effect.UNANSWERED, 200),
    Trouble("reset before the commit", Effect.BROKEN),
    Trouble("reset after the commit", Effect.BROKEN),
    Trouble("a truncated body", Effect.CUT, 200),
    Trouble("408", Effect.FAILING, 408),
    Trouble("500", Effect.FAILING, 500),
    Trouble("502 as HTML", Effect.FAILING, 502),
    Trouble("503", Effect.FAILING, 503),
    Trouble("429 for 2 s", Effect.THROTTLED, 429, seconds=2.0),
    Trouble("429 until a date 2 s away", Effect.THROTTLED, 429, seconds=2.0),
    Trouble("429 for an hour", Effect.THROTTLED, 429, seconds=3600.0),
    Trouble("429 until a date an hour away", Effect.THROTTLED, 429, seconds=3600.0),
    Trouble("401", Effect.REFUSED, 401),
    Trouble("403", Effect.REFUSED, 403),
    Trouble("403 with counts", Effect.REFUSED, 403),
    Trouble("404", Effect.REFUSED, 404),
    Trouble("409", Effect.REFUSED, 409),
    Trouble("422", Effect.REFUSED, 422),
    Trouble("307 to another origin", Effect.REFUSED, 307),
    Trouble("303 to another origin", Effect.REFUSED, 303),
    Trouble("what is not HTTP", Effect.UNREADABLE),
    Trouble("a malformed body", Effect.UNREADABLE, 200),
    Trouble("an empty body", Effect.UNREADABLE, 200),
    Trouble("a body of the wrong type", Effect.UNREADABLE, 200),
    Trouble('200 with `{"deleted": false}`', Effect.REFUSED, 200, only="DELETE"),
)

QUOTA = {"plan": "free", "used": 5, "limit": 5}
"""What the API's 403 with counts says."""
