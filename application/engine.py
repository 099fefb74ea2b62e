"""The engine: claims what is due, carries it out, and writes what came of it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from functools import partial

from ..domain.engine.change import Change
from ..domain.engine.claim import decide_due, postpone
from ..domain.engine.planned_job import JobView, PlannedJob
from ..domain.engine.run import Run
from ..domain.engine.settlement import reclaim
from .engine_horizon import LapseHorizon
from .engine_notices import JobPostponed, Observer, Signals, StoreFailed, ignore
from .engine_ports import ClaimBatch, EngineStore
from .engine_pulse import EnginePulse
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
        self._horizon = LapseHorizon(clock, self._settings.lease)
        self._reclaimed_at: float | None = None
        self._ticked_at: float | None = None

    @property
    def pulse(self) -> EnginePulse:
        """What it shows of itself."""
        return EnginePulse(self._ticked_at, self._runs.under_way)

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
                seconds = await self._tick()
                self._note_progress()
                await self._sleep(seconds)
            await self._runs.end_within(self._settings.stop_grace.total_seconds())
        finally:
            heartbeat.cancel()
            await self._runs.abandon()
            await asyncio.gather(heartbeat, return_exceptions=True)

    async def _tick(self) -> float:
        """Do what is to be done now, and return for how many seconds nothing is."""
        longest = self._settings.tick.total_seconds()
        try:
            with suppress(_ClockSetBack):
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
            self._horizon.look()
            now = self._clock.now()
            try:
                batch = await self._store.claim_due(
                    now, room, now + self._settings.lease, partial(self._decide, now=now)
                )
            except _ClockSetBack:
                continue
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
        # Taken before our own leases are renewed, so that none of them has lapsed by then, however long this
        # process is stopped in between.
        horizon, lease_until = self._horizon.find(), self._clock.now() + self._settings.lease
        await self._runs.renew_leases(lease_until)
        settle = partial(self._settle_lapsed, horizon=horizon)
        while room := self._runs.room:
            batch = await self._store.reclaim_lapsed(horizon, room, lease_until, settle)
            self._launch(batch)
            if batch.examined < room:
                break
        self._horizon.confirm()

    def _note_progress(self) -> None:
        self._ticked_at = self._clock.monotonic()

    def _launch(self, batch: ClaimBatch) -> None:
        self._note_progress()  # while much is due, one tick may take minutes
        for claim in batch.claims:
            self._runs.launch(claim)

    def _decide(self, view: JobView, now: datetime) -> Change:
        # What was planned by the clock as it is now would look long missed.
        self._check_clock(now)
        try:
            return decide_due(view, now)
        except Exception as error:  # noqa: BLE001 - one job must not hold up the others
            self._observe(JobPostponed(view.job.job_id, error))
            return postpone(view, now)

    def _settle_lapsed(self, job: PlannedJob, run: Run, *, horizon: datetime) -> Change:
        # Others may have renewed their leases by the clock as it is now.
        self._check_clock(horizon)
        return reclaim(job, run, self._clock.now())

    def _check_clock(self, instant: datetime) -> None:
        if self._clock.now() < instant:
            raise _ClockSetBack


class _ClockSetBack(Exception):
    """The clock was set back while the store was waited for: what was asked of it is to be asked anew."""
