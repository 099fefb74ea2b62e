"""What a client is told of each fault of the API, as rules: the fault matrix tests them, the reference page shows them.

They are written from the documented behaviour alone and know nothing of the code under test. Times are
seconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from tests.faults.steps import Kind, Step
from tests.faults.troubles import QUOTA, Effect, Trouble

ATTEMPTS = 3
ATTEMPT_SECONDS = 10.0
CALL_SECONDS = 30.0
LONGEST_BACKOFFS = (0.5, 1.0)
"""Before the second and before the third attempt; the wait is a random part of it."""
LOOK_SECONDS = 2.0
"""How long a change that is made waits for the look at jobs of the same name."""

_DENIALS = {401: "not_authenticated", 403: "not_permitted"}


@dataclass(frozen=True)
class Expectation:
    """What a client sees of a step in trouble.

    requests: how many the API gets of the step's own kind. code: of the error; None where the tool
    succeeds. facts: what the error, or the answer of `health_check`, says besides. shortest, longest: how
    long the client waits, for a bound from either side.
    """

    requests: int
    code: str | None
    facts: Mapping[str, object] = field(default_factory=dict)
    shortest: float = 0.0
    longest: float = 0.0


def durations(step: Step, trouble: Trouble) -> Iterator[bool]:
    """Yield whether the trouble lasts: only where a request is repeated does it make a difference."""
    yield True
    if _is_repeated(step, trouble) or _is_sent_twice(step, trouble):
        yield False


def expect(step: Step, trouble: Trouble, *, lasts: bool) -> Expectation:
    """Return what a client sees of a trouble that lasts, or that meets one request only."""
    repeated, twice = _is_repeated(step, trouble), _is_sent_twice(step, trouble)
    attempts = ATTEMPTS if lasts and repeated else 2 if repeated and not twice else 1
    requests = attempts * (2 if twice else 1)
    failed = attempts if lasts or not repeated else attempts - 1
    waits = attempts - 1
    asked = trouble.seconds * waits if trouble.effect is Effect.THROTTLED else 0.0
    spent = asked + (failed * ATTEMPT_SECONDS if trouble.effect is Effect.UNANSWERED else 0.0)
    if trouble.effect is Effect.SLOW:
        spent = trouble.seconds
    shortest, longest = spent, spent + sum(LONGEST_BACKOFFS[:waits])
    succeeds = trouble.effect is Effect.SLOW or (not lasts and (repeated or twice))
    if step.kind is Kind.LOOK:
        return _look(requests, shortest, longest, succeeds=succeeds)
    shortest, longest = min(shortest, CALL_SECONDS), min(longest, CALL_SECONDS)
    if step.kind is Kind.MASK:
        return Expectation(requests, None, {"shown": succeeds}, shortest, longest)
    if succeeds:
        return Expectation(requests, None, _healthy(step), shortest, longest)
    code, facts = _verdict(step, trouble)
    if step.tool == "health_check":
        return Expectation(requests, None, _sick(step, code), shortest, longest)
    return Expectation(requests, code, facts, shortest, longest)


def _is_repeated(step: Step, trouble: Trouble) -> bool:
    """Say whether there is another attempt: where it is safe and has a chance.

    There is no idempotency key, so a create is sent again only where it was turned away.
    """
    if trouble.effect is Effect.THROTTLED:
        return trouble.seconds < CALL_SECONDS
    lost = trouble.effect in {Effect.UNANSWERED, Effect.BROKEN, Effect.CUT, Effect.FAILING}
    return lost and step.kind is not Kind.CREATE


def _is_sent_twice(step: Step, trouble: Trouble) -> bool:
    return trouble.effect is Effect.BROKEN and step.is_sent_again_by_the_client_library


def _look(requests: int, shortest: float, longest: float, *, succeeds: bool) -> Expectation:
    """The change is made by then: no trouble takes that back, or holds up the answer for long."""
    in_time = shortest < LOOK_SECONDS
    facts = {"looked": in_time and succeeds}
    shortest, longest = min(shortest, LOOK_SECONDS), min(longest, LOOK_SECONDS)
    return Expectation(requests if in_time else 1, None, facts, shortest, longest)


def _verdict(step: Step, trouble: Trouble) -> tuple[str, Mapping[str, object]]:
    if trouble.effect is Effect.THROTTLED:
        return "rate_limited", {"retry_after": round(trouble.seconds)}
    if trouble.effect is Effect.UNREADABLE:
        return "unexpected_response", {"status": trouble.status, "outcome_unknown": step.writes}
    if trouble.effect is Effect.REFUSED:
        return _refusal(step, trouble)
    return "service_unavailable", {"outcome_unknown": step.writes}


def _refusal(step: Step, trouble: Trouble) -> tuple[str, Mapping[str, object]]:
    """What the request is told to be wrong in, as far as it holds what could be wrong."""
    if step.kind is not Kind.PING:
        if trouble.name == "403 with counts":
            return "quota_exceeded", QUOTA
        if denial := _DENIALS.get(trouble.status or 0):
            return denial, {}
        if trouble.status == 422 and step.sends_job:
            return "invalid_job", {}
        if trouble.status == 422 and step.names_job:
            return "invalid_arguments", {}
        if trouble.status == 404 and step.names_job:
            return "job_not_found", {}
    # 303 leads on to the result of what was asked for, so that may be carried out; 307 asks for it again.
    moved_on = step.writes and trouble.status == 303
    return "unexpected_response", {"status": trouble.status, "outcome_unknown": moved_on}


def _healthy(step: Step) -> Mapping[str, object]:
    if step.tool != "health_check":
        return {}
    return {"healthy": True, "reachable": True, "authenticated": True}


def _sick(step: Step, code: str) -> Mapping[str, object]:
    """`health_check` answers what it found: an API that answers anything is reachable."""
    reachable = step.kind is not Kind.PING or code != "service_unavailable"
    authenticated = False if code == "not_authenticated" else None
    return {"healthy": False, "reachable": reachable, "authenticated": authenticated}
