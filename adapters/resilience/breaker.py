"""A circuit breaker: what keeps failing is left alone for a while, then tried with a single call."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Any, TypeVar

from ...application.ports import Clock, JobGateway
from ...domain.errors import (
    InvalidJob,
    JobNotFound,
    NotAuthenticated,
    NotPermitted,
    QuotaExceeded,
    ServiceUnavailable,
    UnexpectedResponse,
)
from .events import BreakerChanged, Observer
from .intercepting import InterceptingGateway
from .operation import Call
from .policy import ResiliencePolicy

T = TypeVar("T")

# What only a backend at work says. Other errors, such as those about an argument, may come without a call.
ANSWERS = (InvalidJob, JobNotFound, NotAuthenticated, NotPermitted, QuotaExceeded, UnexpectedResponse)
COUNTED_OUTCOMES = 1000  # bounds the memory of a busy window; the newest ones say enough


class BreakerState(StrEnum):
    """Calls pass when ``closed``, none when ``open``, and a single one as a probe when ``half_open``."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half_open"


class CircuitBreaker:
    """Watches the calls to one backend.

    `ServiceUnavailable` is a failure; an answer, be it a refusal, shows that the backend works. A
    cancelled call, `RateLimited`, and what may not have reached the backend at all show neither.
    """

    def __init__(
        self, policy: ResiliencePolicy, clock: Clock, *, observer: Observer, draw: Callable[[], float]
    ) -> None:
        self._policy, self._clock, self._observer, self._draw = policy, clock, observer, draw
        self._state = BreakerState.CLOSED
        self._era = 0  # counts the changes of state: a call says nothing about a state it did not begin in
        self._failures_in_row = 0
        self._outcomes: deque[tuple[float, bool]] = deque(maxlen=COUNTED_OUTCOMES)
        self._wait = policy.breaker_wait
        self._open_until = 0.0
        self._reason = ""
        self._probing = False

    @contextmanager
    def guarding(self) -> Iterator[None]:
        """Let one call to the backend happen within, and learn from how it ends.

        Raises:
            ServiceUnavailable: no call may be made now; `retry_in` says when, where that is known.
        """
        era = self._admit()
        try:
            yield
        except ServiceUnavailable as error:
            self._settle(era, failure=error.reason)
            raise
        except ANSWERS:
            self._settle(era, answered=True)
            raise
        except BaseException:
            self._settle(era)
            raise
        self._settle(era, answered=True)

    def _admit(self) -> int:
        if self._state is BreakerState.OPEN and self._clock.monotonic() >= self._open_until:
            self._change(BreakerChanged(BreakerState.HALF_OPEN))
        if self._state is BreakerState.OPEN:
            retry_in = math.ceil((self._open_until - self._clock.monotonic()) * 10) / 10
            reason = f"it failed repeatedly, lastly with: {self._reason}; for now nothing is sent to it"
            raise ServiceUnavailable(reason, retry_in=retry_in, retryable=False)
        if self._state is BreakerState.HALF_OPEN:
            if self._probing:
                reason = f"it failed repeatedly, lastly with: {self._reason}; one call is trying it again"
                raise ServiceUnavailable(reason, retryable=False)
            self._probing = True
        return self._era

    def _settle(self, era: int, *, answered: bool = False, failure: str | None = None) -> None:
        if era != self._era:
            return
        probe, self._probing = self._probing, False
        if not answered and failure is None:
            return
        if probe:
            if failure is None:
                self._wait = self._policy.breaker_wait
                self._change(BreakerChanged(BreakerState.CLOSED))
            else:
                self._wait = min(2 * self._wait, self._policy.breaker_wait_limit)
                self._open(failure)
        elif self._is_too_much(failed=failure is not None):
            self._open(str(failure))

    def _is_too_much(self, *, failed: bool) -> bool:
        policy, now = self._policy, self._clock.monotonic()
        self._failures_in_row = self._failures_in_row + 1 if failed else 0
        self._outcomes.append((now, failed))
        while self._outcomes[0][0] <= now - policy.breaker_window:
            self._outcomes.popleft()
        if not failed:
            return False
        failures = sum(was_failure for _, was_failure in self._outcomes)
        calls = len(self._outcomes)
        return self._failures_in_row >= policy.breaker_failures or (
            calls >= policy.breaker_calls and failures >= policy.breaker_share * calls
        )

    def _open(self, reason: str) -> None:
        self._reason = reason
        wait = self._wait * (1 - self._policy.breaker_jitter * self._draw())
        self._open_until = self._clock.monotonic() + wait
        self._change(BreakerChanged(BreakerState.OPEN, retry_in=round(wait, 1), reason=reason))

    def _change(self, event: BreakerChanged) -> None:
        self._state = BreakerState(event.state)
        self._era += 1
        self._failures_in_row = 0
        self._outcomes.clear()
        self._observer(event)


class BreakingGateway(InterceptingGateway):
    """Asks the breaker before each attempt."""

    def __init__(self, inner: JobGateway, breaker: CircuitBreaker) -> None:
        super().__init__(inner)
        self._breaker = breaker

    async def _around(self, _call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        with self._breaker.guarding():
            return await attempt()
