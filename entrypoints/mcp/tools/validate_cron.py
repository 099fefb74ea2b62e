"""The tool ``validate_cron``."""

from __future__ import annotations

from ....application.validate_cron import MOST_RUNS, validate_cron
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..argument_check import parse_instant
from ..job_arguments import CRON_EXPRESSION, TIMEZONE
from ..schema import FLAG, INSTANT, INSTANTS, TEXT, TEXTS, answer, described, nullable, record
from ..tool import Call, Payload, Tool
from ..views import view


async def handle(call: Call) -> Payload:
    """Check the expression; one that is wrong is an answer, not an error."""
    arguments = dict(call.arguments)
    expression = arguments.pop("cron_expression")
    if "after" in arguments:
        arguments["after"] = parse_instant(arguments["after"])
    payload: Payload = view(validate_cron(call.services.clock, expression, **arguments))
    return payload


TOOL = Tool(
    name="validate_cron",
    title="Check a schedule",
    description=(
        "Check a cron expression without changing anything: valid or every problem, the numeric form, plain "
        "English, the next runs, how often it fires, and warnings about daylight saving. Needs no backend."
    ),
    toolset=Toolset.CORE,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=False,
    arguments=Arguments(
        required=(CRON_EXPRESSION,),
        optional=(
            TIMEZONE,
            Argument(
                "count",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": MOST_RUNS,
                    "description": "Number of next runs, default 5",
                },
                "5",
            ),
            Argument(
                "after",
                described(INSTANT, "Runs after this instant; now if left out"),
                "2026-03-08T00:00:00-05:00",
            ),
        ),
    ),
    answer=answer(
        {
            "valid": FLAG,
            "problems": {
                "type": "array",
                "items": record({"field": TEXT, "rule": TEXT, "message": TEXT, "example": TEXT}),
            },
            "normalized": nullable(TEXT),
            "description": nullable(TEXT),
            "timezone": TEXT,
            "next_runs": described(INSTANTS, "In the schedule's zone"),
            "next_runs_local": described(INSTANTS, "In the zone of the server's machine"),
            "warnings": TEXTS,
            "frequency": nullable(TEXT),
        }
    ),
    handle=handle,
)
