"""The port to whoever analyses a job when no assistant is there."""

from __future__ import annotations

from typing import Protocol

from attrs import frozen

from .session_tools import SessionTools


@frozen
class AnalysisTask:
    """One session about one job: what `start_analysis` tells, and the calls that the session takes."""

    job_id: str
    context: str
    tools: SessionTools


class Analyst(Protocol):
    """Looks at one job through the calls of its session, and ends that with `submit_analysis`."""

    @property
    def name(self) -> str:
        """The name that stands in sessions."""

    @property
    def costs_tokens(self) -> bool:
        """Whether a month's quota of tokens holds for it."""

    async def analyse(self, task: AnalysisTask) -> None:
        """Look at a job. Whatever is raised, the session is ended and kept; it may be cancelled at any time.

        Raises:
            AnalystFailed: it cannot go on with this job.
            AnalystUnavailable: it cannot go on with any job now.
            CronlyticError: as `SessionTools.call`.
        """


class AnalystFailed(Exception):
    """The analyst cannot go on; the message is a sentence without secrets, kept with the session."""


class AnalystUnavailable(AnalystFailed):
    """The same holds for every job. retry_in: seconds after which to try again, if that is known."""

    def __init__(self, message: str, retry_in: float | None = None) -> None:
        self.retry_in = retry_in
        super().__init__(message)
