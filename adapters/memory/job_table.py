"""The jobs of the store in memory, with the times at which they are due beside them."""

from __future__ import annotations

from collections import UserDict
from datetime import datetime

from ...domain.engine.planned_job import PlannedJob


class JobTable(UserDict[str, PlannedJob]):
    """Jobs by id. When each is due is worked out as it is written: every look asks it of all of them."""

    def __init__(self) -> None:
        self._due: dict[str, datetime] = {}
        super().__init__()

    def __setitem__(self, job_id: str, job: PlannedJob) -> None:
        super().__setitem__(job_id, job)
        self._due.pop(job_id, None)
        if (due_at := job.due_at) is not None:
            self._due[job_id] = due_at

    def __delitem__(self, job_id: str) -> None:
        super().__delitem__(job_id)
        self._due.pop(job_id, None)

    @property
    def next_due_at(self) -> datetime | None:
        """The earliest time at which a job is due."""
        return min(self._due.values(), default=None)

    def due(self, now: datetime) -> list[PlannedJob]:
        """Return the jobs that are due, the earliest first, of equally early ones by id."""
        return [self[job_id] for _, job_id in sorted((at, key) for key, at in self._due.items() if at <= now)]
