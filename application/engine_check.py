"""Whether an engine works: its loop turns, and its store answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from attrs import frozen

from .engine_ports import EngineStore
from .engine_pulse import EnginePulse
from .ports import Clock

LOOP_PATIENCE = timedelta(seconds=60)
"""How old the last tick may be: two leases, after which others take the engine for dead and are right."""

STORE_PATIENCE = 3.0
"""Seconds that the store may take for an answer."""

_FRESH_SECONDS = 1.0
"""For how long the store's answer counts, so that asking often does not load it."""


@frozen
class EngineHealth:
    """How an engine is. problem: why it does not work, without a name of anything; None where it does.

    ticked_at: when its loop last came round. late_seconds: for how long the job that waits the longest has
    been due, 0 where none is, None where the store does not say.
    """

    problem: str | None
    ticked_at: datetime | None
    under_way: int
    late_seconds: float | None


@frozen
class _Answer:
    """When the store answered, on the monotonic clock, and when the next job is due; or that it failed."""

    at: float
    due_at: datetime | None = None
    failed: bool = False


class EngineCheck:
    """Looks at an engine whenever it is asked to; however many ask, the store is asked once a second."""

    def __init__(self, store: EngineStore, find_pulse: Callable[[], EnginePulse], clock: Clock) -> None:
        self._store, self._find_pulse, self._clock = store, find_pulse, clock
        self._asking: asyncio.Task[_Answer] | None = None

    async def check(self) -> EngineHealth:
        """Return how the engine is; nothing is raised, whatever the store does."""
        answer, pulse, now = await self._ask_store(), self._find_pulse(), self._clock.now()
        age = None if pulse.ticked_at is None else self._clock.monotonic() - pulse.ticked_at
        late = None
        if answer is not None and not answer.failed:
            late = max(0.0, (now - answer.due_at).total_seconds()) if answer.due_at else 0.0
        return EngineHealth(
            problem=_find_problem(answer, age),
            ticked_at=None if age is None else now - timedelta(seconds=age),
            under_way=pulse.under_way,
            late_seconds=late,
        )

    async def close(self) -> None:
        """Let go of the store."""
        if self._asking is not None:
            self._asking.cancel()
            with suppress(asyncio.CancelledError):
                await self._asking

    async def _ask_store(self) -> _Answer | None:
        """Return its answer, None where there is none in time; a question under way is not asked again."""
        asking = self._asking
        if asking is None or (asking.done() and self._is_old(asking.result())):
            asking = self._asking = asyncio.create_task(self._ask())
        await asyncio.wait([asking], timeout=STORE_PATIENCE)
        return asking.result() if asking.done() else None

    def _is_old(self, answer: _Answer) -> bool:
        return self._clock.monotonic() - answer.at > _FRESH_SECONDS

    async def _ask(self) -> _Answer:
        try:
            due_at = await self._store.next_due_at()
        except Exception:  # noqa: BLE001 - the engine's own calls fail too then, and are in its log
            return _Answer(self._clock.monotonic(), failed=True)
        return _Answer(self._clock.monotonic(), due_at)


def _find_problem(answer: _Answer | None, age: float | None) -> str | None:
    if answer is None:
        return f"The store did not answer within {STORE_PATIENCE:g} s."
    if answer.failed:
        return "The store cannot be used; the log says why."
    if age is None:
        return "The engine has not begun yet."
    if age > LOOP_PATIENCE.total_seconds():
        return f"The engine's loop last came round {age:.0f} s ago."
    return None
