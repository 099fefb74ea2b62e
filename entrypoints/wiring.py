"""The composition root: the one place that constructs adapters, each when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING

from .cloud_wiring import find_cloud
from .engine_wiring import (
    check_store,
    make_local_gateway,
    make_store_clock,
    make_webhook_sender,
    open_engine,
    preload_engine,
)
from .logging import Log
from .request import note_job
from .services import Services
from .settings import Settings

if TYPE_CHECKING:  # a start does not need them
    from ..application.job_events import JobEvents
    from ..application.ports import Clock, JobGateway


def build_services(
    settings: Settings, log: Log, *, make_clock: Callable[[], Clock] | None = None
) -> Services:
    """Return the services for the configured backend; nothing is opened or called yet.

    `make_clock` gives another clock than the system's.
    """
    cloud = find_cloud(settings, log)
    local = settings.backend == "local"
    if local or settings.cloud_hints:
        check_store(settings)  # a place that cannot be is told at the start

    def make_gateway(clock: Clock, to_close: AsyncExitStack) -> JobGateway:
        from ..adapters.resilience.noting import NotingGateway

        if cloud is not None:
            gateway = cloud.make_gateway(clock, to_close, services.cloud_hints if services.hints_on else None)
        else:
            gateway = make_local_gateway(services.engine, clock) if local else _make_memory_gateway(clock)
        return NotingGateway(gateway, note_job)

    services = Services(
        backend=settings.backend,
        log=log,
        make_clock=make_clock or partial(make_store_clock, settings),
        make_gateway=make_gateway,
        make_webhook_sender=partial(make_webhook_sender, settings),
        make_events=_make_events,
        make_engine=partial(open_engine, settings, log, lasting=False) if local else None,
        preload=cloud.preload if cloud else (preload_engine if local else _preload_nothing),
        read_only=settings.read_only,
        allowed_hosts=settings.allow_hosts,
        secrets=settings.secrets,
        webhook_limits=_name_webhook_limits(settings),
        toolsets=settings.toolsets,
        poll_seconds=settings.watch_limits.get("poll_seconds"),
        cloud=cloud,
    )
    return services


def _name_webhook_limits(settings: Settings) -> dict[str, float]:
    return {key.removeprefix("webhook_"): limit for key, limit in settings.webhook_limits.items()}


def _make_events() -> JobEvents:
    from ..adapters.memory.job_events import MemoryJobEvents

    return MemoryJobEvents()


def _make_memory_gateway(clock: Clock) -> JobGateway:
    from ..adapters.memory.gateway import MemoryGateway

    return MemoryGateway(clock)


def _preload_nothing() -> None:
    """Import nothing: the memory backend needs nothing heavy."""
