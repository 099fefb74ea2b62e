"""Many jobs at once: first shown, then confirmed, then changed one by one with a result for each."""

from __future__ import annotations

from functools import partial
from typing import Any

import anyio.lowlevel
import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.application.bulk_plan import BULK_LIMIT, BulkAction
from cronlytic_mcp.application.bulk_run import AT_ONCE, Outcome
from cronlytic_mcp.application.bulk_update_jobs import BulkResult, bulk_update_jobs
from cronlytic_mcp.application.confirmation import Confirmations
from cronlytic_mcp.domain.capabilities import Capabilities
from cronlytic_mcp.domain.errors import (
    ConfirmationInvalid,
    CronlyticError,
    InvalidArguments,
    JobNotFound,
    NotAuthenticated,
    NotSupported,
    RateLimited,
    ServiceUnavailable,
    UnexpectedResponse,
)
from cronlytic_mcp.domain.job import Job, JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule, IntervalSchedule, OneShot, Schedule
from tests.application.stories import spec
from tests.clock import FakeClock

pytestmark = pytest.mark.anyio


class FailingGateway(MemoryGateway):
    """A backend that fails to pause jobs of some names, and notes how many calls it has at once."""

    def __init__(self, clock: FakeClock) -> None:
        super().__init__(clock)
        self.errors: dict[str, CronlyticError] = {}
        self.asked: list[str] = []
        self.busy = self.busiest = 0

    async def pause(self, job_id: str) -> Job:
        name = (await self.get(job_id)).spec.name
        self.asked.append(name)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await anyio.lowlevel.checkpoint()
        self.busy -= 1
        if error := self.errors.get(name):
            raise error
        return await super().pause(job_id)


class StoredGateway(MemoryGateway):
    """A backend that knows zones and holds jobs as somebody else stored them."""

    def __init__(self, clock: FakeClock, *schedules: Schedule) -> None:
        super().__init__(clock)
        self.jobs = {
            f"id-{n}": Job(f"id-{n}", evolve(spec(name=f"job-{n}"), schedule=schedule), JobStatus.SUCCESS)
            for n, schedule in enumerate(schedules)
        }

    @property
    def capabilities(self) -> Capabilities:
        return evolve(super().capabilities, time_zones=True)

    async def list(self) -> tuple[Job, ...]:
        return tuple(self.jobs.values())

    async def get(self, job_id: str) -> Job:
        return self.jobs[job_id]

    async def update(self, job_id: str, spec: JobSpec) -> Job:
        self.jobs[job_id] = evolve(self.jobs[job_id], spec=spec)
        return self.jobs[job_id]


@pytest.fixture
def gateway(clock: FakeClock) -> FailingGateway:
    return FailingGateway(clock)


@pytest.fixture
def bulk(gateway: FailingGateway, clock: FakeClock, confirmations: Confirmations):
    return partial(bulk_update_jobs, gateway, clock, confirmations)


@pytest.fixture
def confirmations(clock: FakeClock) -> Confirmations:
    return Confirmations(b"secret", clock)


async def fill(gateway: MemoryGateway, *names: str, **changes: Any) -> dict[str, str]:
    return {name: (await gateway.create(spec(name=name, **changes))).job_id for name in names}


async def confirmed(bulk: Any, **arguments: Any) -> BulkResult:
    token = (await bulk(**arguments)).confirmation_token
    return await bulk(**arguments, confirmation_token=token)


def planned(result: BulkResult) -> list[tuple[str, str, str]]:
    return [(e.change.job.spec.name, e.change.before, e.change.after) for e in result.entries]


def outcomes(result: BulkResult) -> dict[str, Outcome]:
    return {entry.change.job.spec.name: entry.outcome for entry in result.entries}


def left_alone(result: BulkResult) -> dict[str, str]:
    return {left.job.spec.name: left.reason for left in result.left_alone}


async def statuses(gateway: MemoryGateway) -> dict[str, JobStatus]:
    return {job.spec.name: job.status for job in await gateway.list()}


