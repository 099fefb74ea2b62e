"""Begin an analysis of a job: open a session, and tell the analyst what it starts from."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

from attrs import frozen

from ...domain.adaptive import analysis
from ...domain.adaptive.session import AnalysisSession
from ...domain.job import check_job_id
from .ports import AnalysisPorts
from .read_context import read_context
from .write_context import write_context

ASSISTANT = "assistant"
"""The analyst that is a person's assistant; the others are of the planner."""


@frozen
class StartedAnalysis:
    """A session that was opened, and what the analyst is told: at most 6,000 characters."""

    session: AnalysisSession
    context: str


async def start_analysis(
    ports: AnalysisPorts, job_id: str, *, analyst: str = ASSISTANT, shadow: bool = False
) -> StartedAnalysis:
    """Open a session of a job; with `shadow` its calls are recorded and change nothing.

    Raises:
        InvalidArguments: `job_id` cannot be an id.
        JobNotFound: no job has it.
        AnalysisAlreadyOpen: the job is being analysed.
        NotAdaptable: the job has nothing that an analysis could change.
        StoreUnavailable: the store cannot be read or written.
    """
    check_job_id(job_id)
    now = ports.clock.now()
    context = await read_context(ports, job_id, now)  # before the session, which is one without anything read
    decide = partial(analysis.start_analysis, session_id=uuid4().hex, analyst=analyst, now=now, shadow=shadow)
    step = await ports.analyses.open_session(job_id, decide)
    return StartedAnalysis(step.session, write_context(context, step.session))
