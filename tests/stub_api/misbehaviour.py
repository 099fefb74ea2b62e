"""How a fault is done to a request on the wire."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable
from contextlib import suppress

from aiohttp import web

from .faults import Fault

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def misbehave(
    fault: Fault, request: web.Request, handler: Handler, closing: asyncio.Event
) -> web.StreamResponse:
    """Do `fault` to `request`; a hanging one ends when the stub is `closing`."""
    if fault.delay and fault.ending != "drip":
        await _pause(fault.delay, closing)
    done = await handler(request) if fault.commit else None
    answer = _choose_answer(fault, done)
    if fault.ending == "answer":
        return answer
    if fault.ending == "hang":
        await closing.wait()
    elif fault.ending == "garble":
        _transport(request).write(b"\x00 this is no HTTP \r\n\r\n")
        _transport(request).close()
    elif fault.ending == "drip":
        return await _drip(request, answer, fault.delay, closing)
    elif fault.ending == "truncate":
        await _send_half(request, answer)
        _abort(request)
    else:
        _abort(request)
    return web.Response()  # nobody is there any more to read it


def _choose_answer(fault: Fault, done: web.StreamResponse | None) -> web.Response:
    if fault.status is None and isinstance(done, web.Response):
        return done
    headers = {"Content-Type": "application/json", **fault.headers}
    return web.Response(status=fault.status or 200, headers=headers, body=fault.body.encode())


async def _pause(seconds: float, closing: asyncio.Event) -> None:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await closing.wait()


async def _drip(
    request: web.Request, answer: web.Response, pause: float, closing: asyncio.Event
) -> web.StreamResponse:
    stream = web.StreamResponse(status=answer.status, headers=answer.headers)
    await stream.prepare(request)
    body = answer.body
    assert isinstance(body, bytes)
    with suppress(ConnectionResetError):  # a client that has gone misses the rest
        for position in range(len(body)):
            await _pause(pause, closing)
            await stream.write(body[position : position + 1])
        await stream.write_eof()
    return stream


async def _send_half(request: web.Request, answer: web.Response) -> None:
    body = answer.body
    assert isinstance(body, bytes)
    stream = web.StreamResponse(status=answer.status, headers=answer.headers)
    stream.content_length = len(body) + 1
    await stream.prepare(request)
    await stream.write(body[: len(body) // 2])


def _transport(request: web.Request) -> asyncio.Transport:
    transport = request.transport
    assert isinstance(transport, asyncio.Transport)
    return transport


def _abort(request: web.Request) -> None:
    # With a linger of zero seconds the kernel sends RST instead of an orderly FIN.
    connection = _transport(request).get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    _transport(request).abort()
