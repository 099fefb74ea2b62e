"""A gateway that does the same thing around every call to another one."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar

from ...application.ports import JobGateway
from ...domain.capabilities import Capabilities
from ...domain.job import Job, JobSpec
from ...domain.log import LogEntry
from .operation import Call, Operation

T = TypeVar("T")


class InterceptingGateway(ABC):
    """A `JobGateway` whose every call goes through `_around` on its way to the inner one."""

    def __init__(self, inner: JobGateway) -> None:
        self._inner = inner

    @abstractmethod
    async def _around(self, call: Call, attempt: Callable[[], Coroutine[Any, Any, T]], /) -> T:
        """Await `attempt()`, each call of which is a call to the inner gateway, and return its result."""

    @property
    def capabilities(self) -> Capabilities:
        """What the inner gateway's backend can do."""
        return self._inner.capabilities

    async def close(self) -> None:
        """End what is under way without a caller; what is not one of these layers stays as it is."""
        if isinstance(self._inner, InterceptingGateway):
            await self._inner.close()

    async def ping(self) -> None:
        """Pass the call on."""
        await self._around(Call(Operation.PING), self._inner.ping)

    async def create(self, spec: JobSpec) -> Job:
        """Pass the call on."""
        return await self._around(Call(Operation.CREATE), partial(self._inner.create, spec))

    async def list(self) -> Sequence[Job]:
        """Pass the call on."""
        return await self._around(Call(Operation.LIST), self._inner.list)

    async def get(self, job_id: str) -> Job:
        """Pass the call on."""
        return await self._around(Call(Operation.GET, job_id), partial(self._inner.get, job_id))

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        """Pass the call on."""
        return await self._around(Call(Operation.UPDATE, job_id), partial(self._inner.update, job_id, spec))

    async def delete(self, job_id: str) -> None:
        """Pass the call on."""
        await self._around(Call(Operation.DELETE, job_id), partial(self._inner.delete, job_id))

    async def pause(self, job_id: str) -> Job:
        """Pass the call on."""
        return await self._around(Call(Operation.PAUSE, job_id), partial(self._inner.pause, job_id))

    async def resume(self, job_id: str) -> Job:
        """Pass the call on."""
        return await self._around(Call(Operation.RESUME, job_id), partial(self._inner.resume, job_id))

    async def logs(self, job_id: str) -> Sequence[LogEntry]:
        """Pass the call on."""
        return await self._around(Call(Operation.LOGS, job_id), partial(self._inner.logs, job_id))
