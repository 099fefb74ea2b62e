"""The target of all jobs, on loopback: it keeps what arrives, and can hold its answers back."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime

from attrs import frozen

PATIENCE = 40
"""Seconds that a test waits for what is to come soon; only a failing one waits so long."""


@frozen
class Arrival:
    """One request: which job sent it under which key, and when it came."""

    job_id: str
    key: str
    at: datetime


Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Sink:
    """`arrivals` are all requests so far; `hold` keeps answers back until `release`.

    answers: what certain jobs get instead of an ``ok``.
    """

    def __init__(self) -> None:
        self.port = 0
        self.arrivals: list[Arrival] = []
        self.unanswered = 0
        self.answers: dict[str, Answer] = {}
        self._open = asyncio.Event()
        self._open.set()
        self._changed = asyncio.Condition()

    def url(self, job_id: str) -> str:
        return f"http://127.0.0.1:{self.port}/{job_id}"

    def hold(self) -> None:
        self._open.clear()

    def release(self) -> None:
        self._open.set()

    def keys(self, job_id: str) -> list[str]:
        return [arrival.key for arrival in self.arrivals if arrival.job_id == job_id]

    async def until(self, holds: Callable[[], bool], patience: float = PATIENCE) -> None:
        """Return when something holds that an arrival or the end of a connection may change."""
        async with asyncio.timeout(patience), self._changed:
            await self._changed.wait_for(holds)

    async def until_more(self, count: int = 1) -> None:
        """Return when so many more requests have arrived."""
        enough = len(self.arrivals) + count
        await self.until(lambda: len(self.arrivals) >= enough)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
            at = datetime.now(UTC)
            headers = dict(line.split(": ", 1) for line in head[1:] if line)
            job_id = head[0].split()[1].strip("/")
            await self._note(1, Arrival(job_id, headers["Idempotency-Key"], at))
            try:
                await self.answers.get(job_id, self._answer)(reader, writer)
            finally:
                await self._note(-1)
        writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        opened = asyncio.create_task(self._open.wait())
        left = asyncio.create_task(reader.read())
        await asyncio.wait([opened, left], return_when=asyncio.FIRST_COMPLETED)
        if opened.done():
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
            await writer.drain()
        for task in (opened, left):
            task.cancel()
        await asyncio.gather(opened, left, return_exceptions=True)

    async def _note(self, unanswered: int, *arrivals: Arrival) -> None:
        async with self._changed:
            self.unanswered += unanswered
            self.arrivals += arrivals
            self._changed.notify_all()


@asynccontextmanager
async def listening() -> AsyncIterator[Sink]:
    sink = Sink()
    server = await asyncio.start_server(sink.serve, "127.0.0.1", 0, backlog=1000)
    sink.port = server.sockets[0].getsockname()[1]
    try:
        yield sink
    finally:
        sink.release()
        server.close()
