"""The engine store contract over every store; another one is one more entry in `STORES`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.prometheus.metrics import PrometheusMetrics
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer, SqliteFile
from cronlytic_mcp.application.watched_store import WatchedStore
from tests.contract.engine_store import EngineStoreContract, StoreBackend


@asynccontextmanager
async def open_memory(_) -> AsyncIterator[StoreBackend]:
    store = MemoryEngineStore()
    yield StoreBackend(store, store)


@asynccontextmanager
async def open_watched(_) -> AsyncIterator[StoreBackend]:
    store, metrics = MemoryEngineStore(), PrometheusMetrics("1.2.3")
    yield StoreBackend(WatchedStore(store, metrics), WatchedStore(store, metrics))


@contextmanager
def moved_away(file: Path) -> Iterator[None]:
    elsewhere = file.rename(file.with_name("elsewhere.db"))
    yield
    elsewhere.rename(file)


@asynccontextmanager
async def open_sqlite(_) -> AsyncIterator[StoreBackend]:
    with TemporaryDirectory() as folder:
        place = SqliteFile(Path(folder, "jobs.db"))

        @asynccontextmanager
        async def outage() -> AsyncIterator[None]:
            with moved_away(place.path):
                yield

        async with SqlEngineStore(place) as store, SqlEngineStore(place) as other:
            yield StoreBackend(store, other, outage)


@asynccontextmanager
async def open_postgres(request) -> AsyncIterator[StoreBackend]:
    server = request.getfixturevalue("postgres")
    with server.store() as database:
        place = PostgresServer(server.url(database))

        @asynccontextmanager
        async def outage() -> AsyncIterator[None]:
            with server.closed(database):
                yield

        async with (
            SqlEngineStore(place, patience=0.3) as store,
            SqlEngineStore(place, patience=0.3) as other,
        ):
            yield StoreBackend(store, other, outage)


STORES = {"memory": open_memory, "watched": open_watched, "sqlite": open_sqlite, "postgres": open_postgres}


class TestEngineStore(EngineStoreContract):
    @pytest.fixture(params=STORES)
    async def backend(self, request) -> AsyncIterator[StoreBackend]:
        async with STORES[request.param](request) as backend:
            yield backend
