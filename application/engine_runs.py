"""The runs that an engine has under way, side by side, each with its own lease and its own errors."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from typing import TypeVar

from attrs import evolve

from ..domain.engine.claim import is_too_late
from ..domain.engine.errors import StoreUnavailable
from ..domain.engine.run import Outcome
from ..domain.engine.settlement import settle
from ..domain.execution_policy import Overlap
from .attempts import Attempt, make_attempt
from .engine_notices import LeaseLost, RunBroken, Signals, StoreFailed
from .engine_ports import Claim, EngineStore, Lease, Result
from .engine_settings import EngineSettings
from .grouped_writes import GroupedWrites
from .ports import Clock
from .webhook_ports import WebhookSender

Item = TypeVar("Item")

_TOO_LATE = "It could start only after the grace for missed runs had passed."
_BROKEN = "The request could not be made, because of an error in this program; its log has the details."
_STOPPED = " No further attempt was made, because the engine stopped."


class EngineRuns:
    """Carries claimed runs out, `settings.concurrency` requests at once, and renews their leases meanwhile.

    `wanting_room` is for its owner to set while more runs are due than fit in: then it is woken when there is
    room again.
    """

    def __init__(
        self,
        store: EngineStore,
        sender: WebhookSender,
        clock: Clock,
        settings: EngineSettings,
        signals: Signals,
    ) -> None:
        self._store, self._sender, self._clock = store, sender, clock
        self._settings, self._signals, self._observe = settings, signals, signals.observe
        self._slots = asyncio.Semaphore(settings.concurrency)
        self._under_way: dict[Lease, asyncio.Task[None]] = {}
        self._ending: set[Lease] = set()
        self._some_under_way = asyncio.Event()
        self._resting = 0
        self._starts = GroupedWrites[Lease](lambda leases: store.start(leases, clock.now()))
        self._ends = GroupedWrites[Result](lambda results: store.finish(results, settle))
        self.wanting_room = False

    @property
    def under_way(self) -> int:
        """How many runs it holds, those between two attempts too."""
        return len(self._under_way)

    @property
    def room(self) -> int:
        """How many more runs may be claimed."""
        return max(0, 2 * self._settings.concurrency - (len(self._under_way) - self._resting))

    def launch(self, claim: Claim) -> None:
        """Carry a run out, beside the others."""
        task = asyncio.create_task(self._carry_out(claim), name=f"run {claim.lease.run_id}")
        self._under_way[claim.lease] = task
        self._some_under_way.set()
        task.add_done_callback(partial(self._note_end, claim))

    async def end_within(self, seconds: float) -> None:
        """Return when all runs have ended, or after so many seconds."""
        if self._under_way:
            await asyncio.wait(self._under_way.values(), timeout=seconds)

    async def abandon(self) -> None:
        """Break off what is still under way; it is left to its leases. What has ended is written."""
        await self._ends.drain()
        left = list(self._under_way.values())
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        await self._starts.drain()
        await self._ends.drain()

    async def keep_leases(self) -> None:
        """Renew the leases again and again, as long as the task lives."""
        while True:
            await self._some_under_way.wait()
            await asyncio.sleep(self._settings.lease.total_seconds() / 3)
            try:
                await self.renew_leases(self._clock.now() + self._settings.lease)
            except Exception as error:  # noqa: BLE001 - the next time it may work
                self._observe(StoreFailed("renew", error))

    async def renew_leases(self, until: datetime) -> None:
        """Let all leases last until an instant, and break off the runs whose lease is lost."""
        if not self._under_way:
            return
        for lease in await self._store.renew(list(self._under_way), until):
            # One that is just being ended may have lost its lease by that.
            if (task := self._under_way.get(lease)) and lease not in self._ending:
                self._observe(LeaseLost(lease.run_id))
                task.cancel()

    def _note_end(self, claim: Claim, task: asyncio.Task[None]) -> None:
        del self._under_way[claim.lease]
        self._ending.discard(claim.lease)
        if not self._under_way:
            self._some_under_way.clear()
        if not task.cancelled() and isinstance(error := task.exception(), Exception):
            self._observe(RunBroken(claim.lease.run_id, error))
        if claim.job.spec.policy.overlap is Overlap.QUEUE:
            self._signals.woken.set()  # another run may have waited for this one
        self._offer_room()

    def _offer_room(self) -> None:
        # A claim costs about the same however much it claims, so it is worth waiting for more room.
        if self.wanting_room and self.room >= self._settings.concurrency // 2:
            self._signals.woken.set()

    async def _carry_out(self, claim: Claim) -> None:
        async with self._slots:
            if is_too_late(claim.run, claim.job.spec.policy, self._clock.now()):
                await self._end(claim, Outcome(success=False, attempts=0, error=_TOO_LATE))
                return
            if not await self._write(self._starts, claim.lease, claim.lease, "start"):
                return
            attempt = await self._attempt(claim, 1)
        policy = claim.job.spec.policy
        outcome = attempt.outcome
        while not attempt.final and outcome.attempts <= policy.retries:
            if await self._rest(policy.retry_delay(outcome.attempts)):
                outcome = evolve(outcome, error=outcome.error + _STOPPED)
                break
            async with self._slots:
                attempt = await self._attempt(claim, outcome.attempts + 1)
            outcome = attempt.outcome
        await self._end(claim, outcome)

    async def _attempt(self, claim: Claim, number: int) -> Attempt:
        try:
            return await make_attempt(self._sender, claim.job.spec, claim.run.run_id, number)
        except Exception as error:  # noqa: BLE001 - a bug with one request is that run's failure
            self._observe(RunBroken(claim.run.run_id, error))
            return Attempt(Outcome(success=False, attempts=number, error=_BROKEN), final=True)

    async def _rest(self, seconds: float) -> bool:
        """Wait between two attempts, without a place among the requests; return whether to give up."""
        self._resting += 1
        self._offer_room()
        stopped = asyncio.create_task(self._signals.stopping.wait())
        try:
            await asyncio.wait([stopped], timeout=seconds)
        finally:
            stopped.cancel()
            self._resting -= 1
        return self._signals.stopping.is_set()

    async def _end(self, claim: Claim, outcome: Outcome) -> None:
        self._ending.add(claim.lease)
        result = Result(claim.lease, outcome, self._clock.now())
        await self._write(self._ends, result, claim.lease, "finish")

    async def _write(self, writes: GroupedWrites[Item], item: Item, lease: Lease, operation: str) -> bool:
        """Write about a run, as often as it takes, and return whether it still belongs to this engine."""
        while True:
            try:
                held = lease not in await writes.submit(item)
            except StoreUnavailable as error:
                self._observe(StoreFailed(operation, error))
                await asyncio.sleep(self._settings.tick.total_seconds())
                continue
            if not held:
                self._observe(LeaseLost(lease.run_id))
            return held
