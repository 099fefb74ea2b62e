"""Many jobs changed at once: shown first, confirmed by a token, with a result for each, in either era."""

from __future__ import annotations

from contextlib import asynccontextmanager

import pytest

from cronlytic_mcp.adapters.memory.gateway import MemoryGateway
from cronlytic_mcp.application.bulk_plan import BULK_LIMIT
from cronlytic_mcp.domain.errors import NotPermitted, ServiceUnavailable
from cronlytic_mcp.domain.job import JobStatus
from cronlytic_mcp.entrypoints.toolset import Toolset
from tests.mcp.assistant import fields_of
from tests.mcp.backends import FixedGateway
from tests.mcp.raw_server import raw_server
from tests.mcp.snapshot import check_snapshot
from tests.mcp.toolset_story import job

pytestmark = pytest.mark.anyio

NAMES = ("nightly-backup", "nightly-report", "weekly")


class FailingGateway(MemoryGateway):
    """Fails to pause jobs of some names."""

    def __init__(self, clock) -> None:
        super().__init__(clock)
        self.errors = {}

    async def pause(self, job_id):
        if error := self.errors.get((await self.get(job_id)).spec.name):
            raise error
        return await super().pause(job_id)


@pytest.fixture
def toolsets():
    return frozenset({Toolset.CORE, Toolset.BULK})


@pytest.fixture
def gateway(clock):
    return FailingGateway(clock)


@pytest.fixture
def bulk(connect):
    """Connect, with a few jobs there; yields the assistant and their ids by name."""

    @asynccontextmanager
    async def opened():
        async with connect() as assistant:
            yield assistant, {name: (await assistant.create(name=name))["job_id"] for name in NAMES}

    return opened


async def test_the_tool_is_shown_as_its_snapshot_says(connect):
    async with connect() as assistant:
        check_snapshot(assistant.tools["bulk_update_jobs"])


async def test_it_says_that_it_writes_and_may_overwrite(connect):
    async with connect() as assistant:
        tool = assistant.tools["bulk_update_jobs"]
    hints = tool.annotations
    assert (hints.read_only_hint, hints.destructive_hint, hints.idempotent_hint) == (False, True, True)
    assert hints.open_world_hint
    assert len(tool.description) <= 350


async def test_the_first_call_changes_nothing_and_shows_what_would_change(bulk, gateway):
    async with bulk() as (assistant, ids):
        answer = await assistant.call("bulk_update_jobs", action="pause", name="NIGHTLY")
    assert (answer["carried_out"], answer["remaining"], answer["not_found"]) == (False, 0, [])
    assert answer["changes"] == [
        {"job_id": ids[name], "name": name, "before": "pending", "after": "paused", "outcome": "planned"}
        for name in NAMES[:2]
    ]
    assert answer["outcomes"] == {"planned": 2}
    assert "Show the person these 2 changes" in answer["message"]
    assert {each.status for each in await gateway.list()} == {JobStatus.PENDING}


async def test_the_same_call_with_the_token_changes_exactly_that(bulk, gateway):
    async with bulk() as (assistant, ids):
        call = {"action": "pause", "job_ids": [ids["weekly"], ids["nightly-backup"], "missing"]}
        shown = await assistant.call("bulk_update_jobs", **call)
        assert shown["not_found"] == ["missing"]
        answer = await assistant.call(
            "bulk_update_jobs", **call, confirmation_token=shown["confirmation_token"]
        )
        again = await assistant.call(
            "bulk_update_jobs", **call, confirmation_token=shown["confirmation_token"]
        )
    assert (answer["carried_out"], answer["outcomes"], answer["message"]) == (
        True,
        {"done": 2},
        "2 of 2 jobs changed.",
    )
    assert "confirmation_token" not in answer
    paused = {each.spec.name for each in await gateway.list() if each.status is JobStatus.PAUSED}
    assert paused == {"weekly", "nightly-backup"}
    assert (again["changes"], again["left_alone_count"]) == ([], 2)
    assert again["message"] == "Nothing to change: every job that matches is as wanted already."


