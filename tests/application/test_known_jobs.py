"""What is published of the jobs: each change once, whoever made it, and however looks and writes overlap."""

from __future__ import annotations

from datetime import timedelta

import anyio
import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.adapters.memory.job_events import MemoryJobEvents
from cronlytic_mcp.application.job_events import JobChanged, ListChanged, LogsChanged
from cronlytic_mcp.application.known_jobs import KnownJobs
from cronlytic_mcp.application.publishing_gateway import PublishingGateway
from cronlytic_mcp.domain.errors import JobNotFound, ServiceUnavailable
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from tests.application.stories import spec

pytestmark = pytest.mark.anyio


class Pausable:
    """Holds calls up between what the backend does and its answer, one gate for each kind of call."""

    def __init__(self) -> None:
        self.reached = anyio.Event()
        self.released = anyio.Event()

    async def pass_through(self) -> None:
        self.reached.set()
        await self.released.wait()


class SlowGateway(MemoryGateway):
    """Answers some calls late, with what was true when they were carried out."""

    def __init__(self, clock) -> None:
        super().__init__(clock)
        self.late: dict[str, Pausable] = {}

    async def list(self):
        jobs = await super().list()
        await self._wait("list")
        return jobs

    async def create(self, wanted):
        job = await super().create(wanted)
        await self._wait("create")
        return job

    async def update(self, job_id, wanted):
        job = await super().update(job_id, wanted)
        await self._wait("update")
        return job

    async def delete(self, job_id):
        await super().delete(job_id)
        await self._wait("delete")

    async def _wait(self, call: str) -> None:
        if call in self.late:
            await self.late.pop(call).pass_through()

    def hold(self, call: str) -> Pausable:
        """Answer the next such call only once it is released."""
        self.late[call] = Pausable()
        return self.late[call]


@pytest.fixture
def gateway(clock):
    return SlowGateway(clock)


@pytest.fixture
def heard():
    return []


@pytest.fixture
def known(heard):
    events = MemoryJobEvents()
    events.subscribe(heard.append)
    return KnownJobs(events)


@pytest.fixture
def ours(gateway, known):
    """The gateway as this server's own tools use it."""
    return PublishingGateway(gateway, known)


@pytest.fixture
async def job(gateway):
    return await gateway.create(spec(name="a"))


def changed(job_id: str, *, entries: bool) -> list:
    return [JobChanged(job_id), ListChanged(entries=entries)]


def run_at(clock, minutes=0):
    return LogEntry(clock.now() + timedelta(minutes=minutes), RunStatus.SUCCESS, 200, 0.1)


# --- Looks ---------------------------------------------------------------------------------------


async def test_the_first_look_takes_the_jobs_down_and_tells_nothing(known, gateway, job, heard):
    await known.look(gateway)
    await known.look(gateway)
    assert heard == []


async def test_what_others_change_is_told_by_the_next_look_once(known, gateway, job, heard):
    await known.look(gateway)
    await gateway.update(job.job_id, spec(name="a", cron_expression="5 5 * * *"))
    await known.look(gateway)
    await known.look(gateway)
    assert heard == changed(job.job_id, entries=False)


async def test_what_no_list_shows_is_told_of_the_job_alone(known, gateway, job, heard):
    await known.look(gateway)
    await gateway.update(job.job_id, spec(name="a", body='{"password": "another"}'))
    await known.look(gateway)
    assert heard == [JobChanged(job.job_id)]


async def test_a_rename_a_new_job_and_one_that_is_gone_change_the_entries_of_the_list(
    known, gateway, job, heard
):
    await known.look(gateway)
    await gateway.update(job.job_id, spec(name="b"))
    await known.look(gateway)
    other = await gateway.create(spec(name="c"))
    await known.look(gateway)
    await gateway.delete(job.job_id)
    await known.look(gateway)
    assert heard == [
        *changed(job.job_id, entries=True),
        *changed(other.job_id, entries=True),
        JobChanged(job.job_id),
        LogsChanged(job.job_id),
        ListChanged(entries=True),
    ]


async def test_a_run_changes_the_job_its_log_and_the_list(known, gateway, clock, job, heard):
    await known.look(gateway)
    gateway.record_run(job.job_id, run_at(clock))
    await known.look(gateway)
    assert heard == [JobChanged(job.job_id), LogsChanged(job.job_id), ListChanged(entries=True)]
    heard.clear()
    gateway.record_run(job.job_id, run_at(clock, 1))
    await known.look(gateway)
    assert heard == [JobChanged(job.job_id), LogsChanged(job.job_id)], "only the first run changes the list"


async def test_many_changes_are_one_change_of_the_list(known, gateway, heard):
    jobs = [await gateway.create(spec(name=name)) for name in "abc"]
    await known.look(gateway)
    for job in jobs:
        await gateway.pause(job.job_id)
    await known.look(gateway)
    assert heard == [*(JobChanged(job.job_id) for job in jobs), ListChanged(entries=False)]


async def test_a_look_that_fails_leaves_what_was_known(known, gateway, job, heard):
    class DownGateway(MemoryGateway):
        async def list(self):
            raise ServiceUnavailable("it is down")

    await known.look(gateway)
    with pytest.raises(ServiceUnavailable):
        await known.look(DownGateway(None))
    await gateway.pause(job.job_id)
    await known.look(gateway)
    assert heard == changed(job.job_id, entries=False)


async def test_what_was_forgotten_is_taken_down_anew(known, gateway, job, heard):
    await known.look(gateway)
    await gateway.pause(job.job_id)
    known.forget()
    await known.look(gateway)
    assert heard == []


