"""The port by which changes to jobs travel from whoever notices them to whoever wants to know."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from attrs import frozen


@frozen
class JobChanged:
    """A job is not as it was, or is gone."""

    job_id: str


@frozen
class LogsChanged:
    """A job's log holds other runs than before, or is gone with the job."""

    job_id: str


@frozen
class AnalysisChanged:
    """An analysis of a job began or ended, or its hints or its pause are not as they were."""

    job_id: str


@frozen
class ListChanged:
    """What a list tells of the jobs is not as it was.

    entries: whether a job came or went, has another name, or has run for the first time; else it is only
    about what is told of the same jobs.
    """

    entries: bool


JobEvent = JobChanged | LogsChanged | AnalysisChanged | ListChanged

Listener = Callable[[JobEvent], None]
"""Is told of an event as it happens. It must return at once; sending something belongs in a task."""


class JobEvents(Protocol):
    """Carries events to those who listen at that moment; nothing is kept for later."""

    def publish(self, event: JobEvent) -> None:
        """Tell every listener, in the order in which they came, whatever another one of them raises."""

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Tell `listener` of every event from now on, until the function that is returned is called.

        Each subscription stands for itself, also of the same listener, and may end more than once.
        """
