"""The notes of processes to each other, in memory; for engines of one process."""

from __future__ import annotations

from attrs import evolve

from ...application.note_ports import Note


class MemoryNoteBoard:
    """The `NoteBoard` port; no call waits for anything, so that each is one step by itself."""

    def __init__(self) -> None:
        self._notes: dict[tuple[str, str], Note] = {}

    async def read_notes(self, topic: str) -> tuple[Note, ...]:
        """Return the notes of a topic, by key."""
        return tuple(note for (of, _), note in sorted(self._notes.items()) if of == topic)

    async def write_note(self, note: Note) -> bool:
        """Write a note over the one of the same version."""
        place = (note.topic, note.key)
        stored = self._notes.get(place)
        if note.version != (stored.version if stored else 0):
            return False
        self._notes[place] = evolve(note, version=note.version + 1)
        return True

    async def remove_note(self, topic: str, key: str) -> None:
        """Remove a note."""
        self._notes.pop((topic, key), None)
