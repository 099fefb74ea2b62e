"""Both protocol eras on one connection, for as long as the client has not decided.

The SDK locks a connection to the era of its first request. A client that asks ``server/discover``
and then falls back to ``initialize``, as real ones do when a start is slow, would be refused; so
discovery is answered here, before the lock. The 2026 protocol allows both in one process.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Mapping
from contextlib import asynccontextmanager
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import anyio
from attrs import Factory, frozen
from mcp.server.lowlevel import Server
from mcp.server.runner import modern_error_data, modern_on_request
from mcp.shared.dispatcher import CallOptions
from mcp.shared.exceptions import NoBackChannelError
from mcp.shared.inbound import InboundLadderRejection, classify_inbound_request
from mcp.shared.message import SessionMessage
from mcp.shared.transport_context import TransportContext
from mcp_types import (
    PROTOCOL_VERSION_META_KEY,
    ErrorData,
    JSONRPCError,
    JSONRPCRequest,
    JSONRPCResponse,
    RequestId,
)

if TYPE_CHECKING:
    from mcp.shared._stream_protocols import WriteStream

    Outgoing = WriteStream[SessionMessage]

Incoming = SessionMessage | Exception

_TRANSPORT = TransportContext(kind="stdio", can_send_request=False)


@asynccontextmanager
async def unlocked_discover(
    server: Server[Any], read: AsyncIterable[Incoming], write: Outgoing
) -> AsyncIterator[Messages]:
    """Yield what `read` gives, without the requests for discovery that come before the era is decided."""
    async with Messages(_pass_on(server, read, write)) as messages:
        yield messages


class Messages:
    """An asynchronous generator as the stream that the SDK reads: no task and no buffer in between."""

    def __init__(self, messages: AsyncGenerator[Incoming, None]) -> None:
        self._messages = messages

    async def receive(self) -> Incoming:
        """Return the next message.

        Raises:
            anyio.EndOfStream: there is none.
        """
        try:
            return await anext(self._messages)
        except StopAsyncIteration:
            raise anyio.EndOfStream from None

    async def aclose(self) -> None:
        """Read no further."""
        await self._messages.aclose()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Incoming:
        return await anext(self._messages)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


async def _pass_on(
    server: Server[Any], read: AsyncIterable[Incoming], write: Outgoing
) -> AsyncGenerator[Incoming, None]:
    undecided = True
    async for item in read:
        request = item.message if isinstance(item, SessionMessage) else None
        if undecided and isinstance(request, JSONRPCRequest):
            if _is_discovery(request):
                await write.send(SessionMessage(await _discover(server, request)))
                continue
            undecided = False
        yield item


def _is_discovery(request: JSONRPCRequest) -> bool:
    meta = (request.params or {}).get("_meta")
    return (
        request.method == "server/discover"
        and isinstance(meta, Mapping)
        and PROTOCOL_VERSION_META_KEY in meta
    )


async def _discover(server: Server[Any], request: JSONRPCRequest) -> JSONRPCResponse | JSONRPCError:
    route = classify_inbound_request({"method": request.method, "params": request.params})
    if isinstance(route, InboundLadderRejection):
        refusal = ErrorData(code=route.code, message=route.message, data=route.data)
        return JSONRPCError(jsonrpc="2.0", id=request.id, error=refusal)
    try:
        result = await modern_on_request(server, None)(_Alone(request.id), request.method, request.params)
    except Exception as error:  # noqa: BLE001 - the SDK turns any into what may leave the process
        return JSONRPCError(jsonrpc="2.0", id=request.id, error=modern_error_data(error))
    return JSONRPCResponse(jsonrpc="2.0", id=request.id, result=result)


@frozen
class _Alone:
    """The SDK's context of a request that talks to nobody while it is answered."""

    request_id: RequestId | None
    transport: TransportContext = _TRANSPORT
    can_send_request: bool = False
    message_metadata: None = None
    cancel_requested: anyio.Event = Factory(anyio.Event)

    async def send_raw_request(
        self, method: str, _params: Mapping[str, Any] | None, _options: CallOptions | None = None
    ) -> dict[str, Any]:
        raise NoBackChannelError(method)

    async def notify(
        self, method: str, params: Mapping[str, Any] | None, opts: CallOptions | None = None
    ) -> None:
        """Send nothing."""

    async def progress(self, progress: float, total: float | None = None, message: str | None = None) -> None:
        """Report nothing."""
