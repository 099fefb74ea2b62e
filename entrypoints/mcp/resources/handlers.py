"""Answers ``resources/list``, ``resources/templates/list`` and ``resources/read``."""

from __future__ import annotations

from typing import Any

from mcp.server.context import ServerRequestContext
from mcp_types import (
    ListResourcesResult,
    ListResourceTemplatesResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    TextResourceContents,
)

from ...services import Services

Context = ServerRequestContext[Any, Any]

PROBLEM = "cronlytic-mcp/problem"
"""In ``_meta`` of a list without jobs: the error because of which they are not there."""

AS_OF = "cronlytic-mcp/as_of"
"""In ``_meta`` of a list while the backend is down: the instant of which it is true."""

# The reader's very next call may change what is live, so nobody is told that it stays as it is.
_LIVE_MS = 0
_UPCOMING_RUNS_MS = 60_000
_FIXED_MS = 300_000


class ResourceHandlers:
    """The handlers of one server; what they need is imported with the first request."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def list_resources(
        self, context: Context, params: PaginatedRequestParams | None
    ) -> ListResourcesResult:
        """Return a page; where the backend is down, the first one all the same, which says so.

        Raises:
            MCPError: the cursor is none of ours, or a further page cannot be had.
        """
        from ....domain.errors import CronlyticError
        from ..failure import view_error
        from .paging import read_page
        from .refusals import refuse_with

        try:
            page = await read_page(self._services.gateway, params.cursor if params else None)
        except CronlyticError as error:
            raise refuse_with(context, error) from None
        meta = {}
        if page.problem:
            meta[PROBLEM] = view_error(page.problem)["error"]
            self._services.log.write("warning", "resources listed without jobs", error=page.problem.code)
        if page.as_of:
            meta[AS_OF] = page.as_of.isoformat()
        return ListResourcesResult(
            resources=page.resources, next_cursor=page.next_cursor, ttl_ms=_LIVE_MS, _meta=meta or None
        )

    async def list_templates(
        self, _context: Context, _params: PaginatedRequestParams | None
    ) -> ListResourceTemplatesResult:
        """Return the resources of which there is one for each job, in one page."""
        from .listing import list_templates

        return ListResourceTemplatesResult(
            resource_templates=list_templates(has_engine=self._services.has_engine), ttl_ms=_FIXED_MS
        )

    async def read_resource(self, context: Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        """Return what a resource holds, as JSON.

        Raises:
            MCPError: the URI names nothing, or the backend fails; its data hold our code and facts.
        """
        from ....domain.errors import CronlyticError
        from ..result import fit
        from ..scrubbing import remove_key
        from .addresses import Kind, parse_uri
        from .listing import MIME_TYPE
        from .reading import read
        from .refusals import refuse_uri, refuse_with

        try:
            address = parse_uri(params.uri)
            if address is None:
                raise refuse_uri(context, params.uri)
            payload = await read(address, self._services)
        except CronlyticError as error:
            raise refuse_with(context, error, params.uri) from None
        _, text = fit(remove_key(payload, self._services.secrets))
        lifetimes = {Kind.CRON_TEMPLATES: _UPCOMING_RUNS_MS, Kind.JOB_TEMPLATES: _FIXED_MS}
        return ReadResourceResult(
            contents=[TextResourceContents(uri=address.uri, mime_type=MIME_TYPE, text=text)],
            ttl_ms=lifetimes.get(address.kind, _LIVE_MS),
            cache_scope="private",
        )
