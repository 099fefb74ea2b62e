"""Answers ``completion/complete``: what an argument of a prompt, or of a resource's URI, may be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    CompleteRequestParams,
    CompleteResult,
    Completion,
    PromptReference,
    ResourceTemplateReference,
)

from ..services import Services

if TYPE_CHECKING:
    from ...domain.job import Job
    from .prompts.prompt import Parameter

Context = ServerRequestContext[Any, Any]

VALUE_LIMIT = 100
"""The most values that the protocol lets one answer have."""

JOB_SECONDS = 2.0
"""Somebody who types waits no longer for the jobs than this."""

_LENGTH_LIMIT = 200


class CompletionHandler:
    """The handler of one server; what it needs is imported with the first request.

    Values that come from jobs are read from memory where they are known. While the backend is down there
    are those of before or none, but never an error: nobody asked for it while typing.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def complete(self, _context: Context, params: CompleteRequestParams) -> CompleteResult:
        """Return the values that begin with what was typed, in any case.

        Raises:
            MCPError: there is no such prompt or resource template, or it has no such argument.
        """
        name, typed = params.argument.name, params.argument.value.casefold()
        if isinstance(params.ref, PromptReference):
            values = await self._complete_prompt(params.ref.name, name, typed)
        else:
            values = await self._complete_uri(params.ref, name, typed)
        return CompleteResult(
            completion=Completion(
                values=list(values[:VALUE_LIMIT]), total=len(values), has_more=len(values) > VALUE_LIMIT
            )
        )

    async def _complete_uri(self, ref: ResourceTemplateReference, name: str, typed: str) -> Sequence[str]:
        from .resources.addresses import Kind

        has_engine = self._services.has_engine
        templates = [
            kind.value for kind in Kind if kind.names_a_job and (has_engine or not kind.needs_engine)
        ]
        if ref.uri not in templates:
            raise _refuse(f"There is no such resource template; there are {' and '.join(templates)}.")
        if name != "job_id":
            raise _refuse("The resource templates have one argument, job_id.")
        return _find_ids(await self._read_jobs(), typed)

    async def _complete_prompt(self, prompt: str, name: str, typed: str) -> Sequence[str]:
        from ...domain.errors import InvalidArguments
        from .prompts.catalogue import load_prompt

        try:
            parameters = load_prompt(prompt).parameters
        except InvalidArguments as error:
            raise _refuse(str(error)) from None
        if name not in parameters:
            raise _refuse(f"{prompt} has no such argument; it has {', '.join(parameters)}.")
        return await self._complete_parameter(parameters[name], typed)

    async def _complete_parameter(self, parameter: Parameter, typed: str) -> Sequence[str]:
        from ...domain.job import JobStatus
        from ...domain.secrets.masking import mask_url
        from .prompts.prompt import Kind

        match parameter.kind:
            case Kind.CHOICE:
                return [value for value in parameter.values if value.casefold().startswith(typed)]
            case Kind.JOB:
                return _find_ids(await self._read_jobs(), typed)
            case Kind.JOB_FILTER:
                offered = [*map(str, JobStatus), *_names(await self._read_jobs())]
            case Kind.SERVICE:
                # Nothing knows services; the names of jobs, which say what they are for, come next to that.
                offered = _names(await self._read_jobs())
            case Kind.URL:
                urls = {job.spec.url for job in await self._read_jobs()}
                offered = sorted(url for url in urls if mask_url(url) == url)
            case Kind.ERROR:
                offered = _list_error_codes()
            case _:
                offered = []
        return _find(typed, offered)

    async def _read_jobs(self) -> Sequence[Job]:
        from anyio import move_on_after

        from ...application.call import allowing_cached_reads
        from ...domain.errors import CronlyticError

        with move_on_after(JOB_SECONDS), allowing_cached_reads():
            try:
                return await self._services.gateway.list()
            except CronlyticError:
                return ()
        return ()


def _find_ids(jobs: Iterable[Job], typed: str) -> Sequence[str]:
    """Return the ids of jobs whose id or name begins so, by name."""
    from ...domain.job import JOB_ID

    found = [
        (job.spec.name.casefold(), job.job_id)
        for job in jobs
        if job.job_id.casefold().startswith(typed) or job.spec.name.casefold().startswith(typed)
    ]
    return [job_id for _, job_id in sorted(found) if JOB_ID.fullmatch(job_id)]


def _find(typed: str, values: Iterable[str]) -> Sequence[str]:
    """Return the values that begin so and are shown as they are."""
    from ...domain.untrusted import clean_text

    return [
        value
        for value in values
        if value.casefold().startswith(typed) and clean_text(value, _LENGTH_LIMIT) == value
    ]


def _names(jobs: Iterable[Job]) -> list[str]:
    """Return the names that jobs have, each once."""
    return sorted({job.spec.name for job in jobs}, key=str.casefold)


def _list_error_codes() -> list[str]:
    """Return the codes of all errors that a tool may answer with."""
    from importlib import import_module
    from pkgutil import walk_packages

    from ... import domain
    from ...domain.errors import CronlyticError

    found: set[str] = set()
    for module in walk_packages(domain.__path__, f"{domain.__name__}."):
        if module.name.endswith(".errors"):
            kinds = vars(import_module(module.name)).values()
            found |= {
                kind.code for kind in kinds if isinstance(kind, type) and issubclass(kind, CronlyticError)
            }
    return sorted(found - {CronlyticError.code})


def _refuse(message: str) -> MCPError:
    return MCPError(code=INVALID_PARAMS, message=message)
