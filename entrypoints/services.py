"""What the tools work with, put together by the wiring."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import cached_property
from typing import TYPE_CHECKING

from .logging import Log

if TYPE_CHECKING:  # a start does not need them
    from ..application.confirmation import Confirmations
    from ..application.ports import Clock, JobGateway


class Services:
    """The ports' implementations of one running server, each made when it is first needed.

    `make_gateway` puts whatever must be closed at the end on the stack that it is given; `preload`
    imports what it needs, and may be called from another thread.
    """

    def __init__(
        self,
        *,
        backend: str,
        log: Log,
        make_clock: Callable[[], Clock],
        make_gateway: Callable[[Clock, AsyncExitStack], JobGateway],
        preload: Callable[[], None],
    ) -> None:
        self.backend = backend
        self.log = log
        self.preload = preload
        self._make_clock = make_clock
        self._make_gateway = make_gateway
        self._to_close = AsyncExitStack()

    @cached_property
    def clock(self) -> Clock:
        """The time."""
        return self._make_clock()

    @cached_property
    def gateway(self) -> JobGateway:
        """The active backend."""
        return self._make_gateway(self.clock, self._to_close)

    @cached_property
    def confirmations(self) -> Confirmations:
        """Tokens that hold for this process only."""
        from ..application.confirmation import Confirmations

        return Confirmations(os.urandom(32), self.clock)

    async def close(self) -> None:
        """Release what the gateway holds open."""
        await self._to_close.aclose()
