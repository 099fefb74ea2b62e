"""The contract of analyses over every store; another one is one more entry in `STORES`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from tests.contract.analysis_store import AnalysesUnderTest, AnalysisStoreContract
from tests.contract.sql_stores import postgres_pair, sqlite_pair


@asynccontextmanager
async def open_memory(_) -> AsyncIterator[AnalysesUnderTest]:
    store = MemoryEngineStore()
    yield AnalysesUnderTest(store.analyses, store, store.analyses)


@asynccontextmanager
async def open_sqlite(_) -> AsyncIterator[AnalysesUnderTest]:
    async with sqlite_pair() as (store, other, outage):
        yield AnalysesUnderTest(store.analyses, store, other.analyses, outage)


@asynccontextmanager
async def open_postgres(request) -> AsyncIterator[AnalysesUnderTest]:
    async with postgres_pair(request) as (store, other, outage):
        yield AnalysesUnderTest(store.analyses, store, other.analyses, outage)


STORES = {"memory": open_memory, "sqlite": open_sqlite, "postgres": open_postgres}


class TestAnalysisStore(AnalysisStoreContract):
    @pytest.fixture(params=STORES)
    async def backend(self, request) -> AsyncIterator[AnalysesUnderTest]:
        async with STORES[request.param](request) as backend:
            yield backend
