"""What the tools for hints on the cloud share: arguments, and JSON Schemas of what they answer."""

from __future__ import annotations

from typing import Any

from ...services import Services
from ..analysis_schema import HINTS
from ..schema import FLAG, INSTANT, TEXT, Schema, answer, described, nullable, record
from ..tool import Payload

_TIMING = record({"cron_expression": TEXT, "paused": FLAG})
_REPORT = described(
    record({"at": INSTANT, "text": TEXT}), "Why hints ended otherwise than by themselves; tell the person"
)

IN_FORCE: dict[str, Schema] = {
    "cron_expression": described(TEXT, "While the hints are in force, in UTC"),
    "paused": FLAG,
    "paused_until": nullable(INSTANT),
    "hints": HINTS,
    "original": described(_TIMING, "What returns when they end"),
    "report": _REPORT,
}

CLOUD_ANSWER = answer(
    {
        "job_id": TEXT,
        "applied": described(FLAG, "false: kept, and tried again while this server runs"),
        "next_run_at": nullable(INSTANT),
        "why": TEXT,
        **IN_FORCE,
    },
    optional=["report"],
)

IN_FORCE_RECORD = record(IN_FORCE, optional=["report"])


def tell_change(services: Services, answered: dict[str, Any]) -> Payload:
    """Return the answer of an act, with those told who watch the job."""
    services.watch.look_soon()
    return answered
