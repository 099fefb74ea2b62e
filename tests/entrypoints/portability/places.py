"""The backends between which jobs move, each as a process of ``cronlytic-mcp`` sees it."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.stub_api import API_KEY, USER_ID, StubApi

PATIENCE = 50
"""Seconds; a process that hangs fails its test here."""

ONE_ATTEMPT = {"CRONLYTIC_ATTEMPTS": "1", "CRONLYTIC_ATTEMPT_TIME": "40", "CRONLYTIC_TOTAL_TIME": "40"}
"""An API that fails is not waited for, and a machine that is slow is no failure."""


@dataclass(frozen=True)
class Ended:
    """What a process wrote, and its exit code."""

    code: int
    output: str
    complaints: str


@dataclass(frozen=True)
class Place:
    """A backend: the environment that leads to it."""

    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    async def run(self, *line: object, typed: str = "", **more: str) -> Ended:
        """Run the command to its end; `typed` is what it reads on stdin."""
        inherited = {
            key: text for key, text in os.environ.items() if not key.startswith(("CRONLYTIC_", "XDG_"))
        }
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "cronlytic_mcp.entrypoints.command_line", *map(str, line)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**inherited, "HOME": str(self.home), **self.environment, **more},
        )
        out, err = await asyncio.wait_for(process.communicate(typed.encode()), PATIENCE)
        return Ended(process.returncode, out.decode(), err.decode())

    async def apply(self, file: Path, *flags: object, **more: str) -> Ended:
        """Apply a file that is expected to be taken."""
        ended = await self.run("apply", file, "--yes", *flags, **more)
        assert ended.code == 0, ended
        return ended

    async def export(self, folder: Path, name: str) -> tuple[Path, Path]:
        """Write a file of jobs and one of secrets, and return them."""
        jobs, secrets = folder / f"{name}.yaml", folder / f"{name}.env"
        ended = await self.run("export", "--output", jobs, "--secrets", secrets)
        assert ended.code == 0, ended
        return jobs, secrets


def local(folder: Path, name: str = "local") -> Place:
    """A local backend with a store of its own."""
    home = folder / name
    home.mkdir()
    home.chmod(0o700)
    store = f"sqlite+aiosqlite:///{home / 'jobs.db'}"
    return Place(home, {"CRONLYTIC_BACKEND": "local", "CRONLYTIC_DATABASE_URL": store})


def server(folder: Path, url: str) -> Place:
    """A store that a database server keeps."""
    return Place(folder, {"CRONLYTIC_BACKEND": "local", "CRONLYTIC_DATABASE_URL": url})


def cloud(folder: Path, stub: StubApi) -> Place:
    """The account of a stub of the API."""
    settings = {"API_KEY": API_KEY, "USER_ID": USER_ID, "BASE_URL": stub.base_url, "BACKEND": "cronlytic"}
    return Place(folder, {**{f"CRONLYTIC_{key}": text for key, text in settings.items()}, **ONE_ATTEMPT})
