"""What happened while somebody was away, page by page."""

from __future__ import annotations

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.engine_store import MemoryEngineStore
from cronlytic_mcp.application.event_cursor import write_event_cursor
from cronlytic_mcp.application.events_since import READ_LIMIT, events_since
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.event import Event, EventKind
from cronlytic_mcp.domain.engine.lifecycle import create
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.clock import NOON

pytestmark = pytest.mark.anyio

FAILED, SUCCEEDED = EventKind.RUN_FAILED, EventKind.RUN_SUCCEEDED


@pytest.fixture
def store() -> MemoryEngineStore:
    return MemoryEngineStore()


async def add_job(store, job_id="job-1") -> None:
    spec = JobSpec(f"name-{job_id}", "https://example.com/", CronSchedule("0 * * * *"))
    await store.add_job(create(job_id, spec, NOON))


async def tell(store, *kinds: EventKind, job_id="job-1") -> None:
    events = tuple(Event(kind, job_id, NOON) for kind in kinds)
    await store.change_job(job_id, lambda view: evolve(Change(view.job), events=events))


def kinds(page) -> list[str]:
    return [told.event.kind.value for told in page.events]


async def test_nothing_has_happened_in_an_empty_store(store):
    page = await events_since(store)

    assert (page.events, dict(page.counts), page.more) == ((), {}, False)
    assert await events_since(store, cursor=page.next_cursor) == page


async def test_a_cursor_leads_to_what_came_after_it_and_successes_are_only_counted(store):
    await add_job(store)
    first = await events_since(store)
    await tell(store, SUCCEEDED, FAILED, SUCCEEDED, EventKind.JOB_RECOVERED, SUCCEEDED)

    page = await events_since(store, cursor=first.next_cursor)

    assert kinds(first) == ["job_created"]
    assert kinds(page) == ["run_failed", "job_recovered"]
    assert page.counts == {SUCCEEDED: 3, FAILED: 1, EventKind.JOB_RECOVERED: 1}
    assert {told.job_name for told in page.events} == {"name-job-1"}
    nothing_new = await events_since(store, cursor=page.next_cursor)
    assert (kinds(nothing_new), nothing_new.next_cursor) == ([], page.next_cursor)


async def test_pages_hold_every_event_once(store):
    await add_job(store)
    cursor = (await events_since(store)).next_cursor
    await tell(store, *[FAILED, SUCCEEDED] * 7)

    seen, more = [], True
    while more:
        page = await events_since(store, cursor=cursor, limit=3)
        seen += [told.event.sequence for told in page.events]
        cursor, more = page.next_cursor, page.more
        assert len(page.events) <= 3

    assert seen == [2, 4, 6, 8, 10, 12, 14]


async def test_without_a_cursor_the_newest_come(store):
    await add_job(store)
    await tell(store, *[FAILED] * 9)

    page = await events_since(store, limit=2)

    assert [told.event.sequence for told in page.events] == [9, 10]
    assert not page.more


async def test_a_flood_of_successes_is_passed_over_in_bounded_steps(store):
    await add_job(store)
    cursor = (await events_since(store)).next_cursor
    await tell(store, *[SUCCEEDED] * (READ_LIMIT + 1), FAILED)

    first = await events_since(store, cursor=cursor)
    second = await events_since(store, cursor=first.next_cursor)

    assert (kinds(first), first.more) == ([], True)
    assert (kinds(second), second.more) == (["run_failed"], False)


async def test_one_job_can_be_asked_for_and_a_deleted_one_keeps_its_events(store):
    await add_job(store)
    await add_job(store, "job-2")
    await tell(store, FAILED, job_id="job-2")
    await store.delete_job("job-2", Event(EventKind.JOB_DELETED, "job-2", NOON, {"name": "name-job-2"}))

    page = await events_since(store, job_id="job-2")
    everything = await events_since(store)

    assert kinds(page) == ["job_created", "run_failed", "job_deleted"]
    assert {told.job_name for told in page.events} == {"name-job-2"}
    assert len(everything.events) == 4
    assert page.next_cursor == everything.next_cursor


async def test_the_name_of_a_job_that_is_gone_may_be_unknown(store):
    await add_job(store)
    await tell(store, FAILED)
    await store.delete_job("job-1", Event(EventKind.JOB_DELETED, "job-1", NOON))
    (failed, deleted) = (await events_since(store, cursor=write_event_cursor(1))).events

    assert (failed.job_name, deleted.job_name) == (None, None)


@pytest.mark.parametrize("cursor", ["", "x", "ZXZlbnRzOi0x", "\u00e9", "A" * 5000, write_event_cursor(99)])
async def test_a_text_that_is_no_cursor_of_this_store_is_refused(store, cursor):
    await add_job(store)

    with pytest.raises(InvalidArguments, match="cursor") as refused:
        await events_since(store, cursor=cursor)
    assert refused.value.problems[0].field == "cursor"


@pytest.mark.parametrize(("field", "arguments"), [("limit", {"limit": 0}), ("job_id", {"job_id": "../x"})])
async def test_arguments_out_of_bounds_are_refused(store, field, arguments):
    with pytest.raises(InvalidArguments) as refused:
        await events_since(store, **arguments)
    assert refused.value.problems[0].field == field
