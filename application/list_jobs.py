"""Look at the jobs, filtered, sorted and page by page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ..domain.engine.job_query import JobOrder, JobPosition, JobQuery
from ..domain.errors import InvalidArguments, Problem
from ..domain.job import Job, JobStatus
from .argument_checks import find_choice_problem, find_range_problem, refuse
from .cursor import InvalidCursor, SortKey, read_cursor, write_cursor
from .job_filter import JobFilter
from .job_pages import JobPages, find_pages, read_position, sort_key
from .ports import JobGateway

PAGE_LIMIT = 100
DEFAULT_LIMIT = 20
SORTS = tuple(JobOrder)


@frozen
class JobPage:
    """Some jobs, how many match in all, and the cursor of the next page if there is one."""

    jobs: tuple[Job, ...]
    total: int
    next_cursor: str | None


@frozen
class _Place:
    """Where a page starts: right after the job with this sort key and id."""

    key: SortKey
    job_id: str
    position: JobPosition


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
    query, order = (status, name, sort), JobOrder(sort)
    after = None if cursor is None else _read(cursor, query, order)
    if pages := find_pages(gateway):
        found, total = await _ask(pages, wanted, order, limit, after)
    else:
        found, total = _select(await gateway.list(), wanted, order, limit, after)
    page = tuple(found[:limit])
    next_cursor = (
        write_cursor(query, (sort_key(page[-1], order), page[-1].job_id)) if len(found) > limit else None
    )
    return JobPage(page, total, next_cursor)


async def _ask(
    pages: JobPages, wanted: JobFilter, order: JobOrder, limit: int, after: _Place | None
) -> tuple[Sequence[Job], int]:
    """Return the page and the job after it, if there is one, and how many match."""
    query = JobQuery(
        limit + 1,
        order,
        None if wanted.status is None else JobStatus(wanted.status),
        (wanted.name or "").casefold(),
        None if after is None else after.position,
    )
    listing = await pages.page_jobs(query)
    return [planned.job for planned in listing.jobs], listing.total


def _select(
    jobs: Sequence[Job], wanted: JobFilter, order: JobOrder, limit: int, after: _Place | None
) -> tuple[Sequence[Job], int]:
    """As `_ask`, out of all jobs."""
    matching = sorted((sort_key(job, order), job.job_id, job) for job in jobs if wanted.matches(job))
    place = None if after is None else (after.key, after.job_id)
    rest = [job for key, job_id, job in matching if place is None or (key, job_id) > place]
    return rest[: limit + 1], len(matching)


def _check(wanted: JobFilter, sort: str, limit: int) -> Iterator[Problem]:
    yield from wanted.find_problems()
    yield from find_choice_problem("sort", sort, SORTS)
    yield from find_range_problem("limit", limit, 1, PAGE_LIMIT)


def _read(cursor: str, query: tuple[str | None, ...], order: JobOrder) -> _Place:
    try:
        key, job_id = read_cursor(cursor, query)
        return _Place(key, job_id, read_position(key, job_id, order))
    except InvalidCursor:
        message = (
            "is not a next_cursor of these arguments; call list_jobs again without cursor, "
            "then go on with the same status, name and sort."
        )
        problem = Problem("cursor", "cursor", message, "the next_cursor of the previous answer")
        raise InvalidArguments([problem]) from None
