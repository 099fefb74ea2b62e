"""Say what a group of jobs is for."""

from __future__ import annotations

from ...domain.spec_rules import find_detail_problems
from ..argument_checks import refuse
from ..note_ports import Note, NoteBoard
from .group_note import TOPIC
from .ports import AnalysisPorts


async def describe_group(ports: AnalysisPorts, group: str, description: str) -> tuple[str, ...]:
    """Write what a group is for, in place of what was said before, and return the names of its jobs.

    An empty description takes it away. A group need not have a job yet.

    Raises:
        InvalidArguments: the group's name or the description breaks its rules.
        StoreUnavailable: the store cannot be read or written.
    """
    refuse(find_detail_problems({"group": group, "description": description}))
    if description.strip():
        await _write(ports.notes, group, description.strip())
    else:
        await ports.notes.remove_note(TOPIC, group)
    return tuple(job.spec.name for job in await ports.analyses.list_group(group))


async def _write(notes: NoteBoard, group: str, description: str) -> None:
    while True:  # somebody else who writes at the same moment comes first; the later one stands
        stored = {note.key: note.version for note in await notes.read_notes(TOPIC)}
        if await notes.write_note(Note(TOPIC, group, description, stored.get(group, 0))):
            return
