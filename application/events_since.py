"""Tell what happened to jobs and runs since a caller looked last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress

from attrs import field, frozen

from ..domain.engine.event import Event, EventKind
from ..domain.errors import InvalidArguments, JobNotFound, Problem
from ..domain.job import check_job_id
from .engine_ports import EngineStore
from .event_cursor import read_event_cursor, write_event_cursor

DEFAULT_LIMIT, PAGE_LIMIT = 50, 100
READ_LIMIT = 2000
"""How many events a call looks through."""

_UNREMARKABLE = frozenset({EventKind.RUN_SUCCEEDED})


@frozen
class ToldEvent:
    """An event with the name of its job, where that is known."""

    event: Event
    job_name: str | None


@frozen
class EventPage:
    """What happened, the oldest first.

    events: without successful runs. counts: of every kind, these too, among the events looked through.
    next_cursor: where to go on. more: whether there is more to be had right now.
    """

    events: tuple[ToldEvent, ...]
    counts: Mapping[EventKind, int] = field(hash=False)
    next_cursor: str
    more: bool


async def events_since(
    store: EngineStore, *, cursor: str | None = None, limit: int = DEFAULT_LIMIT, job_id: str | None = None
) -> EventPage:
    """Return what happened after a cursor, to all jobs or to one; without a cursor the newest events.

    Raises:
        InvalidArguments: the cursor is none, the limit lies outside 1-100, or the id cannot be one.
        StoreUnavailable: the store cannot be read.
    """
    if not 1 <= limit <= PAGE_LIMIT:
        raise InvalidArguments([Problem("limit", "range", f"must be 1 to {PAGE_LIMIT}.", str(DEFAULT_LIMIT))])
    if job_id is not None:
        check_job_id(job_id)
    last = await store.last_sequence()
    after = max(0, last - READ_LIMIT) if cursor is None else read_event_cursor(cursor, last)
    read = await store.events_since(after, READ_LIMIT, job_id=job_id)
    reached = (
        read[-1].sequence
        if len(read) == READ_LIMIT
        else max([last, *(event.sequence for event in read[-1:])])
    )
    told = [event for event in read if event.kind not in _UNREMARKABLE]
    if cursor is None:
        told = told[-limit:]
    elif len(told) > limit:
        # Up to the last one that is told, so that the next page begins right behind it.
        told = told[:limit]
        reached = told[-1].sequence
    counts = Counter(event.kind for event in read if event.sequence <= reached)
    names = await _find_names(store, told)
    events = tuple(ToldEvent(event, names.get(event.job_id)) for event in told)
    return EventPage(events, counts, write_event_cursor(reached), more=reached < last)


async def _find_names(store: EngineStore, events: Sequence[Event]) -> Mapping[str, str]:
    names: dict[str, str] = {}
    for event in events:
        if isinstance(name := event.data.get("name"), str):
            names[event.job_id] = name
    for job_id in {event.job_id for event in events} - names.keys():
        with suppress(JobNotFound):
            names[job_id] = (await store.get_job(job_id)).spec.name
    return names
