"""What can be wrong with an analysis or with what it would change, each with the way in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from ..errors import CronlyticError


class NotAdaptable(CronlyticError):
    """The job has no schedule that a hint or a pause could change for a while."""

    def __init__(self, job_id: str, reason: str) -> None:
        self.job_id, self.reason = job_id, reason
        super().__init__(
            f"The job {job_id!r} cannot be adapted: {reason}. Call update_job to change when it runs."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The job, and why."""
        return {"job_id": self.job_id, "reason": self.reason}


class AnalysisNotOpen(CronlyticError):
    """The call belongs to an analysis, and there is none."""

    def __init__(self) -> None:
        super().__init__(
            "This call belongs to an analysis, and none is open. Call start_analysis with the job_id first, "
            "then call again with the session_id that it answers; list_due_analyses shows which jobs to see."
        )


class AnalysisNotFound(CronlyticError):
    """No analysis has this id: there never was one, it is not kept any more, or its job was deleted."""

    def __init__(self, session_id: str) -> None:
        self.session_id = session_id
        super().__init__(
            f"No analysis has the session id {session_id!r}: it is not kept any more, its job was deleted, "
            "or there never was one. Call list_analysis_sessions to see them, or start_analysis to begin one."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The id that was asked for."""
        return {"session_id": self.session_id}


class AnalysisClosed(CronlyticError):
    """The analysis has ended; `state` says how."""

    def __init__(self, session_id: str, state: str) -> None:
        self.session_id, self.state = session_id, state
        super().__init__(
            f"The analysis {session_id!r} has ended ({state}) and takes no more calls; nothing was changed. "
            "Call start_analysis with the job_id to begin another one."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The analysis, and how it ended."""
        return {"session_id": self.session_id, "state": self.state}


class AnalysisLimitReached(CronlyticError):
    """The analysis has had all its calls, and ended with the one that was too many."""

    def __init__(self, session_id: str, limit: int) -> None:
        self.session_id, self.limit = session_id, limit
        super().__init__(
            f"The analysis {session_id!r} has had the {limit} calls that one may make, and has ended; this "
            "call changed nothing. What it changed before stands. Tell the person what was found; only if "
            "more is needed call start_analysis again, and submit_analysis in time."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The analysis, and how many calls one may make."""
        return {"session_id": self.session_id, "limit": self.limit}


class AnalysisAlreadyOpen(CronlyticError):
    """Somebody is analysing the job; of each job there is one analysis at a time."""

    def __init__(self, job_id: str, session_id: str, analyst: str, idle_at: datetime) -> None:
        self.job_id, self.session_id, self.analyst, self.idle_at = job_id, session_id, analyst, idle_at
        super().__init__(
            f"The job {job_id!r} is being analysed already, in the session {session_id!r} ({analyst}). If "
            "that is yours, go on with that session_id or end it with submit_analysis; otherwise leave the "
            f"job to it. Without another call it ends by itself at {idle_at.isoformat(timespec='seconds')}."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """The job, the session and its analyst, and when it ends by itself."""
        return {
            "job_id": self.job_id,
            "session_id": self.session_id,
            "analyst": self.analyst,
            "idle_at": self.idle_at.isoformat(),
        }


class TokenQuotaExceeded(CronlyticError):
    """The tokens of this month are used up; jobs run on, by their baselines and the hints that stand."""

    def __init__(self, used: int, quota: int, resets_at: datetime) -> None:
        self.used, self.quota, self.resets_at = used, quota, resets_at
        super().__init__(
            f"The quota of tokens is used up: {used} of {quota} this month, until "
            f"{resets_at.isoformat(timespec='seconds')}. No more analyses by a model start before that; all "
            "jobs run on. Ask the person to raise the quota, or use the analyst that needs no model."
        )

    @property
    def facts(self) -> Mapping[str, object]:
        """How many of how many, and when the count begins anew."""
        return {"used": self.used, "quota": self.quota, "resets_at": self.resets_at.isoformat()}
