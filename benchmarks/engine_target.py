"""What the jobs of the benchmarks call: it answers from a process of its own.

Run as a program it prints its port and serves until it is ended; an argument is how many seconds it takes
for an answer.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

ANSWER = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok"
SECONDS = float(sys.argv[1]) if __name__ == "__main__" else 0.0


class Answering(asyncio.Protocol):
    """Answers whatever ends with an empty line, and closes."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the connection to answer on."""
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._head = transport, b""

    def data_received(self, data: bytes) -> None:
        """Answer once the head of a request is whole; the requests have no body."""
        self._head += data
        if self._head.endswith(b"\r\n\r\n"):
            asyncio.get_running_loop().call_later(SECONDS, self._answer)

    def _answer(self) -> None:
        self._transport.write(ANSWER)
        self._transport.close()


async def serve() -> None:
    """Take requests for ever, as many at once as may come."""
    server = await asyncio.get_running_loop().create_server(Answering, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def slow_target(seconds: float) -> Iterator[str]:
    """Return the URL of a target that lives meanwhile, and takes so long for an answer."""
    process = subprocess.Popen([sys.executable, str(Path(__file__)), str(seconds)], stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        yield f"http://127.0.0.1:{int(process.stdout.readline())}/"
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def trivial_target() -> AbstractContextManager[str]:
    """Return the URL of a target that lives meanwhile, and answers at once."""
    return slow_target(0)


if __name__ == "__main__":
    asyncio.run(serve())
