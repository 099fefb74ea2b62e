"""Takes care of creates, which cannot be repeated: none is broken off, none is lost without a look."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

from attrs import frozen

from ...application.ports import JobGateway
from ...domain.errors import CronlyticError, ServiceUnavailable, UnexpectedResponse
from ...domain.job import Job, JobSpec
from .events import CreateSettled
from .intercepting import InterceptingGateway
from .operation import Call
from .time_limit import ending_at

T = TypeVar("T")

# Most creates end within it, and a program that ends does not take noticeably longer.
PATIENCE_SECONDS = 0.25


@frozen
class _Look:
    """What a look for the job after a lost answer showed, in words, and a job like it."""

    words: str
    job_id: str | None = None


class SettlingGateway(InterceptingGateway):
    """Lets a create that is under way run to its end, and looks for the job where the outcome is unknown.

    A create goes on though its caller is cancelled; the observer is then told what became of it. The
    look is one `list` with a time limit of its own.
    """

    def __init__(self, inner: JobGateway, *, observer: Callable[[CreateSettled], None]) -> None:
        super().__init__(inner)
        self._observer = observer
        self._seen_ids: frozenset[str] = frozenset()
        self._abandoned: set[asyncio.Task[Job]] = set()  # the event loop itself holds tasks weakly

    async def create(self, spec: JobSpec) -> Job:
        """Create a job; where the outcome is unknown, the error names a job like it, if there is one."""
        task = asyncio.create_task(self._create(spec))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            self._abandoned.add(task)
            task.add_done_callback(partial(self._tell, spec.name))
            raise

    async def list(self) -> Sequence[Job]:
        """Return all jobs, and remember which there were."""
        jobs = await self._inner.list()
        self._seen_ids = frozenset(job.job_id for job in jobs)
        return jobs

    async def close(self) -> None:
        """Give creates that nobody waits for a moment to end, then break them off."""
        if self._abandoned:
            await asyncio.wait(self._abandoned, timeout=PATIENCE_SECONDS)
        for task in self._abandoned:
            task.cancel()
        await asyncio.gather(*self._abandoned, return_exceptions=True)
        await super().close()

    async def _around(self, _call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        return await attempt()

    async def _create(self, spec: JobSpec) -> Job:
        seen_before = self._seen_ids
        try:
            job = await self._inner.create(spec)
        except (ServiceUnavailable, UnexpectedResponse) as error:
            if not error.outcome_unknown:
                raise
            raise _with_look(error, await self._look(spec, seen_before)) from error
        self._seen_ids |= {job.job_id}
        return job

    async def _look(self, spec: JobSpec, seen_before: frozenset[str]) -> _Look:
        try:
            with ending_at(math.inf):
                jobs = await self.list()
        except CronlyticError:
            return _Look("a look at the jobs failed too")
        alike = [job.job_id for job in jobs if _describes(spec, job.spec)]
        if not alike:
            return _Look("no job with this name, URL and schedule was there a moment later")
        if unseen := [job_id for job_id in alike if job_id not in seen_before]:
            return _Look(
                "a job with this name, URL and schedule exists, made by this call or before it", unseen[0]
            )
        return _Look(
            "a job with this name, URL and schedule exists, but was there before this call", alike[0]
        )

    def _tell(self, name: str, task: asyncio.Task[Job]) -> None:
        self._abandoned.discard(task)
        if task.cancelled():  # the event loop is closing, and nobody listens any more
            return
        error = task.exception()
        job_id = None if error else task.result().job_id
        self._observer(CreateSettled(name, job_id=job_id, error=error))


def _with_look(
    error: ServiceUnavailable | UnexpectedResponse, look: _Look
) -> ServiceUnavailable | UnexpectedResponse:
    if isinstance(error, ServiceUnavailable):
        return ServiceUnavailable(
            f"{error.reason}; {look.words}",
            retry_in=error.retry_in,
            outcome_unknown=True,
            found_job_id=look.job_id,
        )
    return UnexpectedResponse(
        error.operation,
        f"{error.difference}; {look.words}",
        status=error.status,
        outcome_unknown=True,
        found_job_id=look.job_id,
    )


def _describes(spec: JobSpec, other: JobSpec) -> bool:
    return (spec.name, spec.url, spec.schedule) == (other.name, other.url, other.schedule)