async def test_schedules_are_changed_and_shown_before_and_after(bulk, gateway):
    async with bulk() as (assistant, _):
        call = {"action": "reschedule", "name": "nightly", "cron_expression": "@hourly"}
        shown = await assistant.call("bulk_update_jobs", **call)
        assert {(each["before"], each["after"]) for each in shown["changes"]} == {("0 3 * * *", "0 * * * *")}
        await assistant.call("bulk_update_jobs", **call, confirmation_token=shown["confirmation_token"])
    assert sorted(each.spec.schedule.expression for each in await gateway.list()) == [
        "0 * * * *",
        "0 * * * *",
        "0 3 * * *",
    ]


async def test_jobs_that_match_and_stay_are_told_with_the_reason(bulk):
    async with bulk() as (assistant, ids):
        await assistant.call("pause_job", job_id=ids["weekly"])
        answer = await assistant.call("bulk_update_jobs", action="pause")
        nothing = await assistant.call("bulk_update_jobs", action="pause", name="no such name")
    assert answer["left_alone"] == [
        {"job_id": ids["weekly"], "name": "weekly", "reason": "is paused already"}
    ]
    assert nothing["message"] == "Nothing to change: no job matches."


async def test_a_token_does_not_hold_for_other_arguments_nor_after_a_change(bulk):
    async with bulk() as (assistant, ids):
        token = (await assistant.call("bulk_update_jobs", action="pause", name="nightly"))[
            "confirmation_token"
        ]
        other = await assistant.refuse("bulk_update_jobs", action="pause", confirmation_token=token)
        await assistant.call("update_job", job_id=ids["nightly-report"], name="nightly-renamed")
        changed = await assistant.refuse(
            "bulk_update_jobs", action="pause", name="nightly", confirmation_token=token
        )
    assert other["code"] == changed["code"] == "confirmation_invalid"


async def test_a_job_that_fails_says_why_and_the_others_go_on(bulk, gateway):
    gateway.errors["nightly-report"] = NotPermitted("pause this job")
    async with bulk() as (assistant, _):
        shown = await assistant.call("bulk_update_jobs", action="pause")
        answer = await assistant.call(
            "bulk_update_jobs", action="pause", confirmation_token=shown["confirmation_token"]
        )
    assert answer["outcomes"] == {"done": 2, "failed": 1}
    (failed,) = [each for each in answer["changes"] if each["outcome"] == "failed"]
    assert (failed["name"], failed["error"]["code"]) == ("nightly-report", "not_permitted")
    assert answer["message"].startswith("2 of 3 jobs changed. Each of the others says why in error.")


async def test_an_error_that_came_when_all_were_tried_has_stopped_nothing(bulk, gateway):
    gateway.errors[max(NAMES)] = ServiceUnavailable("it is down")
    async with bulk() as (assistant, _):
        shown = await assistant.call("bulk_update_jobs", action="pause")
        answer = await assistant.call(
            "bulk_update_jobs", action="pause", confirmation_token=shown["confirmation_token"]
        )
    assert answer["outcomes"] == {"done": 2, "failed": 1}
    assert answer["message"].startswith("2 of 3 jobs changed. Each of the others says why in error.")


async def test_an_error_that_would_meet_all_ends_it_and_the_way_on_is_told(connect, gateway):
    async with connect() as assistant:
        for number in range(30):
            await assistant.create(name=f"job-{number:02}")
        gateway.errors["job-00"] = ServiceUnavailable("it is down")
        shown = await assistant.call("bulk_update_jobs", action="pause")
        answer = await assistant.call(
            "bulk_update_jobs", action="pause", confirmation_token=shown["confirmation_token"]
        )
        assert answer["outcomes"]["not_tried"] > 0
        assert "Stopped, because every further call would fail like this" in answer["message"]
        assert "call again without confirmation_token" in answer["message"]
        gateway.errors.clear()
        rest = await assistant.call("bulk_update_jobs", action="pause")
        await assistant.call(
            "bulk_update_jobs", action="pause", confirmation_token=rest["confirmation_token"]
        )
    assert {each.status for each in await gateway.list()} == {JobStatus.PAUSED}


