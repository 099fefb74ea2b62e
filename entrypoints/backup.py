"""The command ``cronlytic-mcp backup``: a copy of the store, while everybody goes on working."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from .bad_configuration import BadConfiguration
from .engine_wiring import find_store, open_store
from .settings import Settings

FAILED = 1


def run_backup(settings: Settings, file: str) -> int:
    """Write the backup and say so; return 0, or 1 where it could not be written.

    Raises:
        BadConfiguration: the backend is none with a store of its own.
    """
    from ..domain.errors import CronlyticError, InvalidArguments

    if settings.backend != "local":
        raise BadConfiguration(
            f"A backup is of the local backend's store, and the backend is {settings.backend}; "
            "set CRONLYTIC_BACKEND=local."
        )
    try:
        if not find_store(settings).exists:
            return _fail("There is no store yet, so there is nothing to back up.")
        asyncio.run(_copy(settings, Path(file)))
    except InvalidArguments as error:
        return _fail(f"{file} {error.problems[0].message}")
    except CronlyticError as error:
        return _fail(str(error))
    sys.stdout.write(f"Wrote {file}. It holds what the jobs hold, secrets too; only you can read it.\n")
    return 0


async def _copy(settings: Settings, file: Path) -> None:
    store = open_store(settings)
    try:
        await store.backup(file)
    finally:
        await store.close()


def _fail(sentence: str) -> int:
    sys.stderr.write(f"cronlytic-mcp: {sentence}\n")
    return FAILED
