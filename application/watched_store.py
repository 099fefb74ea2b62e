"""A store that tells what an engine's calls have written, once it is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from ..domain.engine.change import Change
from ..domain.engine.planned_job import JobView, PlannedJob
from ..domain.engine.run import UNFINISHED, Run
from .engine_ports import ClaimBatch, Decide, EngineStore, Lease, Result, Settle
from .engine_watch import EngineWatch
from .relayed_store import RelayedStore


class WatchedStore(RelayedStore):
    """Passes every call on. Where a store repeats a transaction, its last decision about a row counts."""

    def __init__(self, store: EngineStore, watch: EngineWatch) -> None:
        super().__init__(store)
        self._watch = watch

    async def claim_due(self, now: datetime, limit: int, lease_until: datetime, decide: Decide) -> ClaimBatch:
        """Claim what waits and what is due."""
        changes: dict[str, Change] = {}

        def remember(view: JobView) -> Change:
            change = changes[view.job.job_id] = decide(view)
            return change

        batch = await super().claim_due(now, limit, lease_until, remember)
        if batch.claims:
            self._watch.note_claims(len(batch.claims))
        self._tell(changes.values())
        return batch

    async def finish(self, results: Sequence[Result], settle: Settle) -> frozenset[Lease]:
        """Settle runs that have ended."""
        settled = _Settled(settle)
        lost = await super().finish(results, settled)
        lost_runs = {lease.run_id for lease in lost}
        self._tell([change for run_id, change in settled.changes.items() if run_id not in lost_runs])
        return lost

    async def reclaim_lapsed(
        self, now: datetime, limit: int, lease_until: datetime, settle: Settle
    ) -> ClaimBatch:
        """Take over runs whose lease has lapsed."""
        settled = _Settled(settle)
        batch = await super().reclaim_lapsed(now, limit, lease_until, settled)
        if settled.changes:
            self._watch.note_lapsed(len(settled.changes))
        self._tell(settled.changes.values())
        return batch

    def _tell(self, changes: Collection[Change]) -> None:
        ended = [run for change in changes for run in change.runs if run.state not in UNFINISHED]
        events = [event for change in changes for event in change.events]
        if ended:
            self._watch.note_ended(ended)
        if events:
            self._watch.note_events(events)


class _Settled:
    """Settles runs, and remembers what that came to, by run."""

    def __init__(self, settle: Settle) -> None:
        self._settle = settle
        self.changes: dict[str, Change] = {}

    def __call__(self, job: PlannedJob, run: Run) -> Change:
        change = self.changes[run.run_id] = self._settle(job, run)
        return change
