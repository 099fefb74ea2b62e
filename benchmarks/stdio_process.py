"""A server as a process of its own, spoken to in raw JSON-RPC, so that no client library is measured too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Any, Self

OURS = (str(Path(sys.executable).with_name("cronlytic-mcp")),)
BARE = (sys.executable, str(Path(__file__).with_name("bare_server.py")))
HANDSHAKE = {
    "protocolVersion": "2025-11-25",
    "capabilities": {},
    "clientInfo": {"name": "benchmark", "version": "1"},
}


class StdioProcess:
    """One running server; a context manager that ends it with the end of its input."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str] | None = None) -> None:
        self._home = tempfile.TemporaryDirectory()
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("CRONLYTIC_", "XDG_"))
        }
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._home.name,
            env={**kept, "HOME": self._home.name, **(environment or {})},
        )
        self._next_id = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stdin.close()
        self._process.wait(timeout=10)
        self._stdout.close()
        self._home.cleanup()

    @property
    def _stdin(self) -> IO[bytes]:
        assert self._process.stdin is not None
        return self._process.stdin

    @property
    def _stdout(self) -> IO[bytes]:
        assert self._process.stdout is not None
        return self._process.stdout

    def initialize(self) -> None:
        """Shake hands, and return when the answer is there."""
        self.request("initialize", HANDSHAKE)
        self._send({"jsonrpc": "2.0", "method": "notifications/initialized"})

    def request(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Send one request and return its result."""
        [result] = self.request_together(method, [parameters])
        return result

    def request_together(self, method: str, each: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """Send several requests before reading any answer; return the results as they came."""
        waiting = set()
        for parameters in each:
            self._next_id += 1
            waiting.add(self._next_id)
            self._send({"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": parameters})
        results = []
        while waiting:
            message = json.loads(self._stdout.readline() or b'{"error": "the server is gone"}')
            if "error" in message:
                raise RuntimeError(f"{method}: {message['error']}")
            if message.get("id") in waiting:
                waiting.remove(message["id"])
                results.append(message["result"])
        return results

    def call(self, tool: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Call a tool and return its structured content, if it has any.

        Raises:
            RuntimeError: the tool answered with an error.
        """
        result = self.request("tools/call", {"name": tool, "arguments": arguments})
        if result.get("isError"):
            raise RuntimeError(f"{tool}: {result['content']}")
        content: dict[str, Any] = result.get("structuredContent", {})
        return content

    def resident_mebibytes(self) -> float:
        """The memory that the process holds now, as the system counts it."""
        status = Path(f"/proc/{self._process.pid}/statm")
        if status.exists():
            return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
        shown = subprocess.run(
            ["ps", "-o", "rss=", "-p", str(self._process.pid)], capture_output=True, check=True
        )
        return int(shown.stdout) / 1024

    def _send(self, message: Mapping[str, Any]) -> None:
        self._stdin.write(json.dumps(message).encode() + b"\n")
        self._stdin.flush()
