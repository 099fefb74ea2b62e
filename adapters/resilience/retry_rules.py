"""The rules of one call's retries: whether, when, and until when."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ...application.ports import Clock
from ...domain.errors import RateLimited, ServiceUnavailable
from .budget import RetryBudget
from .operation import Operation
from .policy import ResiliencePolicy

if TYPE_CHECKING:
    from tenacity import RetryCallState


def is_worth_a_retry(operation: Operation, error: BaseException | None) -> bool:
    """Tell whether the call may be sent again after this error.

    A create may only where it cannot have been carried out: the backend has no idempotency key.
    """
    if isinstance(error, RateLimited):
        return True
    if not isinstance(error, ServiceUnavailable) or not error.retryable:
        return False
    return operation is not Operation.CREATE or not error.outcome_unknown


class RetryRules:
    """Strategies for tenacity, for one call that begins now."""

    def __init__(
        self,
        operation: Operation,
        policy: ResiliencePolicy,
        clock: Clock,
        *,
        budget: RetryBudget,
        draw: Callable[[], float],
    ) -> None:
        self._operation, self._policy, self._clock = operation, policy, clock
        self._budget, self._draw = budget, draw
        self.end = clock.monotonic() + policy.total_time

    def should_retry(self, state: RetryCallState) -> bool:
        """Tell whether the last attempt's error is one to retry."""
        return is_worth_a_retry(self._operation, last_error(state))

    def delay(self, state: RetryCallState) -> float:
        """Return the seconds until the next attempt: what the backend asks for, and jitter."""
        longest = min(self._policy.backoff * 2.0 ** (state.attempt_number - 1), self._policy.backoff_limit)
        # The jitter comes on top of what was asked for: all who were sent away would return at once.
        return _asked_delay(last_error(state)) + self._draw() * longest

    def should_stop(self, state: RetryCallState) -> bool:
        """Tell whether there is no further attempt; where there is one, its token is taken."""
        if state.attempt_number >= self._policy.attempts:
            return True
        # A create is never cut short by the end of its call: that would leave its outcome unknown.
        reserve = self._policy.attempt_time if self._operation is Operation.CREATE else 0
        if self._clock.monotonic() + state.upcoming_sleep + reserve >= self.end:
            return True
        return not self._budget.take()


def last_error(state: RetryCallState) -> BaseException | None:
    """Return what the last attempt raised, if anything."""
    return state.outcome.exception() if state.outcome else None


def _asked_delay(error: BaseException | None) -> float:
    asked = error.retry_after if isinstance(error, RateLimited) else getattr(error, "retry_in", None)
    return asked or 0.0
