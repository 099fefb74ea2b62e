"""What an engine does about a store on a server: waits until it is there, and hears of what others write."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..application.engine_notices import StoreFailed
    from ..application.wake_ports import OnSignal, StoreSignals

_RETRY_SECONDS = 5.0


class SharedStore:
    """A store on a server. `observe` is told each time that it cannot be opened."""

    def __init__(
        self,
        open_store: Callable[[], Awaitable[None]],
        signals: StoreSignals,
        observe: Callable[[StoreFailed], None],
    ) -> None:
        self._open_store, self._signals, self._observe = open_store, signals, observe

    async def open(self, stopping: asyncio.Event) -> None:
        """Return when the store is open, so that its clock is known, or when it is not needed any more.

        An engine that began with the machine's clock might take what is not due, or is another's.
        """
        from ..application.engine_notices import StoreFailed
        from ..domain.engine.errors import StoreUnavailable

        while not stopping.is_set():
            try:
                await self._open_store()
            except StoreUnavailable as error:
                self._observe(StoreFailed("open", error))
            else:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(_RETRY_SECONDS):
                    await stopping.wait()

    async def listen(self, on_signal: OnSignal) -> None:
        """Call `on_signal` for what other processes write, until this is cancelled."""
        await self._signals.listen(on_signal)
