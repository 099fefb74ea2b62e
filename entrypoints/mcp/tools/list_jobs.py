"""The tool ``list_jobs``."""

from __future__ import annotations

from ....application.job_filter import NAME_LIMIT
from ....application.list_jobs import DEFAULT_LIMIT, PAGE_LIMIT, SORTS, JobPage, list_jobs
from ....domain.job import JobStatus
from ...toolset import Toolset
from ..argument import Argument, Arguments
from ..job_schema import LISTED_JOB
from ..result import count_fitting
from ..schema import COUNT, TEXT, answer, described, nullable, one_of
from ..tool import Call, Payload, Tool
from ..views import view_listed_job

# What an answer holds besides its jobs, a cursor and a notice among it.
_RESERVED_CHARACTERS = 3_000


async def handle(call: Call) -> Payload:
    """List a page; if it would be too long for an answer, a shorter one with the cursor that goes on."""
    page = await list_jobs(call.services.gateway, **call.arguments)
    fitting = max(1, count_fitting(map(view_listed_job, page.jobs), _RESERVED_CHARACTERS))
    if fitting == len(page.jobs):
        return _view(page)
    shorter = await list_jobs(call.services.gateway, **{**call.arguments, "limit": fitting})
    omitted = (
        f"jobs: {fitting} of the {len(page.jobs)} asked for fit in one answer; next_cursor goes on from there"
    )
    return {**_view(shorter), "omitted": [omitted]}


def _view(page: JobPage) -> Payload:
    return {
        "jobs": [view_listed_job(job) for job in page.jobs],
        "total": page.total,
        "next_cursor": page.next_cursor,
    }


TOOL = Tool(
    name="list_jobs",
    title="List jobs",
    description=(
        "List jobs in short: id, name, schedule, status, next run. total counts all that match; if "
        "next_cursor is not null there are more: call again with it as cursor, the rest unchanged. "
        "Call get_job for one job in full."
    ),
    toolset=Toolset.CORE,
    writes=False,
    destructive=False,
    idempotent=True,
    calls_backend=True,
    arguments=Arguments(
        optional=(
            Argument("status", one_of(tuple(JobStatus)), "paused"),
            Argument(
                "name",
                {
                    **described(TEXT, "A part of the name, any case"),
                    "minLength": 1,
                    "maxLength": NAME_LIMIT,
                },
                "backup",
            ),
            Argument("sort", described(one_of(SORTS), "Default name"), "next_run_at"),
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
            Argument(
                "cursor",
                described(TEXT, "next_cursor of the answer before"),
                "the next_cursor of the answer before",
            ),
        )
    ),
    answer=answer(
        {
            "jobs": {"type": "array", "items": LISTED_JOB},
            "total": described(COUNT, "All that match, on every page"),
            "next_cursor": nullable(TEXT),
        },
        can_be_stale=True,
    ),
    handle=handle,
    can_be_stale=True,
)
