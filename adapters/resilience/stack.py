"""Puts the parts around a gateway, in the order in which they work."""

from __future__ import annotations

import random
from collections.abc import Callable

from ...application.ports import Clock, JobGateway
from .breaker import BreakingGateway, CircuitBreaker
from .caching import LIST, CachingGateway
from .events import CreateSettled, Event, Observer
from .intercepting import InterceptingGateway
from .policy import ResiliencePolicy
from .read_cache import ReadCache
from .retry import RetryingGateway
from .settling import SettlingGateway
from .time_limit import TimeLimitedGateway


def ignore(event: Event) -> None:
    """Observe nothing."""


def resilient(
    gateway: JobGateway,
    clock: Clock,
    policy: ResiliencePolicy,
    *,
    observer: Observer = ignore,
    draw: Callable[[], float] = random.random,
) -> InterceptingGateway:
    """Return the gateway with cache, retries, care for creates, breaker and time limits around it.

    A call passes them in this order, so that what is cached costs nothing, the breaker sees every
    attempt, and an open breaker is not tried again. There is one breaker, cache and retry budget for
    the gateway: call this once for each backend. `draw` gives random numbers from 0 to 1 for jitter.
    Close the result before the gateway itself.
    """
    cache = ReadCache(clock, policy.cache_time, policy.cache_answers)

    def observe_late_create(event: CreateSettled) -> None:
        cache.forget(LIST)  # a list that was read meanwhile may lack the job
        observer(event)

    breaker = CircuitBreaker(policy, clock, observer=observer, draw=draw)
    limited = TimeLimitedGateway(gateway, policy.attempt_time, clock)
    settling = SettlingGateway(BreakingGateway(limited, breaker), observer=observe_late_create)
    retrying = RetryingGateway(settling, policy, clock, observer=observer, draw=draw)
    return CachingGateway(retrying, cache, observer=observer)
