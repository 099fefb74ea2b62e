"""The claim on the hints of one job: of all processes on one store, one changes them at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import uuid4

from attrs import frozen

from ...domain.cloud_hints.errors import HintsBusy
from ...domain.cloud_hints.record import HintRecord
from ..note_ports import Note, NoteBoard
from .ports import CloudHintPorts
from .record_text import parse_note, read_record, write_record

TOPIC = "cloud-hints"
LEASE = timedelta(seconds=60)
"""How long a claim holds when nothing more is heard of who has it."""

_SENDING = 20.0
"""Seconds after a write within which something may be sent; later, another process may be at work."""

_PATIENCE, _PAUSE = 5.0, 0.1


@frozen
class Kept:
    """A record as it is kept. version: of its note; held: whether another call has the claim on it."""

    record: HintRecord
    version: int
    held_until: datetime | None

    def is_held(self, now: datetime) -> bool:
        """Return whether somebody has the claim; one from the future is of before the clock was set back."""
        return self.held_until is not None and now < self.held_until <= now + LEASE


class Claim:
    """The right to change the record of a job, until `release` or until the lease has passed.

    record: None as long as there is none.
    """

    def __init__(self, ports: CloudHintPorts, job_id: str, kept: Kept | None) -> None:
        self._ports, self._job_id = ports, job_id
        self.record = None if kept is None else kept.record
        self._told = None if kept is None else kept.record.report
        self._version = 0 if kept is None else kept.version
        self._holder = uuid4().hex
        self._written = float("-inf")

    async def save(self, record: HintRecord) -> None:
        """Keep a record and hold on to the claim.

        Raises:
            HintsBusy: the claim was lost meanwhile; nothing was written.
            StoreUnavailable: the store cannot be written.
        """
        await self._write(record, self._ports.clock.now() + LEASE)

    async def release(self, record: HintRecord) -> None:
        """Keep a record and let others have the claim.

        Raises:
            HintsBusy, StoreUnavailable: as `save`.
        """
        await self._write(record, None)
        if record.report is not None and record.report != self._told:
            self._ports.tell(record)

    async def give_up(self) -> None:
        """Let others have the claim, and leave the record as it was kept last.

        Raises:
            HintsBusy, StoreUnavailable: as `save`.
        """
        if self._version and self.record is not None:
            await self.release(self.record)

    def check(self) -> None:
        """Return if something may be sent now.

        Raises:
            HintsBusy: this process was held up so long that another one may have taken over.
        """
        if self._ports.clock.monotonic() - self._written > _SENDING:
            raise HintsBusy(self._job_id, LEASE.total_seconds())

    async def _write(self, record: HintRecord, held_until: datetime | None) -> None:
        before = self._ports.clock.monotonic()
        text = json.dumps(
            {
                "record": write_record(record),
                "holder": self._holder if held_until else None,
                "held_until": held_until and held_until.isoformat(),
            }
        )
        if not await self._ports.notes.write_note(Note(TOPIC, self._job_id, text, self._version)):
            raise HintsBusy(self._job_id, LEASE.total_seconds())
        self._version, self.record, self._written = self._version + 1, record, before


async def read_kept(notes: NoteBoard) -> Sequence[Kept]:
    """Return all records, those of jobs at rest too.

    Raises:
        StoreUnavailable: the store cannot be read.
    """
    return [_read(note) for note in await notes.read_notes(TOPIC)]


async def find_kept(notes: NoteBoard, job_id: str) -> Kept | None:
    """Return the record of a job, None where there is none.

    Raises:
        StoreUnavailable: the store cannot be read.
    """
    return next((kept for kept in await read_kept(notes) if kept.record.job_id == job_id), None)


async def claim_hints(ports: CloudHintPorts, job_id: str, *, wait: bool = True) -> Claim:
    """Return the claim on a job's hints; one that another process has is waited for some seconds.

    A claim on a record is written at once; where there is none, the first `save` decides who was first.

    Raises:
        HintsBusy: another one has it.
        StoreUnavailable: the store cannot be read or written.
    """
    end = ports.clock.monotonic() + (_PATIENCE if wait else 0)
    while True:
        kept = await find_kept(ports.notes, job_id)
        if kept is None or not kept.is_held(ports.clock.now()):
            claim = Claim(ports, job_id, kept)
            if kept is None:
                return claim
            try:
                await claim.save(kept.record)
            except HintsBusy:
                if ports.clock.monotonic() >= end:
                    raise
            else:
                return claim
        elif ports.clock.monotonic() >= end:
            raise HintsBusy(job_id, LEASE.total_seconds())
        await asyncio.sleep(_PAUSE)


def _read(note: Note) -> Kept:
    kept = parse_note(note.text)
    until = kept["held_until"]
    return Kept(read_record(kept["record"]), note.version, until and datetime.fromisoformat(until))
