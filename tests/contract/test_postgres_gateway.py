"""The job gateway contract over the embedded engine's jobs in PostgreSQL."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import PostgresServer
from tests.contract.job_gateway import JobGatewayContract
from tests.contract.test_job_gateway import LocalBackend


class TestPostgresJobGateway(JobGatewayContract):
    @pytest.fixture
    async def backend(self, postgres, clock, job_limit):
        if job_limit is not None:
            pytest.skip("the embedded engine has no plans that limit the number of jobs")
        with postgres.store() as database:
            async with SqlEngineStore(PostgresServer(postgres.url(database))) as store:
                yield LocalBackend(store, clock)
