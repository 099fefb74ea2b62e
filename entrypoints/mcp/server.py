"""The MCP server: the SDK's low-level `Server` with our handlers in it."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
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
from .completion import CompletionHandler
from .connection import Connection
from .credential_check import CredentialCheck
from .failure import RequestBoundary
from .instructions import describe_server
from .notices import Notices
from .person import ANSWER_SECONDS
from .prompts.handlers import PromptHandlers
from .resources.handlers import ResourceHandlers
from .subscriptions.handlers import SubscriptionHandlers

if TYPE_CHECKING:
    from .calls import Calls
    from .registry import Registry

NAME = "cronlytic-mcp"

# These lists are fixed for as long as a server lives; a client of the 2026 era may ask again that late.
_FIXED_LIST = CacheHint(ttl_ms=300_000)

Context = ServerRequestContext[Any, Any]
Lifespan = Callable[[Server[Connection]], AbstractAsyncContextManager[Connection]]


def build_server(
    services: Services, *, first_answer: anyio.Event | None = None, answer_seconds: float = ANSWER_SECONDS
) -> Server[Connection]:
    """Return a server over `services`, for any transport of the SDK that runs it for each connection.

    With `first_answer` it checks the credentials in the background once that event is set. A person
    who is asked something has `answer_seconds` to answer.
    """
    notices = Notices()
    check = CredentialCheck(services, notices, first_answer) if first_answer else None

    @asynccontextmanager
    async def lifespan(_server: Server[Connection]) -> AsyncIterator[Connection]:
        async with anyio.create_task_group() as tasks:
            if check:
                tasks.start_soon(check.run)
            yield Connection(tasks)
            tasks.cancel_scope.cancel()

    server = _make_server(services, _ToolHandlers(services, notices, check, answer_seconds), lifespan)
    # What a question carries from one call to the next is sealed with a key of this process.
    security = RequestStateSecurity.ephemeral(ttl=answer_seconds)
    server.middleware += [
        RequestBoundary(services.log, services.secrets),
        RequestStateBoundary(security, default_audience=NAME),
    ]
    return server


def _make_server(services: Services, tools: _ToolHandlers, lifespan: Lifespan) -> Server[Connection]:
    """Return the SDK's server with all handlers in it; what they need is imported with the first request."""
    prompts = PromptHandlers(services, tools.names, sys.platform)
    resources = ResourceHandlers(services)
    subscriptions = SubscriptionHandlers(services)
    return Server(
        NAME,
        version=__version__,
        title="Cronlytic",
        instructions=describe_server(
            services.backend, read_only=services.read_only, toolsets=services.toolsets
        ),
        lifespan=lifespan,
        cache_hints={"tools/list": _FIXED_LIST, "prompts/list": _FIXED_LIST},
        on_list_tools=tools.list_tools,
        on_call_tool=tools.call_tool,
        on_list_prompts=prompts.list_prompts,
        on_get_prompt=prompts.get_prompt,
        on_list_resources=resources.list_resources,
        on_list_resource_templates=resources.list_templates,
        on_read_resource=resources.read_resource,
        on_subscribe_resource=subscriptions.subscribe,
        on_unsubscribe_resource=subscriptions.unsubscribe,
        on_subscriptions_listen=subscriptions.listen,
        on_completion=CompletionHandler(services).complete,
    )


class _ToolHandlers:
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

    def names(self) -> frozenset[str]:
        return frozenset(tool.name for tool in self._registry.offered)

    @cached_property
    def _registry(self) -> Registry:
        from .registry import Registry

        services = self._services
        return Registry(
            read_only=services.read_only,
            has_engine=services.has_engine,
            toolsets=services.toolsets,
            on_cloud=services.backend == "cronlytic",
            hints_on=services.hints_on,
        )

    @cached_property
    def _calls(self) -> Calls:
        from .calls import Calls

        return Calls(self._registry, self._services, self._notices, self._check, self._answer_seconds)
