"""The contract of analyses over every store; another one is one more entry in `STORES`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer, SqliteFile
from tests.contract.analysis_store import AnalysesUnderTest, AnalysisStoreContract


@asynccontextmanager
async def open_memory(_) -> AsyncIterator[AnalysesUnderTest]:
    store = MemoryEngineStore()
    yield AnalysesUnderTest(store.analyses, store, store.analyses)


@contextmanager
def moved_away(file: Path) -> Iterator[None]:
    elsewhere = file.rename(file.with_name("elsewhere.db"))
    yield
    elsewhere.rename(file)


@asynccontextmanager
async def open_sqlite(_) -> AsyncIterator[AnalysesUnderTest]:
    with TemporaryDirectory() as folder:
        place = SqliteFile(Path(folder, "jobs.db"))

        @asynccontextmanager
        async def outage() -> AsyncIterator[None]:
            with moved_away(place.path):
                yield

        async with SqlEngineStore(place) as store, SqlEngineStore(place) as other:
            yield AnalysesUnderTest(store.analyses, store, other.analyses, outage)


@asynccontextmanager
async def open_postgres(request) -> AsyncIterator[AnalysesUnderTest]:
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
            yield AnalysesUnderTest(store.analyses, store, other.analyses, outage)


STORES = {"memory": open_memory, "sqlite": open_sqlite, "postgres": open_postgres}


class TestAnalysisStore(AnalysisStoreContract):
    @pytest.fixture(params=STORES)
    async def backend(self, request) -> AsyncIterator[AnalysesUnderTest]:
        async with STORES[request.param](request) as backend:
            yield backend
