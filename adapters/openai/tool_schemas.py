"""The tools of a session as a chat endpoint is told of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_TTL = {"type": "number", "description": "Minutes until the hint ends by itself; at most 1440."}
_REASON = {"type": "string", "description": "Why, in a sentence for a person."}

_TOOLS: Mapping[str, tuple[str, Mapping[str, Any], tuple[str, ...]]] = {
    "propose_interval": (
        "Run the job at an interval for a while, in place of its schedule. ttl_minutes is 60 if left out.",
        {
            "interval_ms": {"type": "number", "description": "Milliseconds from one run to the next."},
            "ttl_minutes": _TTL,
            "reason": _REASON,
        },
        ("interval_ms", "reason"),
    ),
    "propose_next_time": (
        "Have the one next run at a time, sooner or later, before ttl_minutes end (30 if left out).",
        {
            "next_run_at": {"type": "string", "description": "ISO 8601 with an offset, in the future."},
            "ttl_minutes": _TTL,
            "reason": _REASON,
        },
        ("next_run_at", "reason"),
    ),
    "pause_until": (
        "Have the job not run before a time, at most 30 days ahead; null ends such a pause.",
        {
            "until": {"type": ["string", "null"], "description": "ISO 8601 with an offset, or null."},
            "reason": _REASON,
        },
        ("until", "reason"),
    ),
    "clear_hints": (
        "Take all hints back: the schedule that a person set holds at once.",
        {"reason": _REASON},
        ("reason",),
    ),
    "get_latest_response": (
        "Look at the newest finished response: body, time, status, duration.",
        {},
        (),
    ),
    "get_response_history": (
        "Look at finished responses, the newest first, each body cut at 1,000 characters; 10 usually do.",
        {
            "limit": {"type": "integer", "description": "1 to 10; 10 if left out."},
            "offset": {"type": "integer", "description": "How many newer ones to leave out."},
        },
        (),
    ),
    "get_sibling_latest_responses": (
        "Look at the other jobs of the group: last response, schedule and hints of each.",
        {},
        (),
    ),
    "submit_analysis": (
        "End the session, with when to look again.",
        {
            "reasoning": {"type": "string", "description": "What you saw and decided, for a person."},
            "next_analysis_in_ms": {
                "type": "integer",
                "description": "300000 in an incident, 1800000 recovering, 7200000 stable, 86400000 daily.",
            },
            "actions_taken": {"type": "array", "items": {"type": "string"}},
            "confidence": {"type": "string", "enum": ["high", "medium", "low"]},
        },
        ("reasoning",),
    ),
}

TOOL_SCHEMAS: tuple[dict[str, Any], ...] = tuple(
    {
        "type": "function",
        "function": {
            "name": name,
            "description": description,
            "parameters": {
                "type": "object",
                "properties": dict(properties),
                "required": list(required),
                "additionalProperties": False,
            },
        },
    }
    for name, (description, properties, required) in _TOOLS.items()
)
