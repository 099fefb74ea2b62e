"""What a planner has to say, in the log: an outage that lasts is written once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .logging import Log

if TYPE_CHECKING:
    from ..application.adaptive.planner_notices import PlannerNotice


class PlannerLog:
    """Observes one planner."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._outage = ""

    def observe(self, notice: PlannerNotice) -> None:
        """Write a notice."""
        from ..application.adaptive.planner_notices import (
            AnalysisBroken,
            AnalysisFailed,
            AnalystResting,
            PlannerFailed,
            QuotaReached,
        )

        match notice:
            case AnalysisFailed(job_id=job_id, session_id=session_id, problem=problem):
                self._log.write(
                    "warning", "an analysis failed", job_id=job_id, session_id=session_id, problem=problem
                )
            case AnalysisBroken(job_id=job_id, error=error):
                self._log.write("error", "internal error in an analysis", job_id=job_id, exc_info=error)
            case QuotaReached(error=exceeded):
                self._log.write("warning", "no more analyses this month", problem=str(exceeded))
            case AnalystResting(problem=problem, seconds=seconds):
                self._log.write("warning", "the analyst rests", problem=problem, seconds=round(seconds))
            case PlannerFailed(error=failed):
                self._tell_store(failed)

    def _tell_store(self, error: Exception) -> None:
        from ..domain.engine.errors import StoreUnavailable

        if not isinstance(error, StoreUnavailable):
            self._log.write("error", "internal error of the planner", exc_info=error)
        elif self._outage != str(error):
            self._outage = str(error)
            self._log.write("error", "the planner cannot use the store", problem=self._outage)
