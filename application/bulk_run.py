"""Carrying a bulk change out, a few jobs at a time, with a result for each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from enum import StrEnum

from attrs import frozen

from ..domain.errors import CronlyticError, NotAuthenticated, RateLimited, ServiceUnavailable
from .bulk_plan import BulkChange

AT_ONCE = 4

STOPPING = (NotAuthenticated, RateLimited, ServiceUnavailable)
"""Errors that would meet every call that follows."""

Carry = Callable[[BulkChange], Awaitable[object]]
Progress = Callable[[int, int, str], Awaitable[None]]
"""Is told, after each job, how many are through, of how many, and what became of this one."""


class Outcome(StrEnum):
    """What became of one change."""

    PLANNED = "planned"
    DONE = "done"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


@frozen
class BulkEntry:
    """A change and what became of it; `error` is why it failed."""

    change: BulkChange
    outcome: Outcome
    error: CronlyticError | None = None


async def carry_out(
    changes: Sequence[BulkChange], carry: Carry, progress: Progress | None
) -> tuple[BulkEntry, ...]:
    """Apply `carry` to each change, `AT_ONCE` at a time, and return what became of each, in order.

    A job that fails does not hold up the others, unless its error would meet them all: then those
    that were not begun are not tried.
    """
    entries = [BulkEntry(change, Outcome.NOT_TRIED) for change in changes]
    waiting = iter(range(len(entries)))
    finished: list[BulkEntry] = []

    async def work() -> None:
        while not _must_stop(finished) and (place := next(waiting, None)) is not None:
            entry = await _carry_one(changes[place], carry)
            entries[place] = entry
            finished.append(entry)
            if progress:
                await progress(len(finished), len(entries), f"{entry.change.job.spec.name}: {entry.outcome}")

    async with asyncio.TaskGroup() as workers:
        for _ in range(min(AT_ONCE, len(entries))):
            workers.create_task(work())
    return tuple(entries)


def _must_stop(finished: Sequence[BulkEntry]) -> bool:
    return any(isinstance(entry.error, STOPPING) for entry in finished)


async def _carry_one(change: BulkChange, carry: Carry) -> BulkEntry:
    try:
        await carry(change)
    except CronlyticError as error:
        return BulkEntry(change, Outcome.FAILED, error)
    return BulkEntry(change, Outcome.DONE)
