"""Writes that come at the same time are made as one, and each submitter hears about its own."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from cronlytic_mcp.application.grouped_writes import GroupedWrites
from cronlytic_mcp.domain.engine.errors import StoreUnavailable

pytestmark = pytest.mark.anyio

DOWN = StoreUnavailable("it is locked", "Try again.")


class Slow:
    """A write that takes a second, and remembers what it wrote together."""

    def __init__(self, *, fails=lambda group: None) -> None:
        self.groups, self._fails = [], fails

    async def __call__(self, group):
        self.groups.append(list(group))
        await asyncio.sleep(1)
        if error := self._fails(group):
            raise error
        return frozenset({"lost"})


async def outcomes(writes, items):
    return await asyncio.gather(*(writes.submit(item) for item in items), return_exceptions=True)


async def test_what_comes_during_a_write_is_written_together_after_it():
    write = Slow()
    writes = GroupedWrites(write)
    first = asyncio.create_task(writes.submit("a"))
    await asyncio.sleep(0.5)

    found = await outcomes(writes, "bcd")

    assert write.groups == [["a"], ["b", "c", "d"]]
    assert [await first, *found] == [frozenset({"lost"})] * 4


async def test_an_outage_is_heard_by_all_and_not_tried_again():
    write = Slow(fails=lambda group: DOWN)

    assert await outcomes(GroupedWrites(write), "abc") == [DOWN] * 3
    assert write.groups == [["a", "b", "c"]]


async def test_after_any_other_error_each_is_written_alone():
    bad = ValueError("bad")
    write = Slow(fails=lambda group: bad if "b" in group else None)

    assert await outcomes(GroupedWrites(write), "abc") == [frozenset({"lost"}), bad, frozenset({"lost"})]
    assert write.groups == [["a", "b", "c"], ["a"], ["b"], ["c"]]


async def test_what_nobody_waits_for_any_more_is_not_written():
    write = Slow()
    writes = GroupedWrites(write)
    tasks = [asyncio.create_task(writes.submit(item)) for item in "ab"]
    await asyncio.sleep(0.5)
    late = asyncio.create_task(writes.submit("c"))
    await asyncio.sleep(0)
    for task in (tasks[0], late):
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    await writes.drain()

    assert await tasks[1] == frozenset({"lost"})
    assert write.groups == [["a", "b"]]


async def test_there_may_be_nothing_to_drain():
    await GroupedWrites(Slow()).drain()


async def test_an_outage_says_why_and_whether_waiting_helps():
    assert str(DOWN) == "The store of jobs cannot be used: it is locked. Try again."
    assert (DOWN.code, DOWN.facts) == ("store_unavailable", {"reason": "it is locked", "retryable": True})
