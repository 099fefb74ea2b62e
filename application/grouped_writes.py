"""Writes that come at the same time, made as one: a store takes a hundred about as fast as one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Generic, TypeVar

from ..domain.engine.errors import StoreUnavailable
from .engine_ports import Lease

Item = TypeVar("Item")

Write = Callable[[Sequence[Item]], Awaitable[Collection[Lease]]]
"""Writes all items or none, and returns the leases that are lost."""


class GroupedWrites(Generic[Item]):
    """Collects what is submitted while a write is under way, and writes it all at once after that."""

    def __init__(self, write: Write[Item]) -> None:
        self._write = write
        self._waiting: list[tuple[Item, asyncio.Future[Collection[Lease]]]] = []
        self._writing: asyncio.Task[None] | None = None

    async def submit(self, item: Item) -> Collection[Lease]:
        """Write an item with others, and return the leases that all of them lost.

        Raises:
            Exception: what the write raised. Where others of the group may be the cause, the item was
                written alone.
        """
        written: asyncio.Future[Collection[Lease]] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, written))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write_all())
        return await written

    async def drain(self) -> None:
        """Return when everything that was submitted is written, or was refused."""
        if self._writing is not None:
            await self._writing

    async def _write_all(self) -> None:
        while self._waiting:
            group = [(item, written) for item, written in self._waiting if not written.done()]
            self._waiting = []
            if not group or await self._write_group(group):
                continue
            for one in group:
                await self._write_group([one])

    async def _write_group(self, group: list[tuple[Item, asyncio.Future[Collection[Lease]]]]) -> bool:
        """Write a group and tell its members; False where it is worth trying them one by one."""
        outcome: Collection[Lease] | Exception
        try:
            outcome = await self._write([item for item, _ in group])
        except StoreUnavailable as error:
            outcome = error
        except Exception as error:  # noqa: BLE001 - it belongs to whoever submitted the item
            if len(group) > 1:
                return False
            outcome = error
        for _, written in group:
            if written.done():
                continue  # whoever submitted it was cancelled meanwhile
            if isinstance(outcome, Exception):
                written.set_exception(outcome)
            else:
                written.set_result(outcome)
        return True