async def test_a_dry_run_says_what_would_change_and_changes_nothing(gateway, bulk) -> None:
    ids = await fill(gateway, "b", "a", "c")
    await gateway.pause(ids["c"])
    before = await gateway.list()
    result = await bulk(action="pause")
    assert planned(result) == [("a", "pending", "paused"), ("b", "pending", "paused")]
    assert left_alone(result) == {"c": "is paused already"}
    assert set(outcomes(result).values()) == {Outcome.PLANNED}
    assert (result.action, result.carried_out, result.remaining) == (BulkAction.PAUSE, False, 0)
    assert result.confirmation_token is not None
    assert await gateway.list() == before


async def test_the_token_carries_it_out(gateway, bulk) -> None:
    await fill(gateway, "a", "b")
    result = await confirmed(bulk, action="pause")
    assert (result.carried_out, result.confirmation_token, result.stopped_by) == (True, None, None)
    assert outcomes(result) == {"a": Outcome.DONE, "b": Outcome.DONE}
    assert set((await statuses(gateway)).values()) == {JobStatus.PAUSED}
    result = await confirmed(bulk, action="resume")
    assert planned(result) == [("a", "paused", "pending"), ("b", "paused", "pending")]
    assert set((await statuses(gateway)).values()) == {JobStatus.PENDING}


async def test_jobs_are_chosen_by_status_name_and_id(gateway, bulk) -> None:
    ids = await fill(gateway, "db-backup", "Backup-files", "report")
    failure = LogEntry(FakeClock().now(), RunStatus.FAILED, 500, 0.1)
    gateway.record_run(ids["db-backup"], failure)

    async def chosen(**arguments: Any) -> list[str]:
        return [name for name, _, _ in planned(await bulk(action="pause", **arguments))]

    assert await chosen(name="backup") == ["Backup-files", "db-backup"]
    assert await chosen(status="failed") == ["db-backup"]
    assert await chosen(job_ids=[ids["report"], ids["db-backup"]]) == ["db-backup", "report"]
    assert await chosen(job_ids=[ids["report"], ids["db-backup"]], name="rep") == ["report"]


async def test_ids_that_no_job_has_are_named(gateway, bulk) -> None:
    ids = await fill(gateway, "a")
    result = await bulk(action="pause", job_ids=["unknown", ids["a"]], name="a")
    assert (result.not_found, len(result.entries)) == (("unknown",), 1)


async def test_the_same_schedule_for_many_keeps_all_else(gateway, bulk) -> None:
    ids = await fill(gateway, "a", "b")
    await gateway.update(ids["b"], spec(name="b", cron_expression="15 3 * * *"))
    result = await confirmed(bulk, action="reschedule", cron_expression="15 03 * * *")
    assert planned(result) == [("a", "0 3 * * *", "15 3 * * *")]
    assert left_alone(result) == {"b": "has this schedule already"}
    assert (await gateway.get(ids["a"])).spec == spec(name="a", cron_expression="15 3 * * *")


async def test_without_anything_to_change_there_is_nothing_to_confirm(gateway, bulk) -> None:
    await fill(gateway, "a")
    result = await bulk(action="resume")
    assert (result.entries, result.confirmation_token) == ((), None)
    assert left_alone(result) == {"a": "is not paused"}


async def test_a_repeated_call_changes_nothing_more(gateway, bulk) -> None:
    await fill(gateway, "a", "b")
    token = (await bulk(action="pause")).confirmation_token
    await bulk(action="pause", confirmation_token=token)
    asked = list(gateway.asked)
    again = await bulk(action="pause", confirmation_token=token)
    assert (again.carried_out, again.entries, len(again.left_alone)) == (True, (), 2)
    assert gateway.asked == asked


async def test_a_token_holds_for_exactly_these_jobs_and_their_content(gateway, bulk, clock) -> None:
    ids = await fill(gateway, "a", "b")
    token = (await bulk(action="pause")).confirmation_token
    await gateway.update(ids["b"], spec(name="b", body="other"))
    with pytest.raises(ConfirmationInvalid, match="Call bulk_update_jobs without"):
        await bulk(action="pause", confirmation_token=token)
    await gateway.update(ids["b"], spec(name="b"))
    await fill(gateway, "c")
    with pytest.raises(ConfirmationInvalid):
        await bulk(action="pause", confirmation_token=token)
    with pytest.raises(ConfirmationInvalid):
        await bulk(action="pause", name="a", confirmation_token=token)
    await gateway.delete((await gateway.list())[-1].job_id)
    clock.advance(301)
    with pytest.raises(ConfirmationInvalid, match="older than"):
        await bulk(action="pause", confirmation_token=token)
    assert gateway.asked == []


