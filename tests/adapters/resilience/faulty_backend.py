"""A backend in memory that fails as networks do: before or after it has done what it was asked."""

from __future__ import annotations

import asyncio
from enum import StrEnum
from functools import partial

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.domain.errors import RateLimited, ServiceUnavailable

WRITES = {"create", "update", "delete", "pause", "resume"}


class Fault(StrEnum):
    NONE = "none"
    NO_CONNECTION = "no connection"
    THROTTLED = "throttled"
    LOST_REQUEST = "lost request"
    LOST_ANSWER = "lost answer"
    HANG_BEFORE = "hang before"
    HANG_AFTER = "hang after"


class FaultyBackend:
    """The `JobGateway` port over the memory fake; each attempt takes the next fault, then there is none.

    `memory` is what really happened, `attempts` how often each operation arrived or tried to.
    """

    def __init__(self, clock, faults):
        self.memory = MemoryGateway(clock)
        self.faults = iter(faults)
        self.attempts = []

    @property
    def capabilities(self):
        return self.memory.capabilities

    def __getattr__(self, operation):
        return partial(self._attempt, operation)

    async def _attempt(self, operation, *arguments):
        self.attempts.append(operation)
        fault = next(self.faults, Fault.NONE)
        if fault is Fault.NO_CONNECTION:
            raise ServiceUnavailable(fault)
        if fault is Fault.THROTTLED:
            raise RateLimited
        answer = None
        if fault in {Fault.NONE, Fault.LOST_ANSWER, Fault.HANG_AFTER}:
            answer = await getattr(self.memory, operation)(*arguments)
        if fault in {Fault.HANG_BEFORE, Fault.HANG_AFTER}:
            await asyncio.Event().wait()
        if fault is not Fault.NONE:
            raise ServiceUnavailable(fault, outcome_unknown=operation in WRITES)
        return answer
