"""The engine: claims what is due, carries it out, and writes what came of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from functools import partial

from ..domain.engine.change import Change
from ..domain.engine.claim import decide_due, postpone
from ..domain.engine.planned_job import JobView
from ..domain.engine.settlement import reclaim
from .engine_notices import JobPostponed, Observer, Signals, StoreFailed, ignore
from .engine_ports import ClaimBatch, EngineStore
from .engine_runs import EngineRuns
from .engine_settings import EngineSettings
from .ports import Clock
from .webhook_ports import WebhookSender


class Engine:
    """Runs the jobs of a store until it is told to stop; any number of engines may share a store.

    Every wake compares the wall clock, so that a run never starts early, whatever the timers do. One tick
    ends before the next one begins.
    """

    def __init__(
        self,
        store: EngineStore,
        sender: WebhookSender,
        clock: Clock,
        settings: EngineSettings | None = None,
        *,
        observe: Observer = ignore,
    ) -> None:
        self._store, self._clock, self._observe = store, clock, observe
        self._settings, self._signals = settings or EngineSettings(), Signals(observe)
        self._runs = EngineRuns(store, sender, clock, self._settings, self._signals)
        self._reclaimed_at: float | None = None

    def wake(self) -> None:
        """Look at the store at once: something was written that may be due. For this event loop only."""
        self._signals.woken.set()

    def stop(self) -> None:
        """Claim nothing more, and let `run` return once the runs have ended or their grace is over."""
        self._signals.stopping.set()
        self._signals.woken.set()

    async def run(self) -> None:
        """Work until `stop`. What has not ended by then is left to its lease."""
        heartbeat = asyncio.create_task(self._runs.keep_leases())
        try:
            while not self._signals.stopping.is_set():
                self._signals.woken.clear()
                await self._sleep(await self._tick())
            await self._runs.end_within(self._settings.stop_grace.total_seconds())
        finally:
            heartbeat.cancel()
            await self._runs.abandon()
            await asyncio.gather(heartbeat, return_exceptions=True)

    async def _tick(self) -> float:
        """Do what is to be done now, and return for how many seconds nothing is."""
        longest = self._settings.tick.total_seconds()
        try:
            await self._reclaim()
            self._runs.wanting_room = await self._claim()
            if self._runs.wanting_room:
                return longest
            due_at = await self._store.next_due_at()
        except Exception as error:  # noqa: BLE001 - an engine outlives whatever happens to its store
            self._observe(StoreFailed("tick", error))
            return longest
        if due_at is None:
            return longest
        return min(longest, max(0.0, (due_at - self._clock.now()).total_seconds()))

    async def _sleep(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._signals.woken.wait()

    async def _claim(self) -> bool:
        """Claim what is due as long as there is room for it, and return whether more may be due."""
        while (room := self._runs.room) and not self._signals.stopping.is_set():
            now = self._clock.now()
            batch = await self._store.claim_due(
                now, room, now + self._settings.lease, partial(self._decide, now=now)
            )
            self._launch(batch)
            if batch.examined < room:
                return False
        return True

    async def _reclaim(self) -> None:
        """Take over what other engines have left, once in a tick."""
        monotonic = self._clock.monotonic()
        tick = self._settings.tick.total_seconds()
        if self._reclaimed_at is not None and monotonic - self._reclaimed_at < tick:
            return
        self._reclaimed_at = monotonic
        # After a sleep of the machine or a step of its clock our own leases look lapsed, too.
        await self._runs.renew_leases()
        while room := self._runs.room:
            now = self._clock.now()
            batch = await self._store.reclaim_lapsed(
                now, room, now + self._settings.lease, partial(reclaim, now=now)
            )
            self._launch(batch)
            if batch.examined < room:
                return

    def _launch(self, batch: ClaimBatch) -> None:
        for claim in batch.claims:
            self._runs.launch(claim)

    def _decide(self, view: JobView, now: datetime) -> Change:
        try:
            return decide_due(view, now)
        except Exception as error:  # noqa: BLE001 - one job must not hold up the others
            self._observe(JobPostponed(view.job.job_id, error))
            return postpone(view, now)
