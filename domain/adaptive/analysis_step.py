"""What a step of an analysis is decided on, and what it comes to."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from attrs import frozen

from ..engine.change import Change
from ..engine.planned_job import JobView
from ..errors import CronlyticError
from .session import AnalysisSession, ToolCall


@frozen
class AnalysisView:
    """A job, and a session of it: the one that is asked for, or the open one where a new one is to start."""

    view: JobView
    session: AnalysisSession | None = None


@frozen
class AnalysisStep:
    """What a decision comes to, to be written whole or not at all.

    session: as it is to be. ended: another session of the job that ends because of it. change: what becomes
    of the job; None for nothing. calls: to be added. refusal: what the caller is told once this is written.
    """

    session: AnalysisSession
    change: Change | None = None
    ended: AnalysisSession | None = None
    calls: tuple[ToolCall, ...] = ()
    refusal: CronlyticError | None = None


Act = Callable[[JobView], tuple[Change | None, Mapping[str, object]]]
"""What a call does to the job, None for nothing, and what it answers."""

Decision = Callable[[AnalysisView], AnalysisStep]
"""What becomes of an analysis and its job. Pure; may be called again where a transaction is repeated."""
