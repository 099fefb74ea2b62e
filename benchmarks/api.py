"""The stub of the Cronlytic API as a process of its own, and a client that does no more than HTTP needs."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from attrs import frozen

from tests.stub_api import API_KEY, USER_ID

ROOT = Path(__file__).resolve().parents[1]
CREDENTIALS = {"X-API-Key": API_KEY, "X-User-ID": USER_ID}


@contextmanager
def running_api() -> Iterator[str]:
    """Start the stub; gives its base URL."""
    command = [sys.executable, "-m", "tests.stub_api"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


@frozen
class KeepAliveConnection:
    """One connection to the stub that is kept open."""

    host: str
    reading: asyncio.StreamReader
    writing: asyncio.StreamWriter

    async def send(self, method: str, path: str, payload: object = None) -> Any:
        """Send a request and return the answer's JSON."""
        body = b"" if payload is None else json.dumps(payload).encode()
        headers: Mapping[str, str] = {"Host": self.host, "Content-Length": str(len(body)), **CREDENTIALS}
        lines = [
            f"{method} {path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in headers.items()),
            "",
            "",
        ]
        self.writing.write("\r\n".join(lines).encode() + body)
        head = await self.reading.readuntil(b"\r\n\r\n")
        [length] = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
        return json.loads(await self.reading.readexactly(int(length.partition(b":")[2])))


@asynccontextmanager
async def connected(base_url: str) -> AsyncIterator[KeepAliveConnection]:
    """Connect to the stub."""
    address = urlsplit(base_url)
    reading, writing = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield KeepAliveConnection(address.netloc, reading, writing)
    finally:
        writing.close()
        await writing.wait_closed()
