"""The notes of processes to each other, in the database of their jobs."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, and_, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from ...application.note_ports import Note
from .database import Database
from .schema import NOTES


class SqlNoteBoard:
    """The `NoteBoard` port."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def read_notes(self, topic: str) -> Sequence[Note]:
        """Return the notes of a topic, by key."""
        return await self._database.read(lambda connection: _read(connection, topic))

    async def write_note(self, note: Note) -> bool:
        """Write a note over the one of the same version."""
        write = _replace if note.version else _add
        return await self._database.write(lambda connection: write(connection, note))

    async def remove_note(self, topic: str, key: str) -> None:
        """Remove a note."""
        place = and_(NOTES.c.topic == topic, NOTES.c.key == key)
        await self._database.write(lambda connection: connection.execute(delete(NOTES).where(place)))


def _read(connection: Connection, topic: str) -> Sequence[Note]:
    query = select(NOTES).where(NOTES.c.topic == topic).order_by(NOTES.c.key)
    return [Note(row.topic, row.key, row.text, row.version) for row in connection.execute(query)]


def _add(connection: Connection, note: Note) -> bool:
    try:
        # Undone by itself where there is one, so that the transaction around it goes on.
        with connection.begin_nested():
            connection.execute(
                insert(NOTES), {"topic": note.topic, "key": note.key, "version": 1, "text": note.text}
            )
    except IntegrityError:
        return False
    return True


def _replace(connection: Connection, note: Note) -> bool:
    place = and_(NOTES.c.topic == note.topic, NOTES.c.key == note.key, NOTES.c.version == note.version)
    changed = connection.execute(update(NOTES).where(place).values(version=note.version + 1, text=note.text))
    return changed.rowcount == 1
