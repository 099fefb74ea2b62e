"""End an analysis with what was found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from ...domain.adaptive import analysis
from ...domain.adaptive.next_analysis import MAX_DELAY_MS, MIN_DELAY_MS
from ...domain.adaptive.session import Confidence
from .ports import AnalysisPorts
from .session_call import Answer, read_session_job, step_in_session


async def submit_analysis(
    ports: AnalysisPorts,
    session_id: str,
    *,
    reasoning: str,
    next_analysis_in_ms: int | None = None,
    actions_taken: Sequence[str] = (),
    confidence: Confidence | None = None,
) -> Answer:
    """End a session, and choose when the job is analysed next: with its next baseline run if left out.

    Raises:
        CronlyticError: as `call_in_session`.
    """
    found = await read_session_job(ports, session_id)
    decide = partial(
        analysis.submit_analysis,
        reasoning=found.mask(reasoning),
        now=ports.clock.now(),
        next_analysis_in_ms=next_analysis_in_ms,
        actions_taken=[found.mask(action) for action in actions_taken],
        confidence=confidence,
    )
    answer = await step_in_session(ports, session_id, decide)
    return Answer(
        answer.session, {**answer.result, "message": _tell_next(answer.result, next_analysis_in_ms)}
    )


def _tell_next(result: Mapping[str, object], asked_ms: int | None) -> str:
    said = f"The job is analysed next at {result['next_analysis_at']}, or before that when its state changes."
    if not result["clamped"]:
        return said
    bounds = f"{MIN_DELAY_MS} to {MAX_DELAY_MS}"
    if asked_ms is None:
        return f"{said} The gap to its next baseline run was brought within {bounds} ms."
    return f"{said} The {asked_ms} ms that were asked for are outside {bounds} and were brought within it."
