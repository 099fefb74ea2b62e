"""Backends that behave in ways the fake does not: other capabilities, other clocks, failures."""

from __future__ import annotations

from collections.abc import Sequence

import anyio
from attrs import evolve

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.application.ports import Clock
from cronlytic_mcp.domain.capabilities import Capabilities
from cronlytic_mcp.domain.errors import CronlyticError
from cronlytic_mcp.domain.job import Job


class CloudLikeGateway(MemoryGateway):
    """A backend that checks credentials and whose ping and listing fail as they are told."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.ping_error: CronlyticError | None = None
        self.list_error: CronlyticError | None = None

    @property
    def capabilities(self) -> Capabilities:
        return evolve(super().capabilities, needs_credentials=True)

    async def ping(self) -> None:
        if self.ping_error:
            raise self.ping_error

    async def list(self) -> Sequence[Job]:
        if self.list_error:
            raise self.list_error
        return await super().list()


class HangingListGateway(MemoryGateway):
    """A backend whose listing never answers."""

    async def list(self) -> Sequence[Job]:
        await anyio.sleep_forever()
        raise AssertionError
