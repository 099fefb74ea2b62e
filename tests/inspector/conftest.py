"""The MCP Inspector's command line, pointed at the installed command over stdio."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import sys
from pathlib import Path

import pytest

from tests.npm import npm_tools_or_skip
from tests.stub_api import StubApi

ERAS = {"2025": "legacy", "2026": "modern"}
"""How the Inspector calls the two generations of the protocol."""


class Inspector:
    """Starts the server anew for each request, as the command line does, with settings for that backend."""

    def __init__(self, commands: Path, home: Path, settings: dict[str, str]) -> None:
        self._commands = commands
        self._home = home
        self._settings = settings

    async def ask(self, era: str, method: str, *options: str) -> dict:
        """Send one request and return its result, an error of a tool among them."""
        server = shutil.which("cronlytic-mcp", path=str(Path(sys.executable).parent))
        settings = [part for name, value in self._settings.items() for part in ("-e", f"{name}={value}")]
        process = await asyncio.create_subprocess_exec(
            *(self._commands / "node", self._commands / "mcp-inspector", "--cli", server, *settings),
            *("--method", method, *options, "--protocol-era", ERAS[era], "--format", "json", "--quiet"),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={"HOME": str(self._home), "PATH": f"{self._commands}{os.pathsep}{os.environ['PATH']}"},
            cwd=self._home,
        )
        printed, complaints = await process.communicate()
        assert printed, complaints.decode()
        return json.loads(printed)["result"]

    async def call(self, era: str, tool: str, **arguments: object) -> dict:
        """Call a tool and return its structured content."""
        named = ("--tool-name", tool, "--tool-args-json", json.dumps(arguments))
        return (await self.ask(era, "tools/call", *named))["structuredContent"]


@pytest.fixture(params=ERAS)
def era(request) -> str:
    return request.param


@pytest.fixture(scope="session")
def npm_tools() -> Path:
    """The folder of the commands that come from npm."""
    return npm_tools_or_skip()


@pytest.fixture
async def stub():
    async with StubApi() as stub:
        yield stub


@pytest.fixture
async def inspector(npm_tools, stub, tmp_path) -> Inspector:
    """An Inspector of a server whose backend is a stub of the API, where a job outlives one request."""
    settings = {"API_KEY": stub.api_key, "USER_ID": stub.user_id, "BASE_URL": stub.base_url}
    return Inspector(npm_tools, tmp_path, {f"CRONLYTIC_{name}": value for name, value in settings.items()})
