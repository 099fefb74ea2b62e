"""The composition root: the one place that constructs adapters, each when it is first needed."""

from __future__ import annotations

from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from .credentials import Credentials
from .logging import Log
from .services import Services
from .settings import Settings

if TYPE_CHECKING:  # a start does not need them
    from ..application.ports import Clock, JobGateway


def build_services(settings: Settings, log: Log) -> Services:
    """Return the services for the configured backend; nothing is opened or called yet."""
    credentials = settings.credentials if settings.backend == "cronlytic" else None

    def make_gateway(clock: Clock, to_close: AsyncExitStack) -> JobGateway:
        if credentials is None:
            return _make_memory_gateway(clock)
        return _make_cronlytic_gateway(credentials, settings.base_url, to_close)

    return Services(
        backend=settings.backend,
        log=log,
        make_clock=_make_clock,
        make_gateway=make_gateway,
        preload=_preload_cronlytic if credentials else _preload_nothing,
    )


def _make_clock() -> Clock:
    from ..adapters.system.clock import SystemClock

    return SystemClock()


def _make_memory_gateway(clock: Clock) -> JobGateway:
    from ..adapters.memory.gateway import MemoryGateway

    return MemoryGateway(clock)


def _make_cronlytic_gateway(credentials: Credentials, base_url: str, to_close: AsyncExitStack) -> JobGateway:
    from ..adapters.cronlytic.gateway import CronlyticGateway

    gateway = CronlyticGateway(credentials.api_key.reveal(), credentials.user_id, base_url=base_url)
    to_close.push_async_callback(gateway.close)
    return gateway


def _preload_cronlytic() -> None:
    from ..adapters.cronlytic import api  # noqa: F401 - the import is the purpose


def _preload_nothing() -> None:
    """Import nothing: the memory backend needs nothing heavy."""
