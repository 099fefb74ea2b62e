"""The tool ``explain_job``."""

from __future__ import annotations

from ....application.adaptive.hint_answer import show_hints
from ....application.adaptive.schedule_answer import describe_baseline
from ....application.explain_job import explain_job
from ....domain.engine.explanation import FINDINGS
from ....domain.engine.outlook import Outlook
from ....domain.engine.run import RunSource
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..argument_check import parse_instant
from ..firing import warn_of_rest
from ..job_arguments import JOB_ID
from ..run_schema import RUN, view_instant, view_run
from ..schema import INSTANT, TEXT, TEXTS, answer, described, nullable, one_of, record
from ..tool import Call, Payload, Tool


async def handle(call: Call) -> Payload:
    """Explain the job at the time, or its newest run, and what comes next."""
    services, at = call.services, call.arguments.get("at")
    found = await explain_job(
        services.engine.store,
        services.clock,
        call.arguments["job_id"],
        at=parse_instant(at) if at else None,
        retention=services.engine.retention,
    )
    payload: Payload = {
        "job_id": found.job.job_id,
        "name": found.job.spec.name,
        "at": view_instant(found.at),
        "finding": found.finding,
        "explanation": found.sentence,
        "run": None if found.run is None else view_run(found.run),
        "next": _view_outlook(found.outlook),
        "baseline": describe_baseline(found.job),
        "paused_until": view_instant(found.job.paused_until),
        "hints": show_hints(found.job.hints.in_force(services.clock.now())),
    }
    if notices := await warn_of_rest(services):
        payload["notices"] = notices
    return payload


def _view_outlook(outlook: Outlook) -> Payload:
    return {
        "at": view_instant(outlook.at),
        "starts_at": view_instant(outlook.starts_at),
        "source": None if outlook.source is None else outlook.source.value,
        "reasons": list(outlook.reasons),
    }


_SOURCE = {"type": ["string", "null"], "enum": [*map(str, RunSource), None]}

TOOL = Tool(
    name="explain_job",
    title="Explain a job's runs",
    description=(
        "Answer why a job did, or did not, run at a time (without at: its newest run), and what comes next "
        "and why: baseline, hints, jitter, backoff, limits, pause, end. Give at as the person means it, with "
        "the offset of their zone. Call it for questions such as: why did it not run last night?"
    ),
    toolset=Toolset.ENGINE,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        required=(JOB_ID,),
        optional=(
            Argument(
                "at",
                described(INSTANT, "ISO 8601 with offset; what lies within a minute counts"),
                "2026-01-15T09:00:00+01:00",
            ),
        ),
    ),
    answer=answer(
        {
            "job_id": TEXT,
            "name": TEXT,
            "at": nullable(INSTANT),
            "finding": one_of(FINDINGS),
            "explanation": TEXT,
            "run": {**RUN, "type": ["object", "null"]},
            "next": record(
                {
                    "at": described(nullable(INSTANT), "null: nothing is to come"),
                    "starts_at": nullable(INSTANT),
                    "source": _SOURCE,
                    "reasons": TEXTS,
                }
            ),
            "baseline": described(TEXT, "What a person set, in words"),
            "paused_until": described(nullable(INSTANT), "Of an analyst's pause"),
            "hints": described(
                {"type": ["object", "null"]}, "In force, by kind: interval, next_run; null: none"
            ),
        }
    ),
    handle=handle,
)
