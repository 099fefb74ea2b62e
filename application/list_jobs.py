"""Look at the jobs, filtered, sorted and page by page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime

from attrs import frozen

from ..domain.errors import InvalidArguments, Problem
from ..domain.job import Job
from .argument_checks import find_choice_problem, find_range_problem, refuse
from .cursor import InvalidCursor, SortKey, read_cursor, write_cursor
from .job_filter import JobFilter
from .ports import JobGateway

PAGE_LIMIT = 100
DEFAULT_LIMIT = 20


@frozen
class JobPage:
    """Some jobs, how many match in all, and the cursor of the next page if there is one."""

    jobs: tuple[Job, ...]
    total: int
    next_cursor: str | None


def _instant(instant: datetime | None, direction: int) -> tuple[bool, float]:
    return (True, 0.0) if instant is None else (False, direction * instant.timestamp())


_KEYS: dict[str, Callable[[Job], SortKey]] = {
    "name": lambda job: (False, job.spec.name.casefold()),
    "status": lambda job: (False, job.status.value),
    "next_run_at": lambda job: _instant(job.next_run_at, 1),
    "last_run_at": lambda job: _instant(job.last_run_at, -1),
}
SORTS = tuple(_KEYS)


def _check(wanted: JobFilter, sort: str, limit: int) -> Iterator[Problem]:
    yield from wanted.find_problems()
    yield from find_choice_problem("sort", sort, SORTS)
    yield from find_range_problem("limit", limit, 1, PAGE_LIMIT)


async def list_jobs(
    gateway: JobGateway,
    *,
    status: str | None = None,
    name: str | None = None,
    sort: str = "name",
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> JobPage:
    """Return a page of up to `limit` (1-100) jobs that have `status` and `name` as part of theirs.

    `sort` is one of `SORTS`: names and statuses in alphabetical order, the soonest next run first,
    the latest last run first; jobs without a value come last. A page starts strictly after the last
    job of the page that gave `cursor`, so jobs that come and go meanwhile shift nothing; the other
    arguments but `limit` must stay as they were.

    Raises:
        InvalidArguments: an argument is out of its range, or the cursor is not for these arguments.
        CronlyticError: whatever else the gateway raises.
    """
    wanted = JobFilter(status, name)
    refuse(_check(wanted, sort, limit))
    query = (status, name, sort)
    after = _read(cursor, query)
    key = _KEYS[sort]
    matching = sorted((key(job), job.job_id, job) for job in await gateway.list() if wanted.matches(job))
    rest = [entry for entry in matching if after is None or entry[:2] > after]
    page = rest[:limit]
    next_cursor = write_cursor(query, page[-1][:2]) if len(rest) > limit else None
    return JobPage(tuple(job for _, _, job in page), len(matching), next_cursor)


def _read(cursor: str | None, query: tuple[str | None, ...]) -> tuple[SortKey, str] | None:
    if cursor is None:
        return None
    try:
        return read_cursor(cursor, query)
    except InvalidCursor:
        message = (
            "is not a next_cursor of these arguments; call list_jobs again without cursor, "
            "then go on with the same status, name and sort."
        )
        problem = Problem("cursor", "cursor", message, "the next_cursor of the previous answer")
        raise InvalidArguments([problem]) from None
