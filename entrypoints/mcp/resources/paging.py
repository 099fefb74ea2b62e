"""The list of resources, page by page, from a backend that may be down when a client starts."""

from __future__ import annotations

from datetime import datetime

import anyio
from attrs import frozen
from mcp_types import Resource

from ....application.call import allowing_cached_reads
from ....application.list_jobs import JobPage, list_jobs
from ....application.ports import JobGateway
from ....domain.errors import CronlyticError, InvalidArguments, Problem, ServiceUnavailable
from .listing import list_job_resources, list_static_resources

JOBS_A_PAGE = 45
"""Each has at most two entries of under 260 characters, and a page is to be no longer than an answer."""

LIST_SECONDS = 5.0
"""After this time a client gets the resources that need no backend."""


@frozen
class ResourcePage:
    """Some resources. problem: why the jobs are not among them. as_of: when it was so, where it is stale."""

    resources: list[Resource]
    next_cursor: str | None = None
    problem: CronlyticError | None = None
    as_of: datetime | None = None


async def read_page(gateway: JobGateway, cursor: str | None) -> ResourcePage:
    """Return the page after a cursor; the first one begins with what is always there, then come the jobs.

    Clients list resources when they start, so the first page comes in any case.

    Raises:
        InvalidArguments: the cursor is none of ours.
        CronlyticError: the jobs of a further page cannot be had.
    """
    static = list_static_resources() if cursor is None else []
    with allowing_cached_reads() as reads:
        try:
            page = await _list_jobs(gateway, cursor)
        except InvalidArguments:
            message = "is no nextCursor of this list; call resources/list again without cursor."
            raise InvalidArguments([Problem("cursor", "cursor", message, "the nextCursor before")]) from None
        except CronlyticError as error:
            if cursor is not None:
                raise
            return ResourcePage(static, problem=error)
    return ResourcePage([*static, *list_job_resources(page.jobs)], page.next_cursor, as_of=reads.as_of)


async def _list_jobs(gateway: JobGateway, cursor: str | None) -> JobPage:
    try:
        with anyio.fail_after(LIST_SECONDS):
            return await list_jobs(gateway, limit=JOBS_A_PAGE, cursor=cursor)
    except TimeoutError:
        raise ServiceUnavailable(f"no answer within {LIST_SECONDS:g} s") from None
