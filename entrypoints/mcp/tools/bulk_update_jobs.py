"""The tool ``bulk_update_jobs``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....application.bulk_plan import BULK_LIMIT, BulkAction
from ....application.bulk_run import BulkEntry, Outcome
from ....application.bulk_update_jobs import BulkResult, bulk_update_jobs
from ....application.confirmation import LIFETIME_SECONDS
from ....application.job_filter import ID_LIMIT, NAME_LIMIT
from ....domain.job import JobStatus
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..failure import view_error
from ..job_arguments import CRON_EXPRESSION, TIMEZONE
from ..result import count_fitting
from ..schema import COUNT, FLAG, TEXT, TEXTS, answer, described, one_of, shapes
from ..tool import Call, Payload, Tool
from ..views import name_job

_LEFT_ALONE_SHOWN = 20
# What an answer holds besides its changes.
_RESERVED_CHARACTERS = 7_000


async def handle(call: Call) -> Payload:
    """Show what would change; with the token of that answer, change it."""
    services = call.services
    result = await bulk_update_jobs(
        services.gateway, services.clock, services.confirmations, **call.arguments, progress=call.report
    )
    changes = [_view_entry(entry) for entry in result.entries]
    fitting = count_fitting(changes, _RESERVED_CHARACTERS)
    token = {"confirmation_token": result.confirmation_token} if result.confirmation_token else {}
    omitted = list(_find_omitted(result, fitting))
    return {
        "action": result.action.value,
        "carried_out": result.carried_out,
        "message": _describe(result),
        **token,
        "changes": changes[:fitting],
        "outcomes": _count_outcomes(result),
        "remaining": result.remaining,
        "left_alone": [
            {**name_job(each.job), "reason": each.reason} for each in result.left_alone[:_LEFT_ALONE_SHOWN]
        ],
        "left_alone_count": len(result.left_alone),
        "not_found": list(result.not_found),
        **({"omitted": omitted} if omitted else {}),
    }


def _view_entry(entry: BulkEntry) -> dict[str, Any]:
    change = entry.change
    shown = {
        **name_job(change.job),
        "before": str(change.before),
        "after": str(change.after),
        "outcome": entry.outcome.value,
    }
    if entry.error is None:
        return shown
    error = view_error(entry.error)["error"]
    return {**shown, "error": {"code": error["code"], "message": error["message"]}}


def _count_outcomes(result: BulkResult) -> dict[str, int]:
    found = [entry.outcome for entry in result.entries]
    return {outcome.value: found.count(outcome) for outcome in Outcome if outcome in found}


def _describe(result: BulkResult) -> str:
    count = len(result.entries)
    if not count:
        why = "every job that matches is as wanted already" if result.left_alone else "no job matches"
        return f"Nothing to change: {why}."
    if not result.carried_out:
        shown = "this change" if count == 1 else f"these {count} changes"
        return (
            f"Nothing is changed yet. Show the person {shown}; if they agree call again with "
            "the same arguments and confirmation_token, within "
            f"{LIFETIME_SECONDS:g} seconds.{_describe_remaining(result)}"
        )
    done = sum(entry.outcome is Outcome.DONE for entry in result.entries)
    told = f"{done} of {count} jobs changed."
    if stopped := result.stopped_by:
        told += f" Stopped, because every further call would fail like this: {stopped}"
    elif done < count:
        told += " Each of the others says why in error."
    if done < count:
        told += " To go on, call again without confirmation_token: what is done is left alone then."
    return told + _describe_remaining(result)


def _describe_remaining(result: BulkResult) -> str:
    if not result.remaining:
        return ""
    more = f" {result.remaining} more jobs wait, as one call changes at most {BULK_LIMIT}"
    return f"{more}: after this, call again without confirmation_token."


def _find_omitted(result: BulkResult, fitting: int) -> Iterator[str]:
    if fitting < len(result.entries):
        hint = "the token is for all of them; narrow down by name or job_ids to see the others"
        yield f"changes: {fitting} of {len(result.entries)} fit in one answer; {hint}"
    if len(result.left_alone) > _LEFT_ALONE_SHOWN:
        hint = "narrow down by status, name or job_ids to see others"
        yield f"left_alone: {_LEFT_ALONE_SHOWN} of {len(result.left_alone)}; {hint}"


_NAMED = {"job_id": TEXT, "name": TEXT}
_CHANGES = shapes(
    {
        **_NAMED,
        "before": TEXT,
        "after": TEXT,
        "outcome": one_of(tuple(Outcome)),
        "error": {"type": "object"},
    }
)

TOOL = Tool(
    name="bulk_update_jobs",
    title="Change many jobs",
    description=(
        "Pause, resume or reschedule all jobs that match status, a part of the name, and job_ids. The first "
        "call changes nothing: it lists what would change and answers confirmation_token; the same call with "
        "the token changes exactly that, with a result per job. At most 100 jobs a call; remaining counts "
        "the rest."
    ),
    toolset=Toolset.BULK,
    writes=True,
    destructive=True,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        required=(Argument("action", one_of(tuple(BulkAction)), "pause"),),
        optional=(
            Argument("status", described(one_of(tuple(JobStatus)), "Only these"), "failed"),
            Argument(
                "name",
                {
                    **described(TEXT, "Only these: a part of the name"),
                    "minLength": 1,
                    "maxLength": NAME_LIMIT,
                },
                "backup",
            ),
            Argument(
                "job_ids",
                {
                    "type": "array",
                    "items": TEXT,
                    "minItems": 1,
                    "maxItems": ID_LIMIT,
                    "description": "Only these",
                },
                '["3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11"]',
            ),
            Argument("cron_expression", described(TEXT, "For reschedule"), CRON_EXPRESSION.example),
            Argument(
                "timezone",
                described(TEXT, "For reschedule; each job keeps its own if left out"),
                TIMEZONE.example,
            ),
            Argument(
                "confirmation_token",
                described(TEXT, "From the first call, once the person agreed"),
                "the confirmation_token of the first call",
            ),
        ),
    ),
    answer=answer(
        {
            "action": TEXT,
            "carried_out": FLAG,
            "message": described(TEXT, "What to do next"),
            "confirmation_token": TEXT,
            "changes": _CHANGES,
            "outcomes": described({"type": "object"}, "How many changes have which outcome"),
            "remaining": COUNT,
            "left_alone": shapes({**_NAMED, "reason": TEXT}),
            "left_alone_count": COUNT,
            "not_found": described(TEXTS, "Ids that no job has"),
        },
        optional=["confirmation_token"],
    ),
    handle=handle,
)
