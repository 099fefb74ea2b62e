"""The composition root: the one place that constructs adapters, each when it is first needed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import TYPE_CHECKING, Any

from .credentials import Credentials
from .engine_wiring import find_store, make_local_gateway, make_webhook_sender, open_engine, preload_engine
from .engine_wiring import make_clock as make_system_clock
from .logging import Log
from .request import note_job
from .services import Services
from .settings import Settings

if TYPE_CHECKING:  # a start does not need them
    from ..adapters.resilience.events import Observer
    from ..application.job_events import JobEvents
    from ..application.ports import Clock, JobGateway


def build_services(
    settings: Settings, log: Log, *, make_clock: Callable[[], Clock] | None = None
) -> Services:
    """Return the services for the configured backend; nothing is opened or called yet.

    `make_clock` gives another clock than the system's.
    """
    credentials = settings.credentials if settings.backend == "cronlytic" else None
    local = settings.backend == "local"
    if local:
        find_store(settings)  # a place that cannot be is told at the start

    def make_gateway(clock: Clock, to_close: AsyncExitStack) -> JobGateway:
        from ..adapters.resilience.noting import NotingGateway

        if credentials is not None:
            gateway = _make_cronlytic_gateway(settings, credentials, clock, log, to_close)
        else:
            gateway = make_local_gateway(services.engine, clock) if local else _make_memory_gateway(clock)
        return NotingGateway(gateway, note_job)

    services = Services(
        backend=settings.backend,
        log=log,
        make_clock=make_clock or make_system_clock,
        make_gateway=make_gateway,
        make_webhook_sender=partial(make_webhook_sender, settings),
        make_events=_make_events,
        make_engine=partial(open_engine, settings, log, lasting=False) if local else None,
        preload=_preload_cronlytic if credentials else (preload_engine if local else _preload_nothing),
        read_only=settings.read_only,
        allowed_hosts=settings.allow_hosts,
        secrets=settings.secrets,
        webhook_limits={
            key.removeprefix("webhook_"): limit for key, limit in settings.webhook_limits.items()
        },
        toolsets=settings.toolsets,
        poll_seconds=settings.watch_limits.get("poll_seconds"),
    )
    return services


def _make_events() -> JobEvents:
    from ..adapters.memory.job_events import MemoryJobEvents

    return MemoryJobEvents()


def _make_memory_gateway(clock: Clock) -> JobGateway:
    from ..adapters.memory.gateway import MemoryGateway

    return MemoryGateway(clock)


def _make_cronlytic_gateway(
    settings: Settings, credentials: Credentials, clock: Clock, log: Log, to_close: AsyncExitStack
) -> JobGateway:
    from ..adapters.cronlytic.gateway import CronlyticGateway
    from ..adapters.resilience.policy import ResiliencePolicy
    from ..adapters.resilience.stack import resilient
    from ..adapters.resilience.timing import TimingGateway

    policy = ResiliencePolicy(**dict[str, Any](settings.backend_limits))
    observer = _make_observer(log)
    api = CronlyticGateway(
        credentials.api_key.reveal(),
        credentials.user_id,
        base_url=settings.base_url,
        timeout=policy.attempt_time,
    )
    gateway = resilient(TimingGateway(api, clock, observer), clock, policy, observer=observer)
    # The last to be put here is closed first: what is still under way ends before its connection does.
    to_close.push_async_callback(api.close)
    to_close.push_async_callback(gateway.close)
    return gateway


def _make_observer(log: Log) -> Observer:
    """Return what writes into the log how calls to the backend go."""
    from attrs import asdict

    from ..adapters.resilience.events import Attempted, BreakerChanged, CreateSettled, Event, StaleAnswered
    from ..application.call import Waiting

    told = {
        Attempted: ("debug", "request sent"),
        Waiting: ("info", "waiting before another attempt"),
        BreakerChanged: ("warning", "breaker changed"),
        StaleAnswered: ("warning", "answered with what was known before"),
        CreateSettled: ("info", "a create ended after its call was cancelled"),
    }

    def observe(event: Event) -> None:
        level, words = told[type(event)]
        log.write(level, words, **asdict(event))

    return observe


def _preload_cronlytic() -> None:
    from ..adapters.cronlytic import api  # noqa: F401 - the import is the purpose


def _preload_nothing() -> None:
    """Import nothing: the memory backend needs nothing heavy."""
