"""Pages that a store finds itself hold what pages out of a list of all jobs would hold."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from cronlytic_mcp.adapters.local.gateway import LocalGateway
from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.adapters.resilience.noting import NotingGateway
from cronlytic_mcp.adapters.sql.engine_store import SqlEngineStore
from cronlytic_mcp.adapters.sql.store_url import SqliteFile
from cronlytic_mcp.application.cursor import write_cursor
from cronlytic_mcp.application.engine_ports import Result
from cronlytic_mcp.application.known_jobs import KnownJobs
from cronlytic_mcp.application.list_jobs import SORTS, list_jobs
from cronlytic_mcp.application.publishing_gateway import PublishingGateway
from cronlytic_mcp.domain.engine.run import Outcome
from cronlytic_mcp.domain.engine.settlement import settle
from cronlytic_mcp.domain.errors import InvalidArguments
from tests.application.stories import spec

pytestmark = pytest.mark.anyio

NAMES = ["b", "Backup", "back_up", "_", "-", "zz", "a", "A", "b"]


class WholeLists:
    """A gateway that answers with all jobs only."""

    def __init__(self, inner):
        self.list = inner.list


class Unlisted(LocalGateway):
    """Fails a test in which all jobs are read."""

    async def list(self):
        raise AssertionError("a page needs no list of all jobs")


@pytest.fixture(params=["memory", "sqlite"])
async def store(request, tmp_path):
    if request.param == "memory":
        yield MemoryEngineStore()
        return
    async with SqlEngineStore(SqliteFile(tmp_path / "jobs.db")) as store:
        yield store


@pytest.fixture
async def gateway(store, clock):
    """Jobs of many names, one of each three paused, some of which have run."""
    gateway = LocalGateway(store, clock)
    for number, name in enumerate(NAMES):
        job = await gateway.create(spec(name=name, cron_expression=f"{number % 4} * * * *"))
        if number % 2:
            await run(store, job.job_id, clock.now() + timedelta(microseconds=number // 4))
        if not number % 3:
            await gateway.pause(job.job_id)
    return gateway


async def run(store, job_id, now):
    await store.add_manual_run(job_id, now)
    (claim,) = (await store.claim_due(now, 1, now + timedelta(minutes=1), lambda _: None)).claims
    await store.start([claim.lease], now)
    await store.finish([Result(claim.lease, Outcome(success=True, attempts=1), now)], settle)


async def walk(gateway, **query):
    """Return every page as it comes."""
    pages = [await list_jobs(gateway, **query)]
    while pages[-1].next_cursor:
        pages.append(await list_jobs(gateway, **query, cursor=pages[-1].next_cursor))
    return pages


@pytest.mark.parametrize("sort", SORTS)
async def test_every_page_is_the_one_out_of_a_list(gateway, store, clock, sort):
    asked = Unlisted(store, clock)
    for status, name, limit in product(
        [None, "paused", "pending", "success"], [None, "B", "ack", "_", "x", "\u212a", "nothing"], [1, 3, 100]
    ):
        query = {"status": status, "name": name, "limit": limit, "sort": sort}
        assert await walk(asked, **query) == await walk(WholeLists(gateway), **query), query


async def test_the_gateways_around_it_pass_its_pages_on(gateway, store, clock):
    inner = NotingGateway(Unlisted(store, clock), lambda _: None)
    outer = PublishingGateway(inner, KnownJobs(MemoryJobEvents()))
    assert await list_jobs(outer) == await list_jobs(WholeLists(gateway))


@pytest.mark.parametrize(
    ("sort", "key"),
    [
        ("name", (False, 1.0)),
        ("name", (True, "")),
        ("next_run_at", (False, "soon")),
        ("next_run_at", (False, 1e300)),
        ("last_run_at", (False, float("nan"))),
    ],
)
async def test_a_cursor_that_no_job_can_have_given_is_refused(gateway, sort, key):
    cursor = write_cursor((None, None, sort), (key, "id"))
    with pytest.raises(InvalidArguments, match="next_cursor"):
        await list_jobs(gateway, sort=sort, cursor=cursor)
