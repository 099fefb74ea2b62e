"""The analyst that needs no model: it reads a job's figures and answers, and does what the rules say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from ...domain.adaptive.paces import Paces, read_paces
from ...domain.adaptive.rules import decide
from ...domain.adaptive.signals import NO_SIGNALS, Signals, is_queue_growing, read_signals
from ...domain.adaptive.situation import RunAt, RunEvery, Situation, TakeBack, Verdict
from ...domain.engine.planned_job import PlannedJob
from ...domain.errors import InvalidArguments
from .analyst import AnalysisTask
from .ports import AnalysisPorts
from .read_run_health import read_run_health
from .session_tools import SessionTools

RULES_NAME = "rules"
_MINUTE, _MILLISECOND = timedelta(minutes=1), timedelta(milliseconds=1)
_FRESH = timedelta(minutes=15)
"""How old an answer may be in any case and still tell how things are now; else two gaps of the baseline."""

_DAY = timedelta(hours=24)
_TREND_READ = 3


class RulesAnalyst:
    """The `Analyst` port, by the rules of the domain; it makes at most four calls."""

    name = RULES_NAME
    costs_tokens = False

    def __init__(self, ports: AnalysisPorts) -> None:
        self._ports = ports

    async def analyse(self, task: AnalysisTask) -> None:
        """Do what the first rule that holds says, and submit why.

        Raises:
            CronlyticError: as `SessionTools.call`.
        """
        situation = await self._read_situation(task)
        verdict = decide(situation)
        taken = await _act(task.tools, verdict)
        job = await self._ports.store.get_job(task.job_id)
        await task.tools.call(
            "submit_analysis",
            {
                "reasoning": verdict.reason,
                "next_analysis_in_ms": _choose_delay(job, verdict, self._ports.clock.now()),
                "actions_taken": taken,
                "confidence": verdict.confidence.value,
            },
        )

    async def _read_situation(self, task: AnalysisTask) -> Situation:
        ports, now = self._ports, self._ports.clock.now()
        job = await ports.store.get_job(task.job_id)
        health = await read_run_health(ports.store, ports.clock, task.job_id)
        paces = _read_paces(job, now)
        signals, answered_at, growing = NO_SIGNALS, None, False
        if health.day.runs and paces is not None and not job.paused and job.pause is None:
            latest = await task.tools.call("get_latest_response", {})
            answered_at = _read_start(latest.result)
            if answered_at is not None and now - answered_at <= max(_FRESH, paces.usual * 2):
                signals = _read_body(latest.result)
        if signals.queue_depth is not None:
            history = await task.tools.call("get_response_history", {"limit": _TREND_READ})
            growing = is_queue_growing(_read_bodies(history.result.get("responses")))
        return Situation(job, health, now, paces, signals, answered_at, growing)


def _read_paces(job: PlannedJob, now: datetime) -> Paces | None:
    try:
        return read_paces(job, now)
    except InvalidArguments:
        return None


def _read_start(response: Mapping[str, object]) -> datetime | None:
    at = response.get("at")
    return datetime.fromisoformat(at) if isinstance(at, str) else None


def _read_body(response: Mapping[str, object]) -> Signals:
    body = response.get("untrusted_body")
    return read_signals(body if isinstance(body, str) else None)


def _read_bodies(responses: object) -> Sequence[Signals]:
    if not isinstance(responses, Sequence):
        return ()
    return [_read_body(response) for response in responses if isinstance(response, Mapping)]


async def _act(tools: SessionTools, verdict: Verdict) -> list[str]:
    """Do what a rule says; return the names of the calls that were taken."""
    if verdict.measure is None:
        return []
    tool, arguments = _write_call(verdict.measure)
    answer = await tools.call(tool, {**arguments, "reason": verdict.reason})
    return [] if answer.refused else [tool]


def _write_call(measure: RunEvery | RunAt | TakeBack) -> tuple[str, dict[str, object]]:
    match measure:
        case RunEvery(interval=interval, ttl=ttl):
            return "propose_interval", {"interval_ms": interval // _MILLISECOND, **_last(ttl)}
        case RunAt(at=at, ttl=ttl):
            return "propose_next_time", {"next_run_at": at.isoformat(), **_last(ttl)}
        case TakeBack():
            return "clear_hints", {}


def _last(ttl: timedelta) -> dict[str, object]:
    return {"ttl_minutes": ttl / _MINUTE}


def _choose_delay(job: PlannedJob, verdict: Verdict, now: datetime) -> int | None:
    """Return when to look again in ms: not before there is another run to look at."""
    if verdict.review is None:
        return None
    upcoming = timedelta() if job.plan is None or job.paused else job.plan.due_at - now + _MINUTE
    return min(max(verdict.review, upcoming), _DAY) // _MILLISECOND
