"""What an analysis starts from, as it was read."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ...domain.adaptive.session import AnalysisSession
from ...domain.engine.planned_job import PlannedJob
from ...domain.health.health import RunHealth


@frozen
class AnalysisContext:
    """A job and what is around it at `now` (aware UTC).

    siblings: the names of the other jobs of its group. why_due: why an analysis is due; None where none is.
    earlier: the newest session of the job, None where it has none that is kept.
    """

    job: PlannedJob
    now: datetime
    health: RunHealth
    siblings: tuple[str, ...] = ()
    group_description: str = ""
    why_due: str | None = None
    earlier: AnalysisSession | None = None
