"""The embedded engine in one process: its store for whoever asks, and its work while it is to run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..application.engine_host import EngineHost
    from ..application.engine_ports import EngineStore
    from ..application.note_ports import NoteBoard
    from ..domain.engine.retention import Retention


class LocalEngine:
    """A store with one engine over it, which rests until it is started.

    patience: seconds that `close` waits for the engine to end; what it has under way then is left to its
    leases. `close_store` is called last.
    """

    def __init__(
        self,
        store: EngineStore,
        notes: NoteBoard,
        host: EngineHost,
        retention: Retention,
        *,
        close_store: Callable[[], Awaitable[None]],
        patience: float,
    ) -> None:
        self.store, self.notes, self.retention = store, notes, retention
        self._host, self._close_store, self._patience = host, close_store, patience
        self._work: asyncio.Task[None] | None = None

    @property
    def working(self) -> bool:
        """Whether the engine of this process is at work."""
        return self._work is not None and not self._work.done()

    def start(self) -> None:
        """Have the engine work in the background, until `close`."""
        if self._work is None:
            self._work = asyncio.create_task(self._host.run(), name="engine")

    def wake(self) -> None:
        """Have the engine look at once at what was written; to be called within its event loop."""
        self._host.wake()

    def stop(self) -> None:
        """Have the engine begin nothing more."""
        self._host.stop()

    async def wait(self) -> None:
        """Return when the engine has ended, which it does after `stop`; raise what ended it otherwise."""
        if self._work is not None:
            await asyncio.shield(self._work)

    async def close(self) -> None:
        """End the engine and close the store."""
        if self._work is not None:
            self._host.stop()
            _, working = await asyncio.wait([self._work], timeout=self._patience)
            for task in working:
                task.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        await self._close_store()
