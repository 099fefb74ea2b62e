"""The engine store contract over every store; another one is one more entry in `STORES`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from tests.contract.engine_store import EngineStoreContract, StoreBackend


@asynccontextmanager
async def open_memory() -> AsyncIterator[StoreBackend]:
    store = MemoryEngineStore()
    yield StoreBackend(store, store)


@contextmanager
def moved_away(file: Path) -> Iterator[None]:
    elsewhere = file.rename(file.with_name("elsewhere.db"))
    yield
    elsewhere.rename(file)


@asynccontextmanager
async def open_sqlite() -> AsyncIterator[StoreBackend]:
    with TemporaryDirectory() as folder:
        place = SqliteFile(Path(folder, "jobs.db"))

        @asynccontextmanager
        async def outage() -> AsyncIterator[None]:
            with moved_away(place.path):
                yield

        async with SqlEngineStore(place) as store, SqlEngineStore(place) as other:
            yield StoreBackend(store, other, outage)


STORES = {"memory": open_memory, "sqlite": open_sqlite}


class TestEngineStore(EngineStoreContract):
    @pytest.fixture(params=STORES)
    async def backend(self, request) -> AsyncIterator[StoreBackend]:
        async with STORES[request.param]() as backend:
            yield backend
