"""The real command as a process, spoken to in lines of JSON, without the SDK."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from contextlib import asynccontextmanager, suppress

# No test depends on it: a process that hangs fails its test here instead of stopping the run.
PATIENCE = 20

REPLY_LIMIT = 2**18
"""Bytes: no line that the server writes is longer, whatever it was sent."""

_META = "io.modelcontextprotocol/"
_CLIENT = {"name": "raw", "version": "1"}


class RawServer:
    """One process. `capabilities` are what the client declares."""

    def __init__(self, process: asyncio.subprocess.Process, era: str, capabilities: dict) -> None:
        self.process = process
        self.era = era
        self.messages: list[dict] = []
        self._capabilities = capabilities
        self._next_id = 0
        self._stderr = asyncio.create_task(process.stderr.read())

    async def open(self) -> dict:
        """Go through the era's opening, and return the server's part of it."""
        if self.era == "2026":
            return await self.request("server/discover")
        opening = {"protocolVersion": "2025-11-25", "capabilities": self._capabilities, "clientInfo": _CLIENT}
        result = await self.request("initialize", opening)
        self.notify("notifications/initialized")
        return result

    async def request(self, method: str, params: dict | None = None) -> dict:
        """Send a request and return its result."""
        message = await self.answer_to(self.send(method, params))
        assert "error" not in message, message
        return message["result"]

    async def call(self, tool: str, **arguments) -> dict:
        """Call a tool and return its structured content."""
        return (await self.request("tools/call", {"name": tool, "arguments": arguments}))["structuredContent"]

    def send(self, method: str, params: dict | None = None) -> int:
        """Send a request in the era's form, and return its id."""
        self._next_id += 1
        message = {"jsonrpc": "2.0", "id": self._next_id, "method": method, "params": params or {}}
        self.write(json.dumps(self.enveloped(message)))
        return self._next_id

    def enveloped(self, request: dict) -> dict:
        """Return a request in the era's form."""
        if self.era == "2025":
            return request
        envelope = {
            "protocolVersion": "2026-07-28",
            "clientInfo": _CLIENT,
            "clientCapabilities": self._capabilities,
        }
        meta = {_META + key: value for key, value in envelope.items()}
        return request | {"params": request["params"] | {"_meta": request["params"].get("_meta", {}) | meta}}

    def notify(self, method: str, params: dict | None = None) -> None:
        """Send a notification."""
        self.write(json.dumps({"jsonrpc": "2.0", "method": method, **({"params": params} if params else {})}))

    def write(self, line: str) -> None:
        """Send a line as it is."""
        self.process.stdin.write(line.encode() + b"\n")

    async def answer_to(self, request_id: int) -> dict:
        """Return the message that answers a request; whatever else arrives is kept in `messages`."""
        while True:
            for message in self.messages:
                if message.get("id") == request_id and "method" not in message:
                    return message
            await self.read()

    async def read(self) -> None:
        """Read one line, which must be of the protocol."""
        line = await asyncio.wait_for(self.process.stdout.readline(), PATIENCE)
        assert line, f"the server is gone: {(await self._stderr).decode()}"
        message = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        self.messages.append(message)

    async def end_input(self) -> int:
        """Close stdin and return the exit code."""
        self.process.stdin.close()
        return await self.exit_code()

    async def exit_code(self) -> int:
        """Wait for the end; what is still on stdout must be of the protocol too."""
        rest = await asyncio.wait_for(self.process.stdout.read(), PATIENCE)
        self.messages += [json.loads(line) for line in rest.splitlines()]
        return await asyncio.wait_for(self.process.wait(), PATIENCE)

    async def stderr(self) -> str:
        """Return what the process wrote to stderr, once it has ended."""
        return (await self._stderr).decode()


@asynccontextmanager
async def raw_server(home, *options: str, era: str = "2025", environment=None, capabilities=None):
    """Start the command with nothing of the developer's own configuration around it."""
    inherited = {
        key: value for key, value in os.environ.items() if not key.startswith(("CRONLYTIC_", "XDG_"))
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "cronlytic_mcp.entrypoints.command_line", *options),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=REPLY_LIMIT,
        env=inherited | {"HOME": str(home)} | (environment or {}),
    )
    server = RawServer(process, era, capabilities or {})
    try:
        yield server
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        await server.stderr()
