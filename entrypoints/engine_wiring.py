"""The composition of the embedded engine, for a server and for a worker; part of the wiring."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

from .bad_configuration import BadConfiguration
from .engine_log import EngineLog
from .engine_options import EngineOptions
from .local_engine import LocalEngine
from .logging import Log
from .settings import Settings

if TYPE_CHECKING:  # a start does not need them
    from ..adapters.sql.engine_store import SqlEngineStore
    from ..adapters.sql.store_url import SqliteFile
    from ..application.engine_host import HostSettings
    from ..application.notify_person import NotifySettings
    from ..application.ports import Clock, JobGateway
    from ..application.webhook_ports import WebhookSender
    from ..domain.engine.engine_sign import EngineKind
    from ..domain.engine.retention import Retention

SERVER_STOP_SECONDS = 0.2
"""A client waits a second for its server to end; what has not ended by then is left to its lease."""

_WRITING_SECONDS = 0.15
"""What writing the last results may take beyond that."""


def find_store(settings: Settings) -> SqliteFile:
    """Return where the store is; nothing is opened.

    Raises:
        BadConfiguration: the setting names no place that a store can be in.
    """
    from ..adapters.sql.store_url import BadStoreUrl, read_store_url

    given = settings.engine.database_url
    try:
        return read_store_url(given.text if given else None)
    except BadStoreUrl as error:
        raise BadConfiguration(f"{given.place if given else 'The store'} {error}") from None


def open_store(settings: Settings) -> SqlEngineStore:
    """Return the store; it is opened with the first call.

    Raises:
        BadConfiguration: as `find_store`.
    """
    from ..adapters.sql.engine_store import SqlEngineStore

    return SqlEngineStore(find_store(settings))


def open_engine(
    settings: Settings,
    log: Log,
    clock: Clock,
    sender: WebhookSender,
    to_close: AsyncExitStack,
    *,
    lasting: bool,
    stop_seconds: float = SERVER_STOP_SECONDS,
) -> LocalEngine:
    """Return the store with an engine that rests until it is started; `to_close` ends both.

    lasting: it is a worker's, so that jobs run without a client.
    """
    from ..application.engine_host import EngineHost
    from ..domain.engine.engine_sign import EngineKind

    store = open_store(settings)
    host_settings = _read_host_settings(
        settings.engine, EngineKind.WORKER if lasting else EngineKind.SERVER, stop_seconds
    )
    host = EngineHost(
        store,
        store.notes,
        sender,
        clock,
        host_settings,
        engine_id=str(uuid4()),
        observe=EngineLog(log).observe,
    )
    engine = LocalEngine(
        store,
        store.notes,
        host,
        host_settings.retention,
        close_store=store.close,
        patience=stop_seconds + _WRITING_SECONDS,
    )
    to_close.push_async_callback(engine.close)
    return engine


def open_worker(
    settings: Settings, log: Log, to_close: AsyncExitStack, *, stop_seconds: float
) -> LocalEngine:
    """Return the engine of a worker."""
    clock = make_clock()
    sender = make_webhook_sender(settings, clock)
    return open_engine(settings, log, clock, sender, to_close, lasting=True, stop_seconds=stop_seconds)


def make_clock() -> Clock:
    """Return the machine's clock."""
    from ..adapters.system.clock import SystemClock

    return SystemClock()


def make_webhook_sender(settings: Settings, clock: Clock) -> WebhookSender:
    """Return the way to the targets of jobs."""
    from ..adapters.webhook.sender import AiohttpWebhookSender
    from ..domain.url.url import AllowedHosts

    return AiohttpWebhookSender(clock, settings.allow_hosts or AllowedHosts())


def make_local_gateway(engine: LocalEngine, clock: Clock) -> JobGateway:
    """Return the jobs of an engine's store."""
    from ..adapters.local.gateway import LocalGateway

    return LocalGateway(engine.store, clock, on_change=engine.wake)


def preload_engine() -> None:
    """Import what an engine needs; half a second of work, for another thread."""
    from ..adapters.local import gateway  # noqa: F401 - the import is the purpose
    from ..adapters.sql import engine_store  # noqa: F401
    from ..adapters.webhook import sender  # noqa: F401
    from ..application import engine_host  # noqa: F401


def read_notify_settings(options: EngineOptions) -> NotifySettings | None:
    """Return where a person is told; None where that is nowhere."""
    from ..application.notify_person import NotifySettings
    from ..domain.engine.notification import DEFAULT_FAILURES

    if options.notify_url is None:
        return None
    after = int(options.numbers.get("notify_after", DEFAULT_FAILURES))
    return NotifySettings(options.notify_url.reveal(), after)


def _read_host_settings(options: EngineOptions, kind: EngineKind, stop_seconds: float) -> HostSettings:
    from ..application.engine_host import HostSettings
    from ..application.engine_settings import EngineSettings

    return HostSettings(
        kind,
        engine=EngineSettings(stop_grace=timedelta(seconds=stop_seconds)),
        retention=_read_retention(options),
        notify=read_notify_settings(options),
    )


def _read_retention(options: EngineOptions) -> Retention:
    from ..domain.engine.retention import Retention

    usual, numbers = Retention(), options.numbers
    return Retention(
        runs_for=_read_days(numbers.get("keep_days"), usual.runs_for),
        runs_per_job=int(numbers.get("keep_runs", usual.runs_per_job)),
        bodies_for=_read_days(numbers.get("keep_body_days"), usual.bodies_for),
    )


def _read_days(days: float | None, usual: timedelta) -> timedelta:
    return usual if days is None else timedelta(days=days)
