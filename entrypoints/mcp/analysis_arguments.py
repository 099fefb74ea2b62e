"""The arguments that the tools of an analysis share."""

from __future__ import annotations

from .argument import Argument
from .schema import TEXT, described

SESSION_ID = Argument(
    "session_id",
    described(TEXT, "From start_analysis"),
    "5d0c3a1e9b7f4c628e15a0d4f2b36c79",
    where_from="Call start_analysis with the job_id first; its answer has the session_id.",
)
REASON = Argument(
    "reason", described(TEXT, "Why, for a person; it is kept"), "The queue grows by 200 an hour."
)


def ttl_minutes(default: int) -> Argument:
    """Return how long a hint lasts."""
    schema = {
        "type": "number",
        "exclusiveMinimum": 0,
        "default": default,
        "description": "The hint ends by itself after this; at most 1440",
    }
    return Argument("ttl_minutes", schema, str(default))