async def test_a_token_holds_for_its_action_and_its_schedule(gateway, bulk) -> None:
    await fill(gateway, "a")
    token = (await bulk(action="reschedule", cron_expression="15 3 * * *")).confirmation_token
    for other in ({"action": "pause"}, {"action": "reschedule", "cron_expression": "16 3 * * *"}):
        with pytest.raises(ConfirmationInvalid):
            await bulk(**other, confirmation_token=token)


async def test_a_run_in_between_does_not_end_a_token(gateway, bulk) -> None:
    ids = await fill(gateway, "a")
    token = (await bulk(action="pause")).confirmation_token
    gateway.record_run(ids["a"], LogEntry(FakeClock().now(), RunStatus.SUCCESS, 200, 0.1))
    assert outcomes(await bulk(action="pause", confirmation_token=token)) == {"a": Outcome.DONE}


async def test_one_failure_does_not_hold_up_the_others(gateway, bulk) -> None:
    await fill(gateway, *"abcdefgh")
    gateway.errors = {
        "b": UnexpectedResponse("pause a job", "it is odd", status=418),
        "d": JobNotFound("id-d"),
    }
    result = await confirmed(bulk, action="pause")
    assert [name for name, outcome in outcomes(result).items() if outcome is Outcome.FAILED] == ["b", "d"]
    assert [e.error.code for e in result.entries if e.error] == ["unexpected_response", "job_not_found"]
    assert list((await statuses(gateway)).values()).count(JobStatus.PAUSED) == 6
    assert result.stopped_by is None


@pytest.mark.parametrize(
    "error", [NotAuthenticated(), RateLimited(30), ServiceUnavailable("the breaker is open", retryable=False)]
)
async def test_what_would_meet_every_job_stops_the_rest(gateway, bulk, error) -> None:
    names = [f"job-{n:02}" for n in range(20)]
    await fill(gateway, *names)
    gateway.errors = dict.fromkeys(names[2:], error)
    result = await confirmed(bulk, action="pause")
    found = outcomes(result)
    assert [found[name] for name in names[:3]] == [Outcome.DONE, Outcome.DONE, Outcome.FAILED]
    assert found["job-19"] is Outcome.NOT_TRIED
    assert len(gateway.asked) <= 3 + AT_ONCE
    assert sorted(gateway.asked) == [name for name in names if found[name] is not Outcome.NOT_TRIED]
    assert result.stopped_by is error


async def test_after_a_stop_the_next_call_goes_on_with_the_rest(gateway, bulk) -> None:
    await fill(gateway, *"abcdefgh")
    gateway.errors = {"c": NotAuthenticated()}
    first = await confirmed(bulk, action="pause")
    gateway.errors = {}
    second = await confirmed(bulk, action="pause")
    done = [{name for name, o in outcomes(r).items() if o is Outcome.DONE} for r in (first, second)]
    assert done[0] | done[1] == set("abcdefgh")
    assert not done[0] & done[1]


async def test_a_few_are_changed_at_a_time(gateway, bulk) -> None:
    await fill(gateway, *(f"job-{n:02}" for n in range(30)))
    await confirmed(bulk, action="pause")
    assert gateway.busiest == AT_ONCE


async def test_one_call_changes_a_bounded_number_and_says_how_many_are_left(gateway, bulk) -> None:
    await fill(gateway, *(f"job-{n:03}" for n in range(BULK_LIMIT + 30)))
    first = await confirmed(bulk, action="pause")
    assert (len(first.entries), first.remaining) == (BULK_LIMIT, 30)
    second = await confirmed(bulk, action="pause")
    assert (len(second.entries), second.remaining, len(second.left_alone)) == (30, 0, BULK_LIMIT)


