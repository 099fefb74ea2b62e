"""Write jobs down as documents that another backend takes, secrets left out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ..domain.errors import InvalidArguments, Problem
from ..domain.job import Job
from ..domain.portability.concealment import ConcealedJobs, conceal
from ..domain.portability.document import Document, PortableJob, write_document
from ..domain.portability.references import escape, map_texts, references_of
from .argument_checks import find_range_problem, refuse
from .cursor import InvalidCursor, SortKey, read_cursor, write_cursor
from .job_filter import JobFilter
from .ports import JobGateway

PAGE_LIMIT = 50

_QUERY = "export_jobs"


@frozen
class ExportPage:
    """Some documents, the variables that they refer to, how many jobs match, and the next page's cursor."""

    documents: tuple[Document, ...]
    variables: tuple[str, ...]
    total: int
    next_cursor: str | None


async def export_jobs(gateway: JobGateway) -> ConcealedJobs:
    """Return all jobs as documents, by name, and the values of the variables that stand for their secrets.

    The same jobs give the same documents and variables, whatever order the backend has them in.

    Raises:
        CronlyticError: whatever the gateway raises.
    """
    return _export(await _list(gateway))


async def export_page(
    gateway: JobGateway, *, name: str | None = None, limit: int = PAGE_LIMIT, cursor: str | None = None
) -> ExportPage:
    """Return up to `limit` (1-50) of the documents, those whose names have `name` as a part.

    A page starts after the last job of the page that gave `cursor`. Variables have the names that they have
    in an export of everything.

    Raises:
        InvalidArguments: an argument is out of its range, or the cursor is not for these arguments.
        CronlyticError: whatever else the gateway raises.
    """
    wanted = JobFilter(None, name)
    refuse((*wanted.find_problems(), *find_range_problem("limit", limit, 1, PAGE_LIMIT)))
    query = (_QUERY, name)
    place = None if cursor is None else _read(cursor, query)
    jobs = await _list(gateway)
    pairs = zip(jobs, _export(jobs).documents, strict=True)
    matching = [(job, document) for job, document in pairs if wanted.matches(job)]
    rest = [(job, document) for job, document in matching if place is None or _place(job) > place]
    documents = tuple(document for _, document in rest[:limit])
    next_cursor = write_cursor(query, _place(rest[limit - 1][0])) if len(rest) > limit else None
    return ExportPage(documents, references_of(documents), len(matching), next_cursor)


async def _list(gateway: JobGateway) -> Sequence[Job]:
    return sorted(await gateway.list(), key=_place)


def _place(job: Job) -> tuple[SortKey, str]:
    return (False, job.spec.name.casefold()), job.job_id


def _export(jobs: Sequence[Job]) -> ConcealedJobs:
    return conceal(_write(jobs))


def _write(jobs: Sequence[Job]) -> Iterator[Document]:
    for job in jobs:
        document = write_document(PortableJob.of(job))
        yield {name: map_texts(value, escape) for name, value in document.items()}


def _read(cursor: str, query: tuple[str | None, ...]) -> tuple[SortKey, str]:
    try:
        return read_cursor(cursor, query)
    except InvalidCursor:
        message = "is not a next_cursor of these arguments; call export_jobs again without cursor."
        problem = Problem("cursor", "cursor", message, "the next_cursor of the previous answer")
        raise InvalidArguments([problem]) from None
