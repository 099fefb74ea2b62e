"""A way to a server that is cut when something is sent over it: the server gets it, its answer is lost."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


@asynccontextmanager
async def cutting_proxy(port: int, at: bytes) -> AsyncIterator[tuple[int, asyncio.Event]]:
    """Yield the port to connect to, and an event that is set while connections are cut."""
    cut = asyncio.Event()
    tasks: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        answers = asyncio.create_task(copy(far_reader, writer))
        tasks.add(answers)
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                if cut.is_set() and at in data:
                    answers.cancel()
                    await asyncio.wait([answers])
                    far_writer.write(data)
                    await far_reader.read(1)  # it is done
                    break
                far_writer.write(data)
        writer.transport.abort()
        far_writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1], cut
    finally:
        server.close()
        for task in tasks:
            task.cancel()


async def copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