# --- Writes --------------------------------------------------------------------------------------


async def test_each_write_is_told_at_once_and_not_again_by_a_look(known, ours, gateway, heard):
    await known.look(gateway)
    job = await ours.create(spec(name="a"))
    assert heard == changed(job.job_id, entries=True)
    for write, entries in (
        (lambda: ours.update(job.job_id, spec(name="b")), True),
        (lambda: ours.pause(job.job_id), False),
        (lambda: ours.resume(job.job_id), False),
    ):
        heard.clear()
        await write()
        assert heard == changed(job.job_id, entries=entries)
    heard.clear()
    await ours.delete(job.job_id)
    assert heard == [JobChanged(job.job_id), LogsChanged(job.job_id), ListChanged(entries=True)]
    heard.clear()
    await known.look(gateway)
    assert heard == []


async def test_a_write_that_changes_nothing_is_not_told(known, ours, gateway, job, heard):
    await ours.pause(job.job_id)
    await known.look(gateway)
    heard.clear()
    await ours.pause(job.job_id)
    assert heard == []


async def test_a_write_that_fails_is_not_told(known, ours, gateway, heard):
    await known.look(gateway)
    with pytest.raises(JobNotFound):
        await ours.pause("missing")
    assert heard == []


async def test_without_anything_known_a_write_is_told_as_whatever_it_may_have_changed(ours, job, heard):
    await ours.pause(job.job_id)
    await ours.delete(job.job_id)
    assert heard == [
        *changed(job.job_id, entries=True),
        JobChanged(job.job_id),
        LogsChanged(job.job_id),
        ListChanged(entries=True),
    ]


async def test_a_write_tells_with_it_what_others_changed_since_the_last_look(
    known, ours, gateway, job, heard
):
    await known.look(gateway)
    await gateway.update(job.job_id, spec(name="renamed"))
    await ours.pause(job.job_id)
    await known.look(gateway)
    assert heard == changed(job.job_id, entries=True)


async def test_the_other_calls_pass_through(ours, gateway, clock, job):
    assert ours.capabilities == gateway.capabilities
    assert await ours.ping() is None
    assert await ours.get(job.job_id) == job
    assert list(await ours.list()) == [job]
    assert list(await ours.logs(job.job_id)) == []


# --- Both at once --------------------------------------------------------------------------------


async def test_a_look_from_before_a_write_does_not_undo_it(known, ours, gateway, job, heard):
    await known.look(gateway)
    held = gateway.hold("list")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(known.look, gateway)
        await held.reached.wait()
        await ours.pause(job.job_id)
        held.released.set()
    await known.look(gateway)
    assert heard == changed(job.job_id, entries=False)


@pytest.mark.parametrize("call", ["update", "delete"])
async def test_a_look_that_sees_a_write_under_way_leaves_it_to_the_write(
    known, ours, gateway, job, heard, call
):
    await known.look(gateway)
    held = gateway.hold(call)
    async with anyio.create_task_group() as tasks:
        if call == "update":
            tasks.start_soon(ours.update, job.job_id, spec(name="b"))
        else:
            tasks.start_soon(ours.delete, job.job_id)
        await held.reached.wait()
        await known.look(gateway)
        assert heard == []
        held.released.set()
    await known.look(gateway)
    assert heard.count(JobChanged(job.job_id)) == 1
    assert heard.count(ListChanged(entries=True)) == 1


async def test_a_look_that_sees_a_job_under_creation_leaves_it_to_the_creation(
    known, ours, gateway, job, heard
):
    await known.look(gateway)
    held = gateway.hold("create")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ours.create, spec(name="new"))
        await held.reached.wait()
        await gateway.pause(job.job_id)
        await known.look(gateway)
        assert heard == changed(job.job_id, entries=False), "other jobs are looked at all the same"
        held.released.set()
    await known.look(gateway)
    (new,) = {each.job_id for each in await gateway.list()} - {job.job_id}
    assert heard.count(JobChanged(new)) == 1


async def test_a_look_from_before_a_creation_does_not_take_the_job_for_gone(known, ours, gateway, heard):
    await known.look(gateway)
    held = gateway.hold("list")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(known.look, gateway)
        await held.reached.wait()
        job = await ours.create(spec(name="new"))
        held.released.set()
    await known.look(gateway)
    assert heard == changed(job.job_id, entries=True)


async def test_a_write_with_an_unknown_outcome_is_told_by_the_next_look(known, ours, gateway, job, heard):
    held = gateway.hold("update")
    await known.look(gateway)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ours.update, job.job_id, spec(name="b"))
        await held.reached.wait()
        tasks.cancel_scope.cancel()
    assert heard == []
    await known.look(gateway)
    assert heard == changed(job.job_id, entries=True)


async def test_two_writes_of_one_job_at_once_keep_looks_away_until_both_are_over(
    known, ours, gateway, job, heard
):
    await known.look(gateway)
    first, second = gateway.hold("update"), None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(ours.update, job.job_id, spec(name="b"))
        await first.reached.wait()
        second = gateway.hold("update")
        tasks.start_soon(ours.update, job.job_id, spec(name="c"))
        await second.reached.wait()
        first.released.set()
        while not heard:
            await anyio.lowlevel.checkpoint()
        heard.clear()
        await known.look(gateway)
        assert heard == []
        second.released.set()
    await known.look(gateway)
    assert heard == changed(job.job_id, entries=True)
