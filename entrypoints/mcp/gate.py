"""What a client may have under way, and how large its requests and our refusals may be."""

from __future__ import annotations

import json
from collections.abc import AsyncIterable, AsyncIterator
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from mcp.shared.dispatcher import as_request_id, coerce_request_id
from mcp.shared.message import SessionMessage
from mcp_types import (
    INVALID_REQUEST,
    ErrorData,
    JSONRPCError,
    JSONRPCNotification,
    JSONRPCRequest,
    JSONRPCResponse,
    RequestId,
)

if TYPE_CHECKING:
    from .eras import Incoming, Outgoing

MOST_REQUESTS = 256
LONGEST_NAME = 256
"""Characters of an id and of a method, because answers and log lines repeat them."""
MOST_VALUES = 10_000
"""Values within the parameters of a request: a few megabytes of text can hold millions of them."""
OVERLOADED = -32005
"""The JSON-RPC error code, out of those that a server may define, for too many requests at once."""

_MESSAGE_LIMIT = 500
_DATA_LIMIT = 8000


class Gate:
    """Lets requests in one by one and answers out, and refuses what no client needs.

    It is the write stream of the server behind it. A client that reads no answers is not read either,
    so that they do not pile up.
    """

    def __init__(self, write: Outgoing) -> None:
        self._write = write
        self._under_way: list[RequestId] = []

    async def admit(self, read: AsyncIterable[Incoming]) -> AsyncIterator[Incoming]:
        """Yield what is let in of `read`; a request that is not is answered here."""
        async for item in read:
            match item:
                case SessionMessage(message=JSONRPCRequest() as request):
                    if refusal := self._find_refusal(request):
                        await self._refuse(request, refusal)
                        continue
                    self._under_way.append(coerce_request_id(request.id))
                case SessionMessage(message=JSONRPCNotification(method="notifications/cancelled") as told):
                    # A cancelled request is never answered.
                    self._end(as_request_id((told.params or {}).get("requestId")))
                case SessionMessage(message=JSONRPCNotification(method=method)) if _is_too_long(method):
                    continue
            yield item

    async def send(self, item: SessionMessage) -> None:
        """Let a message out; an error that repeats too much of what a client sent without that."""
        message = item.message
        if isinstance(message, JSONRPCError):
            item = SessionMessage(_shorten(message), item.metadata)
        await self._write.send(item)
        if isinstance(message, JSONRPCResponse | JSONRPCError):
            self._end(message.id)

    async def aclose(self) -> None:
        """Close the way out."""
        await self._write.aclose()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    def _find_refusal(self, request: JSONRPCRequest) -> ErrorData | None:
        if _is_too_long(request.id) or _is_too_long(request.method):
            message = f"id and method have at most {LONGEST_NAME} characters."
            return ErrorData(code=INVALID_REQUEST, message=message)
        if _has_too_many_values(request.params):
            message = f"The parameters hold over {MOST_VALUES} values, more than any call needs; send less."
            return ErrorData(code=INVALID_REQUEST, message=message)
        if len(self._under_way) >= MOST_REQUESTS:
            message = f"{MOST_REQUESTS} requests are under way; wait for their answers, then call again."
            return ErrorData(code=OVERLOADED, message=message)
        return None

    async def _refuse(self, request: JSONRPCRequest, refusal: ErrorData) -> None:
        request_id = None if _is_too_long(request.id) else request.id
        await self._write.send(SessionMessage(JSONRPCError(jsonrpc="2.0", id=request_id, error=refusal)))

    def _end(self, request_id: RequestId | None) -> None:
        if request_id is not None and (key := coerce_request_id(request_id)) in self._under_way:
            self._under_way.remove(key)


def _is_too_long(name: RequestId) -> bool:
    return isinstance(name, str) and len(name) > LONGEST_NAME


def _has_too_many_values(parameters: Any) -> bool:
    unseen, count = [parameters], 0
    while unseen and count <= MOST_VALUES:
        value = unseen.pop()
        if isinstance(value, dict | list):
            count += len(value)
            unseen += (value.values() if isinstance(value, dict) else value) if count <= MOST_VALUES else ()
    return count > MOST_VALUES


def _shorten(message: JSONRPCError) -> JSONRPCError:
    error = message.error
    if len(error.message) <= _MESSAGE_LIMIT and len(json.dumps(error.data)) <= _DATA_LIMIT:
        return message
    shortened = ErrorData(code=error.code, message=error.message[:_MESSAGE_LIMIT])
    return JSONRPCError(jsonrpc="2.0", id=message.id, error=shortened)
