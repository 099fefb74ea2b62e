"""Look at the hints that are in force on jobs of the cloud."""

from __future__ import annotations

from ..adaptive.hint_answer import Shown
from .claim import find_kept, read_kept
from .hint_answer import REPORTED_FOR, show_record
from .ports import CloudHintPorts


async def list_hints(ports: CloudHintPorts) -> list[Shown]:
    """Return the jobs on which something is in force or not undone yet, or that have something to tell.

    Raises:
        StoreUnavailable: the store cannot be read.
    """
    now = ports.clock.now()
    records = [kept.record for kept in await read_kept(ports.notes)]
    return [
        {"job_id": record.job_id, "name": record.name, **show_record(record, now)}
        for record in records
        if not record.is_at_rest or (record.report and abs(now - record.report.at) < REPORTED_FOR)
    ]


async def read_hints(ports: CloudHintPorts, job_id: str) -> Shown | None:
    """Return what is in force on one job; None where nothing is, and nothing is to be told.

    Raises:
        StoreUnavailable: the store cannot be read.
    """
    kept, now = await find_kept(ports.notes, job_id), ports.clock.now()
    if kept is None:
        return None
    shown = show_record(kept.record, now)
    return None if kept.record.is_at_rest and "report" not in shown else shown
