"""Have an analyst look at one job that is due, in a session of its own, which is ended whatever happens."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial

from ...domain.adaptive.analysis import fail_analysis
from ...domain.adaptive.analysis_due import why_due
from ...domain.adaptive.errors import (
    AnalysisAlreadyOpen,
    AnalysisClosed,
    AnalysisLimitReached,
    AnalysisNotFound,
    NotAdaptable,
)
from ...domain.adaptive.session import SessionState
from ...domain.errors import JobNotFound
from .analyst import AnalysisTask, Analyst, AnalystFailed, AnalystUnavailable
from .planner_notices import AnalysisFailed, PlannerObserver
from .planner_settings import PlannerSettings
from .ports import AnalysisPorts
from .session_tools import SessionTools
from .start_analysis import start_analysis

_BROKEN = "It hit an internal error."
_STOPPED = "The planner was stopped."
_SILENT = "It stopped calling without submit_analysis."
_TAKEN_OR_GONE = (AnalysisAlreadyOpen, NotAdaptable, JobNotFound)


async def run_analysis(
    ports: AnalysisPorts, analyst: Analyst, settings: PlannerSettings, job_id: str, observe: PlannerObserver
) -> None:
    """Analyse a job, unless somebody else does or has just done so.

    Raises:
        AnalystUnavailable: the analyst cannot go on with any job now; the session has ended as failed.
        StoreUnavailable: the store cannot be read or written; what stays open is ended once it is idle.
        Exception: a bug of the analyst; the session has ended as failed.
    """
    try:
        if why_due(await ports.store.get_job(job_id), ports.clock.now()) is None:
            return  # another planner has just seen to it
        started = await start_analysis(ports, job_id, analyst=analyst.name, shadow=settings.shadow)
    except _TAKEN_OR_GONE:
        return
    tools = SessionTools(ports, started.session.session_id)
    task = AnalysisTask(job_id, started.context, tools)
    problem = _BROKEN
    try:
        problem = await _analyse(analyst, task, settings.deadline.total_seconds())
    except AnalystUnavailable as error:
        problem = str(error)
        raise
    except asyncio.CancelledError:
        problem = _STOPPED
        raise
    finally:
        await asyncio.shield(_end(ports, task, problem, observe))


async def _analyse(analyst: Analyst, task: AnalysisTask, seconds: float) -> str:
    """Return what is to be said of the session if it is still open."""
    deadline = asyncio.timeout(seconds)
    try:
        async with deadline:
            await analyst.analyse(task)
    except TimeoutError:
        if not deadline.expired():
            raise
        return f"It did not end within {seconds:g} s."
    except AnalystUnavailable:
        raise
    except AnalystFailed as error:
        return str(error)
    except (AnalysisLimitReached, AnalysisClosed, AnalysisNotFound, JobNotFound):
        pass  # it has ended already, and says how, or is gone with its job
    return _SILENT


async def _end(ports: AnalysisPorts, task: AnalysisTask, problem: str, observe: PlannerObserver) -> None:
    fail = partial(fail_analysis, warning=problem, now=ports.clock.now())
    with suppress(AnalysisNotFound, JobNotFound):
        session = (await ports.analyses.change_session(task.tools.session_id, fail)).session
        if session.state is not SessionState.SUBMITTED:
            observe(AnalysisFailed(task.job_id, session.session_id, " ".join(session.warnings)))
