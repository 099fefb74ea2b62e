"""The tool ``events_since``."""

from __future__ import annotations

from ....application.events_since import DEFAULT_LIMIT, PAGE_LIMIT, ToldEvent, events_since
from ....domain.adaptive.event_sentence import describe_adaptation
from ....domain.engine.event import EventKind
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..job_arguments import JOB_ID
from ..result import count_fitting
from ..schema import COUNT, FLAG, INSTANT, TEXT, answer, described, nullable, one_of, record
from ..tool import Call, Payload, Tool

# What an answer holds besides its events, a notice among it.
_RESERVED_CHARACTERS = 3_000


async def handle(call: Call) -> Payload:
    """Tell what happened; where that is too long for an answer, fewer with the cursor that goes on."""
    store, arguments = call.services.engine.store, call.arguments
    page = await events_since(store, **arguments)
    fitting = max(1, count_fitting(map(_view, page.events), _RESERVED_CHARACTERS))
    if fitting < len(page.events):
        page = await events_since(store, **{**arguments, "limit": fitting})
    return {
        "events": [_view(told) for told in page.events],
        "counts": {kind.value: count for kind, count in sorted(page.counts.items())},
        "next_cursor": page.next_cursor,
        "more": page.more,
    }


def _view(told: ToldEvent) -> Payload:
    event = told.event
    data = {name: value for name, value in event.data.items() if name != "name"}
    if "fields" in data:  # under the name that the tools have for it
        data["fields"] = str(data["fields"]).replace("policy", "options")
    sentence = describe_adaptation(event)
    return {
        "at": event.at.isoformat(),
        "kind": event.kind.value,
        "job_id": event.job_id,
        "job_name": told.job_name,
        "data": data,
        **({} if sentence is None else {"sentence": sentence}),
    }


TOOL = Tool(
    name="events_since",
    title="Tell what happened",
    description=(
        "Answer what happened to jobs since a cursor, the oldest first: failures, recoveries, missed runs, "
        "changes, hints, analyses. Successful runs are only counted. Without cursor: the newest events. Keep "
        "next_cursor and give it the next time, to hear what happened meanwhile; while more is true, call "
        "again at once."
    ),
    toolset=Toolset.ENGINE,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        optional=(
            Argument(
                "cursor",
                described(TEXT, "next_cursor of an earlier answer"),
                "next_cursor of an earlier answer",
            ),
            JOB_ID,
            Argument(
                "limit",
                {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": PAGE_LIMIT,
                    "description": f"Default {DEFAULT_LIMIT}",
                },
                str(DEFAULT_LIMIT),
            ),
        )
    ),
    answer=answer(
        {
            "events": {
                "type": "array",
                "items": record(
                    {
                        "at": INSTANT,
                        "kind": one_of(tuple(EventKind)),
                        "job_id": TEXT,
                        "job_name": nullable(TEXT),
                        "data": {"type": "object"},
                        "sentence": described(TEXT, "Of hints, pauses and analyses"),
                    },
                    optional=["sentence"],
                ),
            },
            "counts": described(
                {"type": "object", "additionalProperties": COUNT}, "Events of each kind, successes among them"
            ),
            "next_cursor": TEXT,
            "more": FLAG,
        }
    ),
    handle=handle,
)
