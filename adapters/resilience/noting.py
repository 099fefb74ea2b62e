"""Lets somebody know of each job that a call deals with."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from ...application.job_pages import JobPages, find_pages
from ...application.ports import JobGateway
from ...domain.job import Job, JobSpec
from .intercepting import InterceptingGateway
from .operation import Call

T = TypeVar("T")


class NotingGateway(InterceptingGateway):
    """Shows `note` each job that is sent or comes back alone; whose secrets are around is known then.

    Jobs of a list are not shown: there may be thousands, and little is said of each.
    """

    def __init__(self, inner: JobGateway, note: Callable[[Job | JobSpec], None]) -> None:
        super().__init__(inner)
        self._note = note

    @property
    def pages(self) -> JobPages | None:
        """How the inner gateway finds pages of jobs, if it does."""
        return find_pages(self._inner)

    async def create(self, spec: JobSpec) -> Job:
        """Pass the call on."""
        self._note(spec)
        return await super().create(spec)

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        """Pass the call on."""
        self._note(spec)
        return await super().update(job_id, spec)

    async def _around(self, _call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        result = await attempt()
        if isinstance(result, Job):
            self._note(result)
        return result
