"""The job gateway contract over every gateway; another one is one more entry in `BACKENDS`."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from functools import partial

import pytest

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.adapters.local.gateway import LocalGateway
from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.stack import resilient
from cronlytic_mcp.application.engine_ports import EngineStore, Result
from cronlytic_mcp.application.known_jobs import KnownJobs
from cronlytic_mcp.application.publishing_gateway import PublishingGateway
from cronlytic_mcp.domain.engine.run import Outcome
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.errors import (
    NotAuthenticated,
    NotPermitted,
    RateLimited,
    ServiceUnavailable,
    UnexpectedResponse,
)
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from tests.clock import FakeClock
from tests.contract.job_gateway import FAILURES, Backend, JobGatewayContract
from tests.stub_api import Fault, StubApi
from tests.stub_api.jobs import log_entry

FAULTS = {
    NotAuthenticated: Fault.answer(401, {"detail": "Invalid API key"}),
    NotPermitted: Fault.answer(403, {"detail": "Forbidden"}),
    RateLimited: Fault.rate_limit("7"),
    ServiceUnavailable: Fault.answer(503),
    UnexpectedResponse: Fault.answer(200, "<html>"),
}


class MemoryBackend(Backend):
    def __init__(self, gateway: MemoryGateway) -> None:
        self.gateway, self.failures = gateway, {}

    async def record_run(self, job_id: str, entry: LogEntry) -> None:
        self.gateway.record_run(job_id, entry)


class CronlyticBackend(Backend):
    def __init__(self, gateway: CronlyticGateway, stub: StubApi) -> None:
        self.gateway, self._stub = gateway, stub
        self.failures = {error: partial(stub.faults.add, fault) for error, fault in FAULTS.items()}

    async def record_run(self, job_id: str, entry: LogEntry) -> None:
        self._stub.store.record_run(
            job_id,
            log_entry(
                entry.timestamp,
                entry.status.value,
                entry.response_code,
                entry.response_time,
                entry.error_message,
            ),
        )


class ResilientBackend(Backend):
    def __init__(self, memory: MemoryGateway, clock: FakeClock) -> None:
        self.gateway, self.failures = resilient(memory, clock, ResiliencePolicy()), {}
        self._memory = memory

    async def record_run(self, job_id: str, entry: LogEntry) -> None:
        self._memory.record_run(job_id, entry)


class PublishingBackend(MemoryBackend):
    def __init__(self, gateway: MemoryGateway) -> None:
        super().__init__(gateway)
        self._memory = gateway
        self.gateway = PublishingGateway(gateway, KnownJobs(MemoryJobEvents()))

    async def record_run(self, job_id: str, entry: LogEntry) -> None:
        self._memory.record_run(job_id, entry)


class LocalBackend(Backend):
    """The embedded engine's, with the runs written as an engine writes them."""

    def __init__(self, store: EngineStore, clock: FakeClock) -> None:
        self.gateway, self.failures = LocalGateway(store, clock), {}
        self._store = store

    async def record_run(self, job_id: str, entry: LogEntry) -> None:
        now = entry.timestamp
        await self._store.add_manual_run(job_id, now)
        (claim,) = (await self._store.claim_due(now, 1, now + timedelta(minutes=1), _decide_nothing)).claims
        await self._store.start([claim.lease], now)
        success = entry.status is RunStatus.SUCCESS
        outcome = Outcome(success, 1, entry.response_code, entry.response_time, entry.error_message)
        await self._store.finish([Result(claim.lease, outcome, now)], settle)


def _decide_nothing(view):
    raise AssertionError


@asynccontextmanager
async def open_memory(clock: FakeClock, job_limit: int | None) -> AsyncIterator[Backend]:
    yield MemoryBackend(MemoryGateway(clock, job_limit=job_limit))


@asynccontextmanager
async def open_cronlytic(clock: FakeClock, job_limit: int | None) -> AsyncIterator[Backend]:
    async with (
        StubApi(job_limit=job_limit, now=clock.now) as stub,
        CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as gateway,
    ):
        yield CronlyticBackend(gateway, stub)


@asynccontextmanager
async def open_resilient(clock: FakeClock, job_limit: int | None) -> AsyncIterator[Backend]:
    yield ResilientBackend(MemoryGateway(clock, job_limit=job_limit), clock)


@asynccontextmanager
async def open_publishing(clock: FakeClock, job_limit: int | None) -> AsyncIterator[Backend]:
    yield PublishingBackend(MemoryGateway(clock, job_limit=job_limit))


@asynccontextmanager
async def open_local(clock: FakeClock, job_limit: int | None) -> AsyncIterator[Backend]:
    if job_limit is not None:
        pytest.skip("the embedded engine has no plans that limit the number of jobs")
    yield LocalBackend(MemoryEngineStore(), clock)


BACKENDS = {
    "memory": open_memory,
    "cronlytic": open_cronlytic,
    "resilient": open_resilient,
    "publishing": open_publishing,
    "local": open_local,
}


class TestJobGateway(JobGatewayContract):
    @pytest.fixture(params=BACKENDS)
    async def backend(self, request, clock, job_limit):
        async with BACKENDS[request.param](clock, job_limit) as backend:
            yield backend


def test_a_service_is_made_to_fail_in_every_way_of_the_port():
    assert set(FAULTS) == set(FAILURES)
