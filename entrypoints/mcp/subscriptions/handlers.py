"""Answers ``resources/subscribe`` and ``unsubscribe`` (2025), and ``subscriptions/listen`` (2026)."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from mcp.server.context import ServerRequestContext
from mcp.shared.exceptions import MCPError
from mcp_types import (
    INVALID_PARAMS,
    EmptyResult,
    SubscribeRequestParams,
    SubscriptionFilter,
    SubscriptionsListenRequestParams,
    SubscriptionsListenResult,
    UnsubscribeRequestParams,
)

from ...services import Services
from ..connection import Connection

if TYPE_CHECKING:
    from mcp.server.subscriptions import ListenHandler

    from ..resources.addresses import Address
    from .session import SessionSubscriptions

Context = ServerRequestContext[Connection, Any]


class SubscriptionHandlers:
    """The handlers of one server; what they need is imported with the first request.

    While a client is subscribed to something that changes with the jobs, they are watched.
    """

    def __init__(self, services: Services) -> None:
        self._services = services

    async def subscribe(self, context: Context, params: SubscribeRequestParams) -> EmptyResult:
        """Tell this session of each change to a resource from now on.

        Raises:
            MCPError: the URI names nothing, or the session has too many subscriptions.
        """
        from .session import MOST_URIS, TooManySubscriptions

        address = _read(context, params.uri)
        try:
            await self._of(context).add(address)
        except TooManySubscriptions:
            message = (
                f"This session has {MOST_URIS} subscriptions, and none may have more; end some, or subscribe "
                "to cronlytic://jobs, which changes with every job."
            )
            raise MCPError(code=INVALID_PARAMS, message=message) from None
        return EmptyResult()

    async def unsubscribe(self, context: Context, params: UnsubscribeRequestParams) -> EmptyResult:
        """Tell this session of a resource no more.

        Raises:
            MCPError: the URI names nothing.
        """
        address = _read(context, params.uri)
        if subscriptions := context.lifespan_context.subscriptions:
            subscriptions.remove(address)
        return EmptyResult()

    async def listen(
        self, context: Context, params: SubscriptionsListenRequestParams
    ) -> SubscriptionsListenResult:
        """Send the changes that are asked for until the client ends the request or the connection.

        What is acknowledged leaves out the URIs that name nothing.
        """
        wanted = _leave_out_unknown(params.notifications)
        known = params.model_copy(update={"notifications": wanted})
        if _changes_with_jobs(wanted):
            async with self._services.watch.watching():
                return await self._streams(context, known)
        return await self._streams(context, known)

    def _of(self, context: Context) -> SessionSubscriptions:
        from .session import SessionSubscriptions

        connection = context.lifespan_context
        if connection.subscriptions is None:
            services = self._services
            connection.subscriptions = SessionSubscriptions(context.session, services.events, services.watch)
            connection.tasks.start_soon(connection.subscriptions.run)
        return connection.subscriptions

    @cached_property
    def _streams(self) -> ListenHandler:
        from mcp.server.subscriptions import ListenHandler

        from .changes import ResourceChanges

        return ListenHandler(ResourceChanges(self._services.events))


def _read(context: Context, uri: str) -> Address:
    from ....domain.errors import InvalidArguments
    from ..resources.addresses import parse_uri
    from ..resources.refusals import refuse_uri, refuse_with

    try:
        address = parse_uri(uri)
    except InvalidArguments as error:
        raise refuse_with(context, error, uri) from None
    if address is None:
        raise refuse_uri(context, uri)
    return address


def _leave_out_unknown(wanted: SubscriptionFilter) -> SubscriptionFilter:
    known = [uri for uri in wanted.resource_subscriptions or () if _find_address(uri)]
    return wanted.model_copy(update={"resource_subscriptions": known or None})


def _changes_with_jobs(wanted: SubscriptionFilter) -> bool:
    addresses = map(_find_address, wanted.resource_subscriptions or ())
    return bool(wanted.resources_list_changed) or any(each and each.kind.is_live for each in addresses)


def _find_address(uri: str) -> Address | None:
    from ....domain.errors import InvalidArguments
    from ..resources.addresses import parse_uri

    try:
        return parse_uri(uri)
    except InvalidArguments:
        return None
