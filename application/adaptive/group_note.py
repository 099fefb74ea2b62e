"""The descriptions of groups, kept as notes beside the jobs."""

from __future__ import annotations

from ..note_ports import NoteBoard

TOPIC = "group"


async def read_group_description(notes: NoteBoard, group: str) -> str:
    """Return what a group is for, empty where nobody has said.

    Raises:
        StoreUnavailable: the store cannot be read.
    """
    found = (note.text for note in await notes.read_notes(TOPIC) if note.key == group)
    return next(found, "")
