"""What a decision about a job comes to: the job as it is to be, and what is written beside it."""

from __future__ import annotations

from attrs import frozen

from .event import Event
from .planned_job import PlannedJob
from .run import Run


@frozen
class Change:
    """One decision, to be written whole or not at all; how runs are written, the store's port says."""

    job: PlannedJob
    runs: tuple[Run, ...] = ()
    events: tuple[Event, ...] = ()
