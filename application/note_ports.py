"""The port to what the processes on one store leave for each other: small notes beside jobs and runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from attrs import frozen


@frozen
class Note:
    """A text under a topic and a key. version: how often it was written; 0 for one that is not there yet."""

    topic: str
    key: str
    text: str
    version: int = 0


class NoteBoard(Protocol):
    """Keeps notes for any number of processes. Every call may raise `StoreUnavailable`."""

    async def read_notes(self, topic: str) -> Sequence[Note]:
        """Return the notes of a topic, by key."""

    async def write_note(self, note: Note) -> bool:
        """Write a note over the one of the same version, and return whether that was still there.

        With version 0 it is written only where there is none. Of several calls with one version at the same
        time exactly one succeeds. The written note has the next version.
        """

    async def remove_note(self, topic: str, key: str) -> None:
        """Remove a note, if it is there."""
