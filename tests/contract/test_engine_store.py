"""The engine store contract over every store; another one is one more entry in `STORES`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.prometheus.metrics import PrometheusMetrics
from cronlytic_mcp.application.watched_store import WatchedStore
from tests.contract.engine_store import EngineStoreContract, StoreBackend
from tests.contract.sql_stores import postgres_pair, sqlite_pair


@asynccontextmanager
async def open_memory(_) -> AsyncIterator[StoreBackend]:
    store = MemoryEngineStore()
    yield StoreBackend(store, store)


@asynccontextmanager
async def open_watched(_) -> AsyncIterator[StoreBackend]:
    store, metrics = MemoryEngineStore(), PrometheusMetrics("1.2.3")
    yield StoreBackend(WatchedStore(store, metrics), WatchedStore(store, metrics))


@asynccontextmanager
async def open_sqlite(_) -> AsyncIterator[StoreBackend]:
    async with sqlite_pair() as (store, other, outage):
        yield StoreBackend(store, other, outage)


@asynccontextmanager
async def open_postgres(request) -> AsyncIterator[StoreBackend]:
    async with postgres_pair(request) as (store, other, outage):
        yield StoreBackend(store, other, outage)


STORES = {"memory": open_memory, "watched": open_watched, "sqlite": open_sqlite, "postgres": open_postgres}


class TestEngineStore(EngineStoreContract):
    @pytest.fixture(params=STORES)
    async def backend(self, request) -> AsyncIterator[StoreBackend]:
        async with STORES[request.param](request) as backend:
            yield backend
