"""An engine at work, and what is to be done again and again beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

from attrs import field, frozen

from .engine import Engine
from .engine_notices import Observer, StoreFailed, ignore


async def _do_nothing() -> None:
    """End without doing anything."""


@frozen
class Chore:
    """Something to do every so often. last: what to do at the end, once, however the work ended."""

    name: str
    every: timedelta
    do: Callable[[], Awaitable[object]]
    delay: timedelta = field(default=timedelta())
    last: Callable[[], Awaitable[object]] = _do_nothing


async def run_engine(engine: Engine, chores: Sequence[Chore], *, observe: Observer = ignore) -> None:
    """Have an engine work until `Engine.stop`, and its chores done meanwhile.

    A chore that fails is observed, and done again when it is due again.
    """
    beside = [asyncio.create_task(_repeat(chore, observe), name=chore.name) for chore in chores]
    try:
        await engine.run()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)
        for chore in chores:
            await _attempt(chore.name, chore.last, observe)


async def _repeat(chore: Chore, observe: Observer) -> None:
    await asyncio.sleep(chore.delay.total_seconds())
    while True:
        await _attempt(chore.name, chore.do, observe)
        await asyncio.sleep(chore.every.total_seconds())


async def _attempt(name: str, do: Callable[[], Awaitable[object]], observe: Observer) -> None:
    try:
        await do()
    except Exception as error:  # noqa: BLE001 - a chore must end neither the engine nor the other chores
        observe(StoreFailed(name, error))
