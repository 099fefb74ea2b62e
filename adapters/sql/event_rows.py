"""Events as rows of a table: numbered as they are added, read from any place on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from ...domain.engine.event import Event, EventKind
from .documents import read_mapping, write_mapping
from .faults import unreadable_row
from .schema import COUNTERS, EVENT_COUNTER, EVENTS

_LAST = select(COUNTERS.c.value).where(COUNTERS.c.name == EVENT_COUNTER)
_COUNT = (
    update(COUNTERS)
    .where(COUNTERS.c.name == EVENT_COUNTER)
    .values(value=COUNTERS.c.value + bindparam("added"))
)
_SINCE = (
    select(EVENTS)
    .where(EVENTS.c.sequence > bindparam("after"))
    .order_by(EVENTS.c.sequence)
    .limit(bindparam("limit"))
)
_SINCE_OF_JOB = _SINCE.where(EVENTS.c.job_id == bindparam("of_job"))


def add_events(connection: Connection, events: Sequence[Event]) -> None:
    """Give events the next sequences, in their order."""
    if not events:
        return
    connection.execute(_COUNT, {"added": len(events)})
    first = last_sequence(connection) - len(events) + 1
    connection.execute(insert(EVENTS), [_write(event, first + n) for n, event in enumerate(events)])


def last_sequence(connection: Connection) -> int:
    """Return the newest sequence that was ever given."""
    newest: int = connection.execute(_LAST).scalar_one()
    return newest


def events_since(connection: Connection, after: int, limit: int, job_id: str | None) -> Sequence[Event]:
    """Return events with a greater sequence, ascending."""
    values: dict[str, object] = {"after": after, "limit": limit}
    if job_id is None:
        rows = connection.execute(_SINCE, values)
    else:
        rows = connection.execute(_SINCE_OF_JOB, values | {"of_job": job_id})
    return [_read(row) for row in rows]


def _write(event: Event, sequence: int) -> dict[str, object]:
    return {
        "sequence": sequence,
        "kind": event.kind.value,
        "job_id": event.job_id,
        "at": event.at,
        "data": write_mapping(event.data),
    }


def _read(row: Row[Any]) -> Event:
    try:
        return Event(EventKind(row.kind), row.job_id, row.at, read_mapping(row.data), row.sequence)
    except Exception as error:
        raise unreadable_row(f"the event {row.sequence}") from error
