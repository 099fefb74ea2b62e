"""Follows what happens in the embedded engine's store, whichever process it happens in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from ..domain.engine.event import Event, EventKind
from ..domain.errors import JobNotFound
from ..domain.job import Job
from .engine_ports import EngineStore
from .job_events import AnalysisChanged, JobEvents, LogsChanged
from .known_jobs import KnownJobs

FOLLOW_SECONDS = 1.0
"""Between two looks at the newest events, one short read each."""

_EVENTS = 1000
_FEW = 20
"""Jobs that are read one by one; more are read with all the others."""

_SENT = frozenset({EventKind.RUN_SUCCEEDED, EventKind.RUN_FAILED, EventKind.RUN_INTERRUPTED})

_ADAPTED = frozenset(
    {
        EventKind.HINT_PROPOSED,
        EventKind.HINT_CONSUMED,
        EventKind.HINT_EXPIRED,
        EventKind.HINTS_CLEARED,
        EventKind.JOB_PAUSED_UNTIL,
        EventKind.JOB_PAUSE_ENDED,
        EventKind.ANALYSIS_STARTED,
        EventKind.ANALYSIS_ENDED,
    }
)


class FollowedJobs:
    """The jobs of a store that writes down what happens: a look costs what is new, not what there is.

    Events say which jobs to look at, and which logs hold another run. What a job has become is compared with
    what is known, so that a write of this process, which was published at once, is not published again.
    """

    def __init__(self, store: EngineStore, known: KnownJobs, events: JobEvents) -> None:
        self._store, self._known, self._events = store, known, events
        self._reached: int | None = None
        self._owed: frozenset[str] = frozenset()

    async def look(self) -> None:
        """Publish what the events since the last look are about.

        Raises:
            StoreUnavailable: the store cannot be read.
        """
        if self._reached is None:
            # Before the jobs are read, so that what happens meanwhile is looked at again.
            reached = await self._store.last_sequence()
            await self._known.look_at_all(self._read_all())
            self._reached = reached
            return
        while await self._take(await self._store.events_since(self._reached, _EVENTS)):
            pass

    def forget(self) -> None:
        """Begin anew with the next look."""
        self._reached, self._owed = None, frozenset()
        self._known.forget()

    async def _take(self, events: Sequence[Event]) -> bool:
        """Publish what events are about, and return whether there may be more of them."""
        job_ids = self._owed | {event.job_id for event in events}
        if not job_ids:
            return False
        self._owed = await self._known.look_at(job_ids, self._read(job_ids))
        for job_id in dict.fromkeys(event.job_id for event in events if _adds_to_log(event)):
            if self._known.knows(job_id):
                self._events.publish(LogsChanged(job_id))
        for job_id in dict.fromkeys(event.job_id for event in events if event.kind in _ADAPTED):
            if self._known.knows(job_id):
                self._events.publish(AnalysisChanged(job_id))
        if events:
            self._reached = events[-1].sequence
        return len(events) == _EVENTS

    async def _read_all(self) -> Sequence[Job]:
        return [planned.job for planned in await self._store.list_jobs()]

    async def _read(self, job_ids: Collection[str]) -> Mapping[str, Job]:
        if len(job_ids) > _FEW:
            return {job.job_id: job for job in await self._read_all()}
        found: dict[str, Job] = {}
        for job_id in job_ids:
            try:
                found[job_id] = (await self._store.get_job(job_id)).job
            except JobNotFound:
                continue
        return found


def _adds_to_log(event: Event) -> bool:
    return event.kind in _SENT and not event.data.get("rerun")
