"""Every time and limit of the resilient gateway, in one value."""

from __future__ import annotations

import math
from typing import Any, TypeVar

from attrs import field, frozen, validators

T = TypeVar("T", int, float)


def _at_least(bound: T, default: T) -> T:
    finite: Any = validators.lt(math.inf)
    number: T = field(default=default, validator=[validators.ge(bound), finite])
    return number


@frozen(kw_only=True)
class ResiliencePolicy:
    """When to try again, when to stop asking, and how long an answer is good for. Times are seconds.

    attempts: how often a call is tried at most.
    backoff, backoff_limit: before retry i (from 0) the wait is random() * min(backoff * 2^i, backoff_limit).
    attempt_time, total_time: how long one attempt, and one call with its waits, may take.
    retry_tokens, retry_refund: all calls share this many tokens; a retry costs one, and a call that
        succeeds at once gives back `retry_refund`, so that retries cannot multiply a backend's load.
    breaker_failures: failures in a row that open the breaker.
    breaker_calls, breaker_share, breaker_window: at least so many calls within the window, of which this
        share failed, open it as well.
    breaker_wait, breaker_wait_limit: how long it stays open at first; doubled after each failed probe.
    breaker_jitter: the share by which that wait is shortened at random.
    cache_time: how long an answer is given again, to readers who allow it; zero only shares loads.
    cache_answers: how many answers are kept, the least recently used goes first.

    Raises:
        ValueError: a number is out of its range; the sentence names it.
    """

    attempts: int = _at_least(1, 3)
    backoff: float = _at_least(0, 0.5)
    backoff_limit: float = _at_least(0, 8.0)
    attempt_time: float = _at_least(0.001, 10.0)
    total_time: float = _at_least(0.001, 30.0)
    retry_tokens: float = _at_least(0, 20.0)
    retry_refund: float = _at_least(0, 0.1)
    breaker_failures: int = _at_least(1, 5)
    breaker_calls: int = _at_least(1, 10)
    breaker_share: float = field(default=0.5, validator=[validators.gt(0), validators.le(1)])
    breaker_window: float = _at_least(0.001, 30.0)
    breaker_wait: float = _at_least(0.001, 30.0)
    breaker_wait_limit: float = _at_least(0.001, 300.0)
    breaker_jitter: float = field(default=0.1, validator=[validators.ge(0), validators.lt(1)])
    cache_time: float = _at_least(0, 5.0)
    cache_answers: int = _at_least(1, 256)
