"""Which engines are at work on a store, by the notes that they leave there."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from attrs import evolve

from ..domain.engine.engine_sign import EngineKind, EngineSign
from .note_ports import Note, NoteBoard
from .ports import Clock

TOPIC = "engine"
_FORGOTTEN_AFTER = timedelta(days=1)


async def find_engines(notes: NoteBoard, clock: Clock) -> tuple[EngineSign, ...]:
    """Return the engines that are at work.

    Raises:
        StoreUnavailable: the notes cannot be read.
    """
    now = clock.now()
    return tuple(sign for sign in await _read_signs(notes) if sign.is_alive(now))


class Presence:
    """One engine's signs of life; they end with `withdraw`, or lapse."""

    def __init__(self, notes: NoteBoard, clock: Clock, engine_id: str, kind: EngineKind) -> None:
        self._notes, self._clock = notes, clock
        now = clock.now()
        self._sign = EngineSign(engine_id, kind, started_at=now, seen_at=now)

    async def announce(self) -> None:
        """Give a sign of life, and forget engines of which there has been none for a day."""
        now = self._clock.now()
        self._sign = evolve(self._sign, seen_at=now)
        version = 0
        for note in await self._notes.read_notes(TOPIC):
            if note.key == self._sign.engine_id:
                version = note.version
            elif (sign := _read_sign(note)) is None or now - sign.seen_at > _FORGOTTEN_AFTER:
                await self._notes.remove_note(TOPIC, note.key)
        await self._notes.write_note(Note(TOPIC, self._sign.engine_id, _write_sign(self._sign), version))

    async def withdraw(self) -> None:
        """Tell that the engine has stopped."""
        await self._notes.remove_note(TOPIC, self._sign.engine_id)


async def _read_signs(notes: NoteBoard) -> list[EngineSign]:
    read = [_read_sign(note) for note in await notes.read_notes(TOPIC)]
    return [sign for sign in read if sign is not None]


def _write_sign(sign: EngineSign) -> str:
    content = {
        "kind": sign.kind.value,
        "started_at": sign.started_at.isoformat(),
        "seen_at": sign.seen_at.isoformat(),
    }
    return json.dumps(content)


def _read_sign(note: Note) -> EngineSign | None:
    """Return what a note says; None where another version of this program has written it."""
    try:
        content = json.loads(note.text)
        started_at, seen_at = (
            datetime.fromisoformat(content[key]).astimezone(UTC) for key in ("started_at", "seen_at")
        )
        return EngineSign(note.key, EngineKind(content["kind"]), started_at, seen_at)
    except (ValueError, TypeError, KeyError):
        return None
