"""Listing jobs: filtered, sorted, and page by page without gaps or repeats."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.application.list_jobs import SORTS, JobPage, list_jobs
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from tests.application.stories import spec

pytestmark = pytest.mark.anyio


def names(page: JobPage) -> list[str]:
    return [job.spec.name for job in page.jobs]


async def fill(gateway: MemoryGateway, *job_names: str) -> dict[str, str]:
    return {name: (await gateway.create(spec(name=name))).job_id for name in job_names}


async def walk(gateway: MemoryGateway, **query) -> list[str]:
    page = await list_jobs(gateway, **query)
    found = names(page)
    while page.next_cursor:
        page = await list_jobs(gateway, **query, cursor=page.next_cursor)
        found += names(page)
    return found


async def test_no_jobs(gateway) -> None:
    assert await list_jobs(gateway) == JobPage((), 0, None)


async def test_the_total_is_of_all_that_match(gateway) -> None:
    await fill(gateway, *(f"job-{n:02}" for n in range(45)), "other")
    page = await list_jobs(gateway, name="JOB-", limit=10)
    assert (len(page.jobs), page.total) == (10, 45)
    assert page.next_cursor is not None


async def test_pages_hold_every_job_once(gateway) -> None:
    wanted = [f"job-{n:02}" for n in range(25)]
    await fill(gateway, *wanted)
    assert await walk(gateway, limit=10) == wanted
    assert await walk(gateway, limit=25) == wanted


async def test_jobs_of_one_name_do_not_get_lost_between_pages(gateway) -> None:
    ids = {(await gateway.create(spec(name="same"))).job_id for _ in range(7)}
    page = await list_jobs(gateway, limit=2)
    seen = [job.job_id for job in page.jobs]
    while page.next_cursor:
        page = await list_jobs(gateway, limit=2, cursor=page.next_cursor)
        seen += [job.job_id for job in page.jobs]
    assert sorted(seen) == sorted(ids)


async def test_jobs_that_come_and_go_between_pages_shift_nothing(gateway) -> None:
    ids = await fill(gateway, "a", "b", "c", "d")
    page = await list_jobs(gateway, limit=2)
    await gateway.delete(ids["a"])
    await fill(gateway, "aa")
    assert names(await list_jobs(gateway, limit=2, cursor=page.next_cursor)) == ["c", "d"]


async def test_filters_by_status_and_by_part_of_the_name(gateway) -> None:
    ids = await fill(gateway, "db-backup", "Backup-files", "report")
    await gateway.pause(ids["db-backup"])
    assert names(await list_jobs(gateway, name="backup")) == ["Backup-files", "db-backup"]
    assert names(await list_jobs(gateway, status="paused")) == ["db-backup"]
    assert names(await list_jobs(gateway, status="failed")) == []


async def test_sorts_put_what_has_no_value_last(gateway) -> None:
    ids = await fill(gateway, "a", "b", "c")
    for name, hour in (("b", 1), ("c", 2)):
        run = LogEntry(datetime(2026, 1, 15, hour, tzinfo=UTC), RunStatus.SUCCESS, 200, 0.1)
        gateway.record_run(ids[name], run)
    assert await walk(gateway, sort="last_run_at", limit=1) == ["c", "b", "a"]
    await gateway.pause(ids["a"])
    assert await walk(gateway, sort="next_run_at", limit=1) == [*sorted("bc", key=lambda n: ids[n]), "a"]
    assert await walk(gateway, sort="status", limit=1) == ["a", *sorted("bc", key=lambda n: ids[n])]


@pytest.mark.parametrize("sort", SORTS)
async def test_every_sort_pages_through_everything(gateway, sort) -> None:
    await fill(gateway, *(f"job-{n}" for n in range(9)))
    assert sorted(await walk(gateway, sort=sort, limit=2)) == [f"job-{n}" for n in range(9)]


async def test_ten_thousand_jobs_are_paged(gateway) -> None:
    await fill(gateway, *(f"job-{n:05}" for n in range(10_000)))
    page = await list_jobs(gateway, limit=100)
    assert (len(page.jobs), page.total) == (100, 10_000)


@pytest.mark.parametrize(
    "arguments",
    [{"status": "running"}, {"sort": "url"}, {"limit": 0}, {"limit": 101}, {"name": ""}, {"name": "x" * 51}],
)
async def test_arguments_out_of_range_are_refused(gateway, arguments) -> None:
    with pytest.raises(InvalidArguments) as refused:
        await list_jobs(gateway, **arguments)
    assert [problem.field for problem in refused.value.problems] == list(arguments)


def forged(*content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor", ["", "x", "é", "=" * 9, "A" * 5000, forged(), forged("x", True, 1.0, "y"), forged(1, 2, 3, 4)]
)
async def test_cursors_that_are_none_are_refused(gateway, cursor) -> None:
    with pytest.raises(InvalidArguments, match="without cursor"):
        await list_jobs(gateway, cursor=cursor)


async def test_a_cursor_holds_only_for_its_query(gateway) -> None:
    await fill(gateway, "a", "b")
    cursor = (await list_jobs(gateway, limit=1)).next_cursor
    with pytest.raises(InvalidArguments):
        await list_jobs(gateway, status="pending", cursor=cursor)
