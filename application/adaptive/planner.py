"""The planner: looks for jobs that are due for an analysis when nobody is there, and has them analysed."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import datetime
from functools import partial

from ...domain.adaptive.analysis import abandon_analysis
from ...domain.adaptive.errors import AnalysisNotFound, TokenQuotaExceeded
from ...domain.adaptive.quota import check_quota, month_of
from ...domain.engine.errors import StoreUnavailable
from .analyst import Analyst, AnalystUnavailable
from .list_due_analyses import list_due_analyses
from .planner_notices import (
    AnalysisBroken,
    AnalystResting,
    PlannerFailed,
    PlannerNotice,
    PlannerObserver,
    QuotaReached,
)
from .planner_settings import PlannerSettings
from .ports import AnalysisPorts
from .run_analysis import run_analysis


def _ignore(_: PlannerNotice) -> None:
    """Observe nothing."""


class Planner:
    """Works until it is told to stop; any number of planners may share a store.

    One look ends before the next one begins, and a job's trouble is its own. Whatever happens here, jobs run
    on by their baselines and by the hints that stand.
    """

    def __init__(
        self,
        ports: AnalysisPorts,
        analyst: Analyst,
        settings: PlannerSettings | None = None,
        *,
        observe: PlannerObserver = _ignore,
    ) -> None:
        self._ports, self._analyst, self._observe = ports, analyst, observe
        self._settings = settings or PlannerSettings()
        self._stopping = asyncio.Event()
        self._rest_until = float("-inf")
        self._quota_told: datetime | None = None

    def stop(self) -> None:
        """Begin no more analyses, and let `run` return once they have ended or their grace is over."""
        self._stopping.set()

    async def run(self) -> None:
        """Work until `stop`. What has not ended by then is ended as failed."""
        while not self._stopping.is_set():
            look = asyncio.create_task(self.look())
            try:
                await self._await_look(look)
            finally:
                look.cancel()
                await asyncio.gather(look, return_exceptions=True)
            await self._wait_for_stop(self._settings.every.total_seconds())

    async def look(self) -> None:
        """Look once: end what was left alone, and have what is due analysed."""
        try:
            await self._abandon_idle()
            if self._is_resting() or not await self._has_quota():
                return
            due = await list_due_analyses(self._ports, limit=self._settings.batch)
        except Exception as error:  # noqa: BLE001 - a planner outlives whatever happens to its store
            self._observe(PlannerFailed(error))
            return
        room = asyncio.Semaphore(self._settings.at_once)
        async with asyncio.TaskGroup() as group:
            for each in due:
                group.create_task(self._analyse(each.job.job_id, room))

    async def _analyse(self, job_id: str, room: asyncio.Semaphore) -> None:
        async with room:
            try:
                if self._stopping.is_set() or self._is_resting() or not await self._has_quota():
                    return
                await run_analysis(self._ports, self._analyst, self._settings, job_id, self._observe)
            except AnalystUnavailable as error:
                self._rest(error)
            except StoreUnavailable as error:
                self._observe(PlannerFailed(error))
            except Exception as error:  # noqa: BLE001 - one job must not hold up the others
                self._observe(AnalysisBroken(job_id, error))

    async def _abandon_idle(self) -> None:
        now = self._ports.clock.now()
        for session in await self._ports.analyses.list_idle_sessions(now, self._settings.batch):
            with suppress(AnalysisNotFound):
                await self._ports.analyses.change_session(
                    session.session_id, partial(abandon_analysis, now=now)
                )

    async def _has_quota(self) -> bool:
        if not self._analyst.costs_tokens or self._settings.quota is None:
            return True
        now = self._ports.clock.now()
        since, until = month_of(now)
        try:
            check_quota(await self._ports.analyses.sum_tokens(since, until), self._settings.quota, now)
        except TokenQuotaExceeded as error:
            if self._quota_told != since:
                self._quota_told = since
                self._observe(QuotaReached(error))
            return False
        return True

    def _is_resting(self) -> bool:
        return self._ports.clock.monotonic() < self._rest_until

    def _rest(self, error: AnalystUnavailable) -> None:
        # The other jobs of this look would meet the same; the next look is the least there is between tries.
        seconds = max(error.retry_in or 0.0, self._settings.every.total_seconds() / 2)
        if not self._is_resting():
            self._observe(AnalystResting(str(error), seconds))
        self._rest_until = max(self._rest_until, self._ports.clock.monotonic() + seconds)

    async def _await_look(self, look: asyncio.Task[None]) -> None:
        stopping = asyncio.create_task(self._stopping.wait())
        try:
            await asyncio.wait((look, stopping), return_when=asyncio.FIRST_COMPLETED)
            if not look.done():
                await asyncio.wait((look,), timeout=self._settings.stop_grace.total_seconds())
        finally:
            stopping.cancel()
            await asyncio.gather(stopping, return_exceptions=True)

    async def _wait_for_stop(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._stopping.wait()
