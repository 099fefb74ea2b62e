"""Answers reads from memory where the caller allows it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar, cast

from ...application.call import CachedReads, cached_reads
from ...application.ports import JobGateway
from ...domain.errors import JobNotFound, ServiceUnavailable
from ...domain.job import Job
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
    answers forgotten that it may have made wrong; so does a list that shows what others have changed.
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
            answer = await attempt()
            self._compare(call, answer)
            return answer
        return await self._read(call, attempt, permission)

    async def _read(
        self, call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], permission: CachedReads
    ) -> T:
        loaded: list[T] = []

        async def load() -> T:
            answer = await attempt()
            loaded.append(answer)
            # All readers get the same object, so none may be able to change it.
            return cast("T", tuple(answer)) if isinstance(answer, list) else answer

        try:
            answer = (await self._cache.read(call, load)).value
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
        if loaded:
            self._compare(call, answer)
        return answer

    def _compare(self, call: Call, answer: object) -> None:
        """Forget what is kept of jobs that a list from the backend shows otherwise, and an older list."""
        if call != LIST:
            return
        jobs = {job.job_id: job for job in cast("Sequence[Job]", answer)}
        for job_id in {kept.job_id for kept in self._cache.known_calls if kept.job_id}:
            kept_job = self._cache.last_known(Call(Operation.GET, job_id))
            # Where the job itself is not kept, nothing tells whether its log is as it was.
            if kept_job is None or kept_job.value != jobs.get(job_id):
                self._cache.forget(*_about(job_id))
        kept_list = self._cache.last_known(LIST)
        if kept_list is not None and list(kept_list.value) != list(jobs.values()):
            self._cache.forget(LIST)

    def _forget(self, job_id: str) -> None:
        self._cache.forget(LIST, *_about(job_id))


def _about(job_id: str) -> tuple[Call, ...]:
    return Call(Operation.GET, job_id), Call(Operation.LOGS, job_id)
