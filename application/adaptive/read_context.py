"""Read what an analysis starts from."""

from __future__ import annotations

from datetime import datetime

from ...domain.adaptive.analysis_due import why_due
from .context import AnalysisContext
from .group_note import read_group_description
from .ports import AnalysisPorts
from .read_run_health import read_run_health


async def read_context(ports: AnalysisPorts, job_id: str, now: datetime) -> AnalysisContext:
    """Return what an analysis of a job starts from.

    Raises:
        JobNotFound: there is no such job.
        StoreUnavailable: the store cannot be read.
    """
    job = await ports.store.get_job(job_id)
    group, siblings, description = job.spec.group, tuple[str, ...](), ""
    if group is not None:
        others = await ports.analyses.list_group(group)
        siblings = tuple(other.spec.name for other in others if other.job_id != job_id)
        description = await read_group_description(ports.notes, group)
    earlier = await ports.analyses.list_sessions(1, job_id=job_id)
    return AnalysisContext(
        job=job,
        now=now,
        health=await read_run_health(ports.store, ports.clock, job_id),
        siblings=siblings,
        group_description=description,
        why_due=why_due(job, now),
        earlier=earlier[0] if earlier else None,
    )
