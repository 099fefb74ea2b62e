"""The one way in which a tool is called within an analysis, whoever the analyst is."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Protocol

from attrs import field, frozen

from ...domain.adaptive.analysis import call_tool
from ...domain.adaptive.analysis_step import AnalysisStep, Decision
from ...domain.adaptive.session import AnalysisSession, check_session_id
from ...domain.engine.change import Change
from ...domain.engine.planned_job import JobView, PlannedJob
from ...domain.secrets.masking import scrub, secrets_of
from ...domain.untrusted import clean_text
from .ports import AnalysisPorts

NO_REASON = "No reason was given."
"""What is kept where a hint or a pause comes without one."""

_TEXT_LIMIT = 1_000
"""Characters of an argument that are recorded."""


class TimedAct(Protocol):
    """What a call does to the job at an instant (aware UTC), None for nothing, and what it answers. Pure."""

    def __call__(self, view: JobView, now: datetime) -> tuple[Change | None, Mapping[str, object]]:
        """Decide; what it raises is recorded as the call's result."""


@frozen
class Answer:
    """What a call answers, as it is recorded, and the session after it."""

    session: AnalysisSession
    result: Mapping[str, object] = field(hash=False)


@frozen
class SessionJob:
    """The job of a session, for what has to be read before a call is made."""

    job: PlannedJob

    @property
    def secrets(self) -> tuple[str, ...]:
        """What no text about the job may hold."""
        return tuple(value for _, value in secrets_of(self.job.spec))

    def mask(self, text: str) -> str:
        """Return a text of an analyst without them."""
        return scrub(text, self.secrets)


async def read_session_job(ports: AnalysisPorts, session_id: str) -> SessionJob:
    """Return the job that a session is about, also of one that has ended.

    Raises:
        InvalidArguments: `session_id` cannot be an id.
        AnalysisNotFound: no session has it.
    """
    session = await ports.analyses.get_session(check_session_id(session_id))
    return SessionJob(await ports.store.get_job(session.job_id))


async def call_in_session(
    ports: AnalysisPorts,
    session_id: str,
    tool: str,
    arguments: Mapping[str, object],
    act: TimedAct,
) -> Answer:
    """Make a call, record it, and tell the engine where that changed the job.

    Raises:
        InvalidArguments: `session_id` cannot be an id, or `act` refuses; the call is recorded then.
        AnalysisNotFound: no session has the id.
        AnalysisClosed: the session has ended.
        AnalysisLimitReached: it has had all its calls; the session ends with this one.
        CronlyticError: whatever else `act` raises; the call is recorded then.
    """
    recorded = {
        name: clean_text(value, _TEXT_LIMIT) if isinstance(value, str) else value
        for name, value in arguments.items()
    }
    now = ports.clock.now()
    decide = partial(call_tool, tool=tool, arguments=recorded, now=now, act=partial(act, now=now))
    return await step_in_session(ports, session_id, decide)


async def read_in_session(
    ports: AnalysisPorts, session_id: str, tool: str, result: Mapping[str, object]
) -> Answer:
    """Make a call that changes nothing and takes no arguments, whose answer was read before.

    Raises:
        CronlyticError: as `call_in_session`.
    """

    def act(view: JobView, now: datetime) -> tuple[None, Mapping[str, object]]:  # noqa: ARG001 - as any act
        return None, result

    return await call_in_session(ports, session_id, tool, {}, act)


async def step_in_session(ports: AnalysisPorts, session_id: str, decide: Decision) -> Answer:
    """Write a step of a session, and raise its refusal once that is written.

    Raises:
        CronlyticError: as `call_in_session`.
    """
    step = await ports.analyses.change_session(check_session_id(session_id), decide)
    return _tell(ports, step)


def _tell(ports: AnalysisPorts, step: AnalysisStep) -> Answer:
    if step.change is not None:
        ports.wake()
    if step.refusal is not None:
        raise step.refusal
    return Answer(step.session, step.calls[-1].result)
