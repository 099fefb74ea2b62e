"""The backend for one command: opened, used, and closed again."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import TypeVar

from ...domain.errors import CronlyticError
from ..bad_configuration import BadConfiguration
from ..logging import Log
from ..services import Services
from ..settings import Settings
from ..wiring import build_services

T = TypeVar("T")
FAILED = 1


def use_backend(settings: Settings, use: Callable[[Services], Awaitable[T]]) -> T:
    """Return what `use` makes of the backend's services.

    Raises:
        BadConfiguration: the backend keeps nothing beyond a process.
        CronlyticError: whatever `use` raises.
    """

    async def run() -> T:
        services = build_services(settings, Log(sys.stderr, "error", settings.secrets))
        try:
            if not services.gateway.capabilities.durable:
                raise BadConfiguration(
                    f"The backend {settings.backend} keeps jobs in one process only; set "
                    "CRONLYTIC_BACKEND to local or cronlytic."
                )
            return await use(services)
        finally:
            await services.close()

    return asyncio.run(run())


def fail(error: CronlyticError) -> int:
    """Say on stderr why the backend did not do it; return the exit code."""
    sys.stderr.write(f"cronlytic-mcp: {error}\n")
    return FAILED
