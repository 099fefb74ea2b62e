"""Tries a failed call again where that is safe and has a chance."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ...application.call import Waiting, is_sending_once, wait_listener
from ...application.ports import Clock, JobGateway
from ...domain.errors import CronlyticError, JobNotFound, ServiceUnavailable
from ...domain.outcome import THROTTLED, leaves_outcome_unknown, with_outcome_unknown
from .budget import RetryBudget
from .events import Observer
from .intercepting import InterceptingGateway
from .operation import Call, Operation
from .policy import ResiliencePolicy
from .retry_rules import RetryRules, last_error
from .time_limit import ending_at

if TYPE_CHECKING:
    from tenacity import RetryCallState

T = TypeVar("T")


class _Attempts(Generic[T]):
    """The attempts of one call: how many there were, and whether one may have been carried out unanswered."""

    def __init__(self, attempt: Callable[[], Coroutine[Any, Any, T]]) -> None:
        self._attempt = attempt
        self.count = 0
        self.one_may_be_done = False

    async def __call__(self) -> T:
        self.count += 1
        try:
            return await self._attempt()
        except CronlyticError as error:
            self.one_may_be_done = self.one_may_be_done or leaves_outcome_unknown(error)
            raise


class RetryingGateway(InterceptingGateway):
    """Repeats what can be repeated: within the attempts, the time and the budget of the policy.

    A backend that asks for a longer wait than is left is not asked again; its error says how long.
    While a call waits, the observer and the call's own listener are told.
    """

    def __init__(
        self,
        inner: JobGateway,
        policy: ResiliencePolicy,
        clock: Clock,
        *,
        observer: Observer,
        draw: Callable[[], float],
    ) -> None:
        super().__init__(inner)
        self._policy, self._clock, self._observer, self._draw = policy, clock, observer, draw
        self._budget = RetryBudget(policy.retry_tokens, policy.retry_refund)

    async def delete(self, job_id: str) -> None:
        """Delete a job; where an answer was lost on the way, a job that is gone is what was asked for."""
        attempts = _Attempts(partial(self._inner.delete, job_id))
        try:
            await self._repeat(Operation.DELETE, attempts)
        except JobNotFound:
            if not attempts.one_may_be_done:
                raise

    async def _around(self, call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        return await self._repeat(call.operation, _Attempts(attempt))

    async def _repeat(self, operation: Operation, attempts: _Attempts[T]) -> T:
        if operation.writes and is_sending_once():
            return await attempts()

        from tenacity import AsyncRetrying

        rules = RetryRules(operation, self._policy, self._clock, budget=self._budget, draw=self._draw)
        # One for each call: tenacity keeps a call's state in it.
        retrying = AsyncRetrying(
            sleep=asyncio.sleep,
            retry=rules.should_retry,
            wait=rules.delay,
            stop=rules.should_stop,
            before_sleep=lambda state: self._announce(operation, state),
            reraise=True,
        )
        try:
            with ending_at(rules.end):
                result: T = await retrying(attempts)
        except CronlyticError as error:
            told = with_outcome_unknown(error) if attempts.one_may_be_done else error
            if told is error:
                raise
            raise told from error
        if attempts.count == 1:
            self._budget.give_back()
        return result

    def _announce(self, operation: Operation, state: RetryCallState) -> None:
        error = last_error(state)
        waiting = Waiting(
            operation=operation,
            attempt=state.attempt_number + 1,
            attempts=self._policy.attempts,
            delay=round(state.upcoming_sleep, 3),
            reason=error.reason if isinstance(error, ServiceUnavailable) else THROTTLED,
        )
        self._observer(waiting)
        if listener := wait_listener():
            listener(waiting)
