"""What the engine and its analyses know of a job, as resources."""

from __future__ import annotations

from ....application.adaptive.list_analysis_sessions import list_analysis_sessions
from ....application.adaptive.plan_answer import show_plan
from ....application.adaptive.ports import AnalysisPorts
from ....application.adaptive.read_run_health import read_run_health
from ....application.adaptive.schedule_answer import describe_baseline
from ....domain.adaptive.analysis_due import analysis_due_at, why_due
from ....domain.health.verdict import judge
from ....domain.job import check_job_id
from ..analysis_views import view_listed_session
from ..run_schema import view_instant
from ..tool import Payload
from ..views import view

SESSIONS_SHOWN = 5
_OMITTED = "sessions: list_analysis_sessions has them all"


async def view_job_health(ports: AnalysisPorts, job_id: str) -> Payload:
    """Return how the runs of a job have been going.

    Raises:
        JobNotFound: no job has the id.
        StoreUnavailable: the store cannot be read.
    """
    job = await ports.store.get_job(check_job_id(job_id))
    health = await read_run_health(ports.store, ports.clock, job_id)
    return {
        "job_id": job.job_id,
        "name": job.spec.name,
        "verdict": view(judge(health, paused=job.paused)),
        **view(health),
        "failures": job.failures,
    }


async def view_job_analysis(ports: AnalysisPorts, job_id: str) -> Payload:
    """Return what changes a job's pace, and its analyses, the newest first.

    Raises:
        JobNotFound: no job has the id.
        StoreUnavailable: the store cannot be read.
    """
    job, now = await ports.store.get_job(check_job_id(job_id)), ports.clock.now()
    page = await list_analysis_sessions(ports, job_id=job_id, limit=SESSIONS_SHOWN)
    return {
        "job_id": job.job_id,
        "name": job.spec.name,
        "baseline": describe_baseline(job),
        **show_plan(job, now),
        "analysis_due_at": view_instant(analysis_due_at(job)),
        "why_due": why_due(job, now),
        "sessions": [view_listed_session(session) for session in page.sessions],
        **(
            {} if page.next_cursor is None else {"omitted": ["sessions: list_analysis_sessions has them all"]}
        ),
    }
