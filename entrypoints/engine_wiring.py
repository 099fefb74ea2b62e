"""The composition of the embedded engine, for a server and for a worker; part of the wiring."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING
from uuid import uuid4

from .bad_configuration import BadConfiguration
from .encryption_wiring import make_vault
from .engine_log import EngineLog
from .host_settings import read_host_settings
from .local_engine import LocalEngine
from .logging import Log
from .settings import Settings

if TYPE_CHECKING:  # a start does not need them
    from ..adapters.prometheus.metrics import PrometheusMetrics
    from ..adapters.sql.engine_store import SqlEngineStore
    from ..adapters.sql.store_url import StorePlace
    from ..application.engine_host import EngineHost, HostNotice, HostSettings
    from ..application.engine_ports import EngineStore
    from ..application.ports import Clock, JobGateway
    from ..application.webhook_ports import WebhookSender
    from .shared_store import SharedStore

SERVER_STOP_SECONDS = 0.2
"""A client waits a second for its server to end; what has not ended by then is left to its lease."""

_WRITING_SECONDS = 0.15
"""What writing the last results may take beyond that."""


def find_store(settings: Settings) -> StorePlace:
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


def check_store(settings: Settings) -> None:
    """Raise `BadConfiguration` as `open_store` would."""
    find_store(settings)
    make_vault(settings.engine)


def can_be_made(place: StorePlace) -> bool:
    """Return whether this user may make a store where there is none, with the folders on the way to it."""
    from ..adapters.sql.store_url import SqliteFile

    if not isinstance(place, SqliteFile):
        return True
    folder = next(parent for parent in place.path.parents if os.path.exists(parent))  # noqa: PTH110
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


def open_store(settings: Settings, clock: Clock | None = None) -> SqlEngineStore:
    """Return the store; it is opened with the first call. A `clock` of `make_store_clock` is set by it.

    Raises:
        BadConfiguration: as `find_store`, or there is no key where one is to be.
    """
    from ..adapters.sql.engine_store import SqlEngineStore

    return SqlEngineStore(find_store(settings), clock=clock, vault=make_vault(settings.engine))


def open_engine(
    settings: Settings,
    log: Log,
    clock: Clock,
    sender: WebhookSender,
    to_close: AsyncExitStack,
    *,
    lasting: bool,
    stop_seconds: float = SERVER_STOP_SECONDS,
    metrics: PrometheusMetrics | None = None,
) -> LocalEngine:
    """Return the store with an engine that rests until it is started; `to_close` ends both.

    lasting: it is a worker's, so that jobs run without a client. metrics: are told what the engine does.
    """
    from ..domain.engine.engine_sign import EngineKind

    store = open_store(settings, clock)
    watched, observe = _watch(store, EngineLog(log).observe, metrics)
    kind = EngineKind.WORKER if lasting else EngineKind.SERVER
    host_settings = read_host_settings(settings.engine, kind, stop_seconds)
    host = _make_host(store, watched, clock, sender, settings=host_settings, observe=observe)
    engine = LocalEngine(
        store,
        store.notes,
        host,
        host_settings.retention,
        analyses=store.analyses,
        close_store=store.close,
        patience=stop_seconds + _WRITING_SECONDS,
        shared=_share(store, observe),
    )
    to_close.push_async_callback(engine.close)
    return engine


def _make_host(
    store: SqlEngineStore,
    watched: EngineStore,
    clock: Clock,
    sender: WebhookSender,
    *,
    settings: HostSettings,
    observe: Callable[[HostNotice], None],
) -> EngineHost:
    from ..application.engine_host import EngineHost
    from ..application.signing_sender import SigningSender

    return EngineHost(
        watched,
        store.notes,
        SigningSender(sender, store.signing_keys, clock),
        clock,
        settings,
        analyses=store.analyses,
        engine_id=str(uuid4()),
        observe=observe,
    )


def _watch(
    store: SqlEngineStore, observe: Callable[[HostNotice], None], metrics: PrometheusMetrics | None
) -> tuple[EngineStore, Callable[[HostNotice], None]]:
    if metrics is None:
        return store, observe
    from ..application.watched_store import WatchedStore

    def observe_all(notice: HostNotice) -> None:
        observe(notice)
        metrics.observe(notice)

    return WatchedStore(store, metrics), observe_all


def _share(store: SqlEngineStore, observe: Callable[[HostNotice], None]) -> SharedStore | None:
    signals = store.make_signals()
    if signals is None:
        return None
    from .shared_store import SharedStore

    return SharedStore(store.open, signals, observe)


def open_worker(
    settings: Settings,
    log: Log,
    to_close: AsyncExitStack,
    *,
    stop_seconds: float,
    clock: Clock | None = None,
    metrics: PrometheusMetrics | None = None,
) -> LocalEngine:
    """Return the engine of a worker. clock: of `make_store_clock`, for who goes by it, too."""
    clock = clock or make_store_clock(settings)
    sender = make_webhook_sender(settings, clock)
    return open_engine(
        settings, log, clock, sender, to_close, lasting=True, stop_seconds=stop_seconds, metrics=metrics
    )


def make_metrics() -> PrometheusMetrics:
    """Return the metrics of one engine, with nothing counted yet."""
    from .. import __version__
    from ..adapters.prometheus.metrics import PrometheusMetrics

    return PrometheusMetrics(__version__)


def make_clock() -> Clock:
    """Return the machine's clock."""
    from ..adapters.system.clock import SystemClock

    return SystemClock()


def make_store_clock(settings: Settings) -> Clock:
    """Return the clock that all who share the store go by: a server's own, or the machine's."""
    from ..adapters.sql.store_url import PostgresServer

    if settings.backend != "local" or not isinstance(find_store(settings), PostgresServer):
        return make_clock()
    from ..adapters.sql.database_clock import DatabaseClock

    return DatabaseClock(make_clock())


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
