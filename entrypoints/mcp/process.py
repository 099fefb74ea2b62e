"""The server as a process: one connection, on stdin and stdout."""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import AsyncIterable, AsyncIterator
from contextlib import AbstractAsyncContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

import anyio
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from ..log_stream import LogStream
from ..logging import LibraryHandler, Log
from ..services import Services
from ..settings import Settings
from ..wiring import build_services
from .ending import Ending
from .engine_start import start_engine
from .eras import Incoming, unlocked_discover
from .gate import Gate
from .hint_start import start_hint_keeper
from .lines import Lines, take_stdin
from .server import build_server
from .wire import Wire, take_stdout

if TYPE_CHECKING:
    from .eras import Outgoing

CLOSING_SECONDS = 0.5


def run(settings: Settings) -> int:
    """Serve until the client is gone, and return the exit code; a signal ends the process itself."""
    log = Log(LogStream(sys.stderr.fileno()), settings.log_level, settings.secrets)
    logging.getLogger().addHandler(LibraryHandler(log))
    for warning in settings.warnings:
        log.say(f"warning: {warning}", "warning")
    if settings.read_only:
        log.say("read-only: tools that change something are neither offered nor run.")
    if settings.backend == "memory":
        log.say("the backend is memory: jobs vanish when this server ends, and do not run.")
    if settings.backend == "local":
        log.say("the backend is local: jobs run while this server, or a worker, is at work.")
    if sys.stdin.isatty():
        log.say("an MCP client starts this command and speaks to it on stdin; end it with Ctrl-D.")
    services = build_services(settings, log)
    anyio.run(partial(_serve_stdio, services, checks_credentials=settings.backend == "cronlytic"))
    return 0


async def _serve_stdio(services: Services, *, checks_credentials: bool) -> None:
    ending = Ending()
    ending.handle_signals()
    wire = Wire(take_stdout(), ending)
    server = build_server(services, first_answer=wire.first_answer if checks_credentials else None)
    transport = stdio_server(stdin=Lines(take_stdin(), wire), stdout=wire)
    starting = [
        asyncio.create_task(start(services, wire.first_answer)) for start in (start_engine, start_hint_keeper)
    ]
    try:
        await serve(server, transport, services, ending)
    finally:
        for task in starting:
            task.cancel()


async def serve(
    server: Server[Any],
    transport: AbstractAsyncContextManager[tuple[AsyncIterable[Incoming], Outgoing]],
    services: Services,
    ending: Ending,
) -> None:
    """Serve one connection until its input or `ending` ends it, then release what `services` holds."""
    async with transport as (read, write):
        with ending.scope:
            gate = Gate(write)
            incoming = gate.admit(_until_end(read, ending))
            async with unlocked_discover(server, incoming, gate) as messages:
                await server.run(messages, gate, server.create_initialization_options())
        with anyio.move_on_after(CLOSING_SECONDS, shield=True):
            await services.close()
        ending.finish()


async def _until_end(read: AsyncIterable[Incoming], ending: Ending) -> AsyncIterator[Incoming]:
    async for item in read:
        yield item
    ending.input_ended()
