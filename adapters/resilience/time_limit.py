"""How long an attempt may take, and how long the call that it belongs to."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from ...application.ports import Clock, JobGateway
from ...domain.errors import ServiceUnavailable
from .intercepting import InterceptingGateway
from .operation import Call

T = TypeVar("T")

_end: ContextVar[float] = ContextVar("end_of_call", default=math.inf)


@contextmanager
def ending_at(instant: float) -> Iterator[None]:
    """Let no attempt made within outlast `instant`, a reading of the monotonic clock."""
    token = _end.set(instant)
    try:
        yield
    finally:
        _end.reset(token)


class TimeLimitedGateway(InterceptingGateway):
    """Ends an attempt after `seconds`, or at the end of its call if that is sooner.

    It stands below the breaker, which would take a time limit above it for a cancelled call.
    """

    def __init__(self, inner: JobGateway, seconds: float, clock: Clock) -> None:
        super().__init__(inner)
        self._seconds = seconds
        self._clock = clock

    async def _around(self, call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        seconds = min(self._seconds, _end.get() - self._clock.monotonic())
        limit = asyncio.timeout(seconds)
        try:
            async with limit:
                return await attempt()
        except TimeoutError as error:
            if not limit.expired():
                raise
            reason = f"no answer within {seconds:.3g} s"
            raise ServiceUnavailable(reason, outcome_unknown=call.operation.writes) from error
