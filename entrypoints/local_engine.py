"""The embedded engine in one process: its store for whoever asks, and its work while it is to run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..application.analysis_ports import AnalysisStore
    from ..application.engine_host import EngineHost
    from ..application.engine_ports import EngineStore
    from ..application.engine_pulse import EnginePulse
    from ..application.note_ports import NoteBoard
    from ..application.wake_ports import OnSignal, Signal
    from ..domain.engine.retention import Retention
    from .shared_store import SharedStore


class LocalEngine:
    """A store with one engine over it, which rests until it is started.

    patience: seconds that `close` waits for the engine to end; what it has under way then is left to its
    leases. `close_store` is called last. shared: what is to be done where the store is on a server.
    """

    def __init__(
        self,
        store: EngineStore,
        notes: NoteBoard,
        host: EngineHost,
        retention: Retention,
        *,
        analyses: AnalysisStore,
        close_store: Callable[[], Awaitable[None]],
        patience: float,
        shared: SharedStore | None = None,
    ) -> None:
        self.store, self.notes, self.retention, self.analyses = store, notes, retention, analyses
        self._host, self._close_store, self._patience = host, close_store, patience
        self._shared, self._stopping = shared, asyncio.Event()
        self._hearers: list[OnSignal] = []
        self._work: asyncio.Task[None] | None = None

    @property
    def working(self) -> bool:
        """Whether the engine of this process is at work."""
        return self._work is not None and not self._work.done()

    @property
    def pulse(self) -> EnginePulse:
        """What the engine shows of itself."""
        return self._host.pulse

    def start(self) -> None:
        """Have the engine work in the background, until `close`."""
        if self._work is None:
            self._work = asyncio.create_task(self._run(), name="engine")

    def wake(self) -> None:
        """Have the engine look at once at what was written; to be called within its event loop."""
        self._host.wake()

    def stop(self) -> None:
        """Have the engine begin nothing more."""
        self._stopping.set()
        self._host.stop()

    def hear(self, on_signal: OnSignal) -> None:
        """Have something called when another process has written to the store, where that can be known."""
        self._hearers.append(on_signal)

    async def wait(self) -> None:
        """Return when the engine has ended, which it does after `stop`; raise what ended it otherwise."""
        if self._work is not None:
            await asyncio.shield(self._work)

    async def close(self) -> None:
        """End the engine and close the store."""
        if self._work is not None:
            self.stop()
            _, working = await asyncio.wait([self._work], timeout=self._patience)
            for task in working:
                task.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        await self._close_store()

    async def _run(self) -> None:
        if self._shared is None:
            await self._host.run()
            return
        await self._shared.open(self._stopping)
        listening = asyncio.create_task(self._shared.listen(self._tell))
        try:
            await self._host.run()
        finally:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)

    def _tell(self, signal: Signal) -> None:
        if signal == "work":
            self._host.wake()
        for hearer in self._hearers:
            hearer(signal)
