"""The MCP server: the SDK's low-level `Server` with our handlers in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.request_state import RequestStateBoundary, RequestStateSecurity
from mcp_types import (
    CallToolRequestParams,
    CallToolResult,
    InputRequiredResult,
    ListToolsResult,
    PaginatedRequestParams,
)

from ... import __version__
from ..services import Services
from .credential_check import CredentialCheck
from .failure import BugBoundary
from .instructions import describe_server
from .notices import Notices
from .person import ANSWER_SECONDS

if TYPE_CHECKING:
    from .calls import Calls
    from .registry import Registry

NAME = "cronlytic-mcp"

# The list is fixed for as long as a server lives; a client of the 2026 era may ask again that late.
_LIST_LIFETIME_MS = 300_000

Context = ServerRequestContext[Any, Any]


def build_server(
    services: Services, *, first_answer: anyio.Event | None = None, answer_seconds: float = ANSWER_SECONDS
) -> Server[None]:
    """Return a server over `services`, for any transport of the SDK.

    With `first_answer` it checks the credentials in the background once that event is set. A person
    who is asked something has `answer_seconds` to answer.
    """
    notices = Notices()
    check = CredentialCheck(services, notices, first_answer) if first_answer else None

    @asynccontextmanager
    async def lifespan(_server: Server[None]) -> AsyncIterator[None]:
        async with anyio.create_task_group() as tasks:
            if check:
                tasks.start_soon(check.run)
            yield
            tasks.cancel_scope.cancel()

    handlers = _Handlers(services, notices, check, answer_seconds)
    server = Server(
        NAME,
        version=__version__,
        title="Cronlytic",
        instructions=describe_server(services.backend),
        lifespan=lifespan,
        cache_hints={"tools/list": CacheHint(ttl_ms=_LIST_LIFETIME_MS)},
        on_list_tools=handlers.list_tools,
        on_call_tool=handlers.call_tool,
    )
    # What a question carries from one call to the next is sealed with a key of this process.
    security = RequestStateSecurity.ephemeral(ttl=answer_seconds)
    server.middleware += [BugBoundary(services.log), RequestStateBoundary(security, default_audience=NAME)]
    return server


class _Handlers:
    """The requests that need the tools, which are imported when the first of them comes."""

    def __init__(
        self, services: Services, notices: Notices, check: CredentialCheck | None, answer_seconds: float
    ) -> None:
        self._services = services
        self._notices = notices
        self._check = check
        self._answer_seconds = answer_seconds

    async def list_tools(self, _context: Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return self._registry.describe()

    async def call_tool(
        self, context: Context, params: CallToolRequestParams
    ) -> CallToolResult | InputRequiredResult:
        return await self._calls.answer(context, params)

    @cached_property
    def _registry(self) -> Registry:
        from .registry import Registry

        return Registry()

    @cached_property
    def _calls(self) -> Calls:
        from .calls import Calls

        return Calls(self._registry, self._services, self._notices, self._check, self._answer_seconds)