async def test_progress_is_told_after_each_job(gateway, bulk) -> None:
    await fill(gateway, *"abc")
    gateway.errors = {"b": JobNotFound("id-b")}
    told: list[tuple[int, int, str]] = []

    async def progress(through: int, total: int, message: str) -> None:
        told.append((through, total, message))

    token = (await bulk(action="pause", progress=progress)).confirmation_token
    assert told == []
    await bulk(action="pause", confirmation_token=token, progress=progress)
    assert [(through, total) for through, total, _ in told] == [(1, 3), (2, 3), (3, 3)]
    assert {message for *_, message in told} == {"a: done", "b: failed", "c: done"}


@pytest.mark.parametrize(
    ("arguments", "fields"),
    [
        ({"action": "delete"}, ["action"]),
        ({"action": "reschedule"}, ["cron_expression"]),
        (
            {"action": "pause", "cron_expression": "0 3 * * *", "timezone": "UTC"},
            ["cron_expression", "timezone"],
        ),
        ({"action": "pause", "status": "running", "name": ""}, ["status", "name"]),
        ({"action": "pause", "name": "x" * 51}, ["name"]),
        ({"action": "pause", "job_ids": []}, ["job_ids"]),
        ({"action": "pause", "job_ids": ["x"] * 101}, ["job_ids"]),
        ({"action": "pause", "job_ids": ["x", "../ping", "a b"]}, ["job_ids"]),
        (
            {"action": "reschedule", "cron_expression": "61 3 * * *", "timezone": "Mars"},
            ["cron_expression", "timezone"],
        ),
    ],
)
async def test_arguments_that_cannot_be_meant_are_refused_together(bulk, arguments, fields) -> None:
    with pytest.raises(InvalidArguments) as refused:
        await bulk(**arguments)
    assert [problem.field for problem in refused.value.problems] == fields


async def test_a_zone_is_refused_where_the_backend_knows_only_utc(gateway, bulk) -> None:
    await fill(gateway, "a")
    with pytest.raises(NotSupported, match="0 2 "):
        await bulk(action="reschedule", cron_expression="0 3 * * *", timezone="Europe/Berlin")


async def test_jobs_keep_the_part_of_the_schedule_that_is_not_given(clock, confirmations) -> None:
    gateway = StoredGateway(
        clock,
        CronSchedule("@daily", "Europe/Berlin"),
        CronSchedule("0 3 * * *"),
        CronSchedule("0 3 * * *", "Asia/Tokyo"),
    )
    bulk = partial(bulk_update_jobs, gateway, clock, confirmations)
    assert planned(await bulk(action="reschedule", cron_expression="@midnight")) == [
        ("job-1", "0 3 * * *", "0 0 * * *"),
        ("job-2", "0 3 * * * (Asia/Tokyo)", "0 0 * * * (Asia/Tokyo)"),
    ]
    result = await confirmed(bulk, action="reschedule", timezone="Asia/Tokyo")
    assert left_alone(result) == {"job-2": "has this schedule already"}
    assert gateway.jobs["id-0"].spec.schedule == CronSchedule("0 0 * * *", "Asia/Tokyo")
    assert gateway.jobs["id-1"].spec.schedule == CronSchedule("0 3 * * *", "Asia/Tokyo")


async def test_schedules_of_other_kinds_are_replaced_whole_or_left_alone(clock, confirmations) -> None:
    schedules = (
        IntervalSchedule(90),
        OneShot(clock.now()),
        CronSchedule("every day"),
        CronSchedule("0 3 * * *", "Mars"),
    )
    bulk = partial(bulk_update_jobs, StoredGateway(clock, *schedules), clock, confirmations)
    by_zone = await bulk(action="reschedule", timezone="Asia/Tokyo")
    assert planned(by_zone) == [("job-3", "0 3 * * * (Mars)", "0 3 * * * (Asia/Tokyo)")]
    reasons = left_alone(by_zone)
    assert reasons["job-0"] == reasons["job-1"] == "has no cron expression that a timezone could apply to"
    assert reasons["job-2"].startswith("keeps a part of its schedule that cannot be read: ")
    by_expression = await bulk(action="reschedule", cron_expression="0 4 * * *")
    assert planned(by_expression) == [
        ("job-0", "every 90 s", "0 4 * * *"),
        ("job-1", "once at 2026-01-15T12:00:00+00:00", "0 4 * * *"),
        ("job-2", "every day", "0 4 * * *"),
    ]
    assert left_alone(by_expression)["job-3"].startswith("keeps a part of its schedule")
