"""The numbers that an operator may set: times and limits, each under its own key, with its range."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from attrs import frozen

from .bad_configuration import BadConfiguration
from .sources import Given, Source, find

_NUMBER = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?")  # no exponent, no sign, no digits of other scripts


@frozen
class Limit:
    """What a number may be, and what it is for. Times are seconds.

    Defaults are not here: what is left out is decided by the part that the number is for.
    """

    meaning: str
    least: float
    most: float
    whole: bool = False


BACKEND_LIMITS: Mapping[str, Limit] = {
    "attempts": Limit("how often a call to the API is tried at most", 1, 10, whole=True),
    "attempt_time": Limit("seconds that one attempt may take", 0.1, 300),
    "total_time": Limit("seconds that a call may take, its waits included", 0.1, 900),
    "backoff": Limit("seconds before the first retry at most, doubled for each further one", 0, 60),
    "backoff_limit": Limit("seconds before any retry at most", 0, 300),
    "retry_tokens": Limit("retries that all calls share until some succeed at once", 0, 1000),
    "retry_refund": Limit("retries that a call which succeeds at once gives back", 0, 10),
    "breaker_failures": Limit("failures in a row after which the API is left alone", 1, 1000, whole=True),
    "breaker_calls": Limit("calls within the window from which on their share counts", 1, 1000, whole=True),
    "breaker_share": Limit("share of failed calls after which the API is left alone", 0.01, 1),
    "breaker_window": Limit("seconds of the window", 1, 3600),
    "breaker_wait": Limit("seconds for which the API is left alone at first", 0.1, 3600),
    "breaker_wait_limit": Limit("seconds for which it is left alone at most", 0.1, 86_400),
    "breaker_jitter": Limit("share by which that wait is shortened at random", 0, 0.9),
    "cache_time": Limit("seconds for which a read is answered from memory", 0, 3600),
    "cache_answers": Limit("answers that are kept in memory", 1, 10_000, whole=True),
}
"""For the Cronlytic backend, by the names of `ResiliencePolicy`'s fields."""

WEBHOOK_LIMITS: Mapping[str, Limit] = {
    "webhook_at_once": Limit("webhook tests that may run at once", 1, 100, whole=True),
    "webhook_a_minute": Limit("webhook tests that may begin within a minute", 1, 1000, whole=True),
}
"""For `test_webhook`, by the names of `WebhookLimiter`'s arguments after ``webhook_``."""

WATCH_LIMITS: Mapping[str, Limit] = {
    "poll_seconds": Limit(
        "seconds between two looks for changes while a client is subscribed; with the local backend 1",
        1,
        3600,
    ),
}
"""For subscriptions."""


def read_limits(sources: Sequence[Source], limits: Mapping[str, Limit]) -> dict[str, float]:
    """Return the numbers that were given, by key.

    Raises:
        BadConfiguration: one of them is no number, or out of its range.
    """
    given = {key: find(sources, key) for key in limits}
    return {key: _check(number, limits[key]) for key, number in given.items() if number}


def _check(given: Given, limit: Limit) -> float:
    number = float(given.text) if _NUMBER.fullmatch(given.text) else None
    if number is None or not limit.least <= number <= limit.most or (limit.whole and number % 1):
        kind = "a whole number" if limit.whole else "a number"
        raise BadConfiguration(
            f"{given.place} must be {kind} from {limit.least:g} to {limit.most:g}; it is {given.shown}."
        )
    return int(number) if limit.whole else number
