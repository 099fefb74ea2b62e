"""An analysis of a job: who looked at it, with which calls, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from attrs import field, frozen

from ..errors import InvalidArguments, Problem
from ..job import JOB_ID

CALL_LIMIT = 15
"""The calls that a session may make; `submit_analysis` is one of them, `start_analysis` is not."""

IDLE_LIMIT = timedelta(minutes=15)
"""How long a session stays open without a call."""


class SessionState(StrEnum):
    """How a session stands.

    ``submitted``: ended as it should. ``limit-reached``: with a call too many. ``abandoned``: without another
    call. ``failed``: its analyst broke off.
    """

    OPEN = "open"
    SUBMITTED = "submitted"
    LIMIT_REACHED = "limit-reached"
    ABANDONED = "abandoned"
    FAILED = "failed"


class Confidence(StrEnum):
    """How sure an analyst is."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


def _frozen(value: Mapping[str, object]) -> Mapping[str, object]:
    return MappingProxyType(dict(value))


@frozen
class ToolCall:
    """One call of a session, from `number` 1 on. Arguments and result are values that JSON can hold.

    The result may hold text of a target, which is data. refused: the result is an error. applied: False where
    the session only watches, so that nothing was changed.
    """

    session_id: str
    number: int
    tool: str
    at: datetime
    arguments: Mapping[str, object] = field(converter=_frozen, hash=False)
    result: Mapping[str, object] = field(converter=_frozen, hash=False)
    refused: bool = False
    applied: bool = True


@frozen
class SessionPosition:
    """A place in the order of sessions: by start, of equals by id."""

    started_at: datetime
    session_id: str


@frozen
class AnalysisSession:
    """An analysis of one job. Instants are aware UTC.

    analyst: ``assistant``, ``rules`` or ``llm``. shadow: it records what it would do and changes nothing.
    failures: how many runs had failed in a row when it started. next_analysis_at: when the job wants the next
    one. tokens: as far as they are known. warnings: what is to be known about how it went.
    """

    session_id: str
    job_id: str
    analyst: str
    started_at: datetime
    last_call_at: datetime
    state: SessionState = SessionState.OPEN
    shadow: bool = False
    call_count: int = 0
    failures: int = 0
    ended_at: datetime | None = None
    reasoning: str = ""
    actions_taken: tuple[str, ...] = ()
    confidence: Confidence | None = None
    tokens: int = 0
    next_analysis_at: datetime | None = None
    warnings: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether it takes calls, unless it is idle."""
        return self.state is SessionState.OPEN

    @property
    def calls_left(self) -> int:
        """How many calls it may still make."""
        return CALL_LIMIT - self.call_count if self.is_open else 0

    @property
    def duration(self) -> timedelta | None:
        """From its start to its end; None while it is open."""
        return None if self.ended_at is None else self.ended_at - self.started_at

    @property
    def idle_at(self) -> datetime:
        """When it is idle unless there is another call before."""
        return self.last_call_at + IDLE_LIMIT

    @property
    def position(self) -> SessionPosition:
        """Its place in the order of sessions."""
        return SessionPosition(self.started_at, self.session_id)

    def is_idle(self, now: datetime) -> bool:
        """Return whether it is open, but has been left alone for too long."""
        return self.is_open and self.idle_at <= now


def check_session_id(session_id: str) -> str:
    """Return `session_id` if it is one: 1-64 letters, digits, ``-`` and ``_``.

    Raises:
        InvalidArguments: it is not one.
    """
    if JOB_ID.fullmatch(session_id):
        return session_id
    message = "must be 1-64 letters, digits, '-' or '_'; start_analysis and list_analysis_sessions show them."
    raise InvalidArguments([Problem("session_id", "format", message, "5d0c3a1e9b7f4c628e15a0d4f2b36c79")])
