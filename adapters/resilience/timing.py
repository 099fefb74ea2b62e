"""Tells how long each attempt takes and how it ends."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ...application.ports import Clock, JobGateway
from ...domain.errors import CronlyticError
from .events import Attempted
from .intercepting import InterceptingGateway
from .operation import Call

T = TypeVar("T")


class TimingGateway(InterceptingGateway):
    """Stands around the backend itself, so that waits and cached answers are no part of what it tells."""

    def __init__(self, inner: JobGateway, clock: Clock, observer: Callable[[Attempted], None]) -> None:
        super().__init__(inner)
        self._clock, self._observer = clock, observer

    async def _around(self, call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        started, outcome = self._clock.monotonic(), "broken off"
        try:
            result = await attempt()
            outcome = "ok"
        except CronlyticError as error:
            outcome = error.code
            raise
        finally:
            seconds = round(self._clock.monotonic() - started, 4)
            self._observer(Attempted(call.operation, seconds, outcome))
        return result
