"""Answers reads from memory where the caller allows it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

from ...application.call import CachedReads, cached_reads
from ...application.ports import JobGateway
from ...domain.errors import JobNotFound, ServiceUnavailable
from .events import Observer, StaleAnswered
from .intercepting import InterceptingGateway
from .operation import Call, Operation
from .read_cache import ReadCache

T = TypeVar("T")

LIST = Call(Operation.LIST)


class CachingGateway(InterceptingGateway):
    """Keeps what the backend answered, for callers that allow it (`allowing_cached_reads`).

    While the backend is down these get the last known answer, and are told so. Any other read, such as
    one that a write depends on, goes to the backend. A write of ours, however it ends, makes the
    answers forgotten that it may have made wrong.
    """

    def __init__(self, inner: JobGateway, cache: ReadCache, *, observer: Observer) -> None:
        super().__init__(inner)
        self._cache = cache
        self._observer = observer

    async def _around(self, call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        if call.operation.writes:
            try:
                return await attempt()
            finally:
                self._forget(call.job_id)
        permission = cached_reads()
        if permission is None or call.operation is Operation.PING:
            return await attempt()
        return await self._read(call, attempt, permission)

    async def _read(
        self, call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], permission: CachedReads
    ) -> T:
        async def load() -> T:
            answer = await attempt()
            # All readers get the same object, so none may be able to change it.
            return cast("T", tuple(answer)) if isinstance(answer, list) else answer

        try:
            return (await self._cache.read(call, load)).value
        except JobNotFound:
            self._forget(call.job_id)
            raise
        except ServiceUnavailable as error:
            known = self._cache.last_known(call)
            if known is None:
                raise
            permission.note_stale(known.as_of)
            self._observer(StaleAnswered(call.operation, known.as_of, error.reason))
            return cast("T", known.value)

    def _forget(self, job_id: str) -> None:
        calls = (Call(operation, job_id) for operation in (Operation.GET, Operation.LOGS))
        self._cache.forget(LIST, *calls)
