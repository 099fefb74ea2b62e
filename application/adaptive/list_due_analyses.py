"""List the jobs that are due for an analysis."""

from __future__ import annotations

from datetime import datetime

from attrs import frozen

from ...domain.adaptive.analysis_due import analysis_due_at, why_due
from ...domain.engine.planned_job import PlannedJob
from ..argument_checks import find_range_problem, refuse
from .ports import AnalysisPorts

DEFAULT_LIMIT, PAGE_LIMIT = 10, 50


@frozen
class DueAnalysis:
    """A job that is due, since when (aware UTC), and why in a sentence."""

    job: PlannedJob
    due_at: datetime
    reason: str


async def list_due_analyses(ports: AnalysisPorts, *, limit: int = DEFAULT_LIMIT) -> tuple[DueAnalysis, ...]:
    """Return jobs that are due, the longest due first; those that are being analysed are left out.

    Raises:
        InvalidArguments: `limit` lies outside 1-50.
        StoreUnavailable: the store cannot be read.
    """
    refuse(find_range_problem("limit", limit, 1, PAGE_LIMIT))
    now = ports.clock.now()
    jobs = await ports.analyses.list_due_analyses(now, limit)
    return tuple(DueAnalysis(job, analysis_due_at(job) or now, why_due(job, now) or "") for job in jobs)
