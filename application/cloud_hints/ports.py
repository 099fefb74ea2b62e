"""What the use-cases of hints on the cloud work with, as one value."""

from __future__ import annotations

from collections.abc import Callable

from attrs import frozen

from ...domain.cloud_hints.record import HintRecord
from ..note_ports import NoteBoard
from ..ports import Clock, JobGateway


def _tell_nobody(record: HintRecord) -> None:
    """Do nothing: nobody listens."""


@frozen
class CloudHintPorts:
    """The backend's jobs, the notes of the local store, where originals are kept, and the time.

    tell: called when something happened to the hints of a job that a person should know, with its report.
    """

    gateway: JobGateway
    notes: NoteBoard
    clock: Clock
    tell: Callable[[HintRecord], None] = _tell_nobody