async def test_progress_is_told_job_by_job_before_the_answer(tmp_path, era):
    async with raw_server(tmp_path, "--toolsets", "core,bulk", "--backend", "memory", era=era) as server:
        await server.open()
        for name in NAMES:
            await server.call("create_job", name=name, url="https://example.com/", cron_expression="@daily")
        shown = await server.call("bulk_update_jobs", action="pause")
        arguments = {"action": "pause", "confirmation_token": shown["confirmation_token"]}
        call = {"name": "bulk_update_jobs", "arguments": arguments, "_meta": {"progressToken": "told"}}
        request = server.send("tools/call", call)
        await server.answer_to(request)
    *_, first, second, third, answer = server.messages
    told = [message["params"] for message in (first, second, third)]
    assert answer["id"] == request
    assert [(each["progressToken"], each["progress"], each["total"]) for each in told] == [
        ("told", number, 3) for number in (1, 2, 3)
    ]
    assert sorted(each["message"] for each in told) == [f"{name}: done" for name in sorted(NAMES)]


@pytest.mark.parametrize(
    ("arguments", "field", "rule", "said"),
    [
        ({}, "action", "required", "is required"),
        ({"action": "delete"}, "action", "choice", "pause, resume, reschedule"),
        ({"action": "reschedule"}, "cron_expression", "missing", "give it, or timezone"),
        (
            {"action": "pause", "cron_expression": "@daily"},
            "cron_expression",
            "unused",
            "only for reschedule",
        ),
        ({"action": "pause", "status": "running"}, "status", "choice", "pending, paused, success, failed"),
        ({"action": "pause", "job_ids": "a"}, "job_ids", "type", "must be a list, not a string"),
        ({"action": "pause", "job_ids": []}, "job_ids", "count", "must be 1 to 100 entries; there are 0."),
        ({"action": "pause", "job_ids": ["a"] * 101}, "job_ids", "count", "there are 101."),
        ({"action": "pause", "job_ids": [5]}, "job_ids.0", "type", "must be a string"),
        ({"action": "pause", "job_ids": ["../x"]}, "job_ids", "format", "holds what is no id"),
        ({"action": "pause", "name": "x" * 51}, "name", "length", "1-50 characters"),
        ({"action": "pause", "names": "x"}, "names", "unknown", "did you mean name?"),
        ({"action": "reschedule", "cron_expression": "61 * * * *"}, "cron_expression", "range", "61"),
    ],
)
async def test_wrong_arguments_are_refused_before_anything_happens(connect, arguments, field, rule, said):
    async with connect() as assistant:
        error = await assistant.refuse("bulk_update_jobs", **arguments)
    assert (field, rule) in fields_of(error)
    (message,) = [each["message"] for each in error["problems"] if each["field"] == field]
    assert said in message
    assert all(each["example"] for each in error["problems"] if each["rule"] != "unknown")


class TestTooMuch:
    @pytest.fixture
    def gateway(self):
        return FixedGateway()

    async def test_more_than_a_hundred_are_done_in_several_calls(self, connect, gateway):
        gateway.jobs = [job(number) for number in range(250)]
        async with connect() as assistant:
            answer = await assistant.call("bulk_update_jobs", action="pause")
        assert (len(answer["changes"]), answer["remaining"]) == (BULK_LIMIT, 150)
        assert "150 more jobs wait" in answer["message"]

    async def test_what_does_not_fit_is_counted_and_the_way_to_it_told(self, connect, gateway):
        gateway.jobs = [job(number, name=f"{number:03}-" + "n" * 400) for number in range(100)]
        gateway.jobs += [job(200 + number, status=JobStatus.PAUSED) for number in range(30)]
        async with connect() as assistant:
            answer = await assistant.call("bulk_update_jobs", action="pause")
        shown = len(answer["changes"])
        assert 10 < shown < 100
        assert answer["outcomes"] == {"planned": 100}
        assert (len(answer["left_alone"]), answer["left_alone_count"]) == (20, 30)
        said = " ".join(answer["omitted"])
        assert f"changes: {shown} of 100 fit" in said
        assert "left_alone: 20 of 30" in said
