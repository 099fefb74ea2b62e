"""All that a job can have on the embedded engine, as a client gives it and sees it."""

from __future__ import annotations

import asyncio
import json

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.webhook_sender import OK

pytestmark = pytest.mark.anyio

HOOK = "https://example.com/hook"
CHAT = "https://chat.example.com/hooks/0123456789abcdef"
JOB = {"name": "job", "url": HOOK}
CORE = 11


async def test_a_job_is_shown_with_all_that_it_was_given(connect):
    given = {
        "interval_seconds": 90,
        "description": "Why.",
        "group": "nightly",
        "options": {"retries": 3.0, "notify_url": CHAT},
    }
    async with connect() as assistant:
        created = await assistant.call("create_job", **JOB, **given)
        shown = await assistant.call("get_job", job_id=created["job"]["job_id"])
        listed = await assistant.call("list_jobs")

    assert created["schedule"]["description"] == "Every 1 minute 30 seconds"
    assert shown["job"] == created["job"]
    expected = given | {
        "cron_expression": None,
        "options": {"retries": 3, "notify_url": "https://chat.example.com/***masked***"},
    }
    assert {name: shown["job"][name] for name in expected} == expected
    assert (listed["jobs"][0]["interval_seconds"], listed["jobs"][0]["group"]) == (90, "nightly")


async def test_a_job_is_shown_with_nothing_that_it_does_not_have(connect):
    async with connect() as assistant:
        created = await assistant.call("create_job", **JOB, cron_expression="@daily")

    more = {"interval_seconds", "run_at", "description", "group", "options"}
    assert not more & created["job"].keys()


async def test_a_single_run_is_shown_in_the_zone_that_was_given(connect):
    async with connect() as assistant:
        created = await assistant.call(
            "create_job", **JOB, run_at="2027-01-01T01:00:00", timezone="Europe/Berlin"
        )

    assert created["job"]["run_at"] == "2027-01-01T00:00:00+00:00"
    assert created["schedule"]["next_runs"] == ["2027-01-01T01:00:00+01:00"]


async def test_every_problem_is_told_at_once_with_its_path(connect):
    async with connect() as assistant:
        error = await assistant.refuse(
            "create_job", name="two words", url=HOOK, run_at="soon", options={"retries": 99, "x": 1}
        )

    fields = {problem["field"] for problem in error["problems"]}
    assert fields == {"name", "run_at", "options.retries", "options.x"}


async def test_a_wrong_type_hides_no_other_problem(connect):
    async with connect() as assistant:
        error = await assistant.refuse("create_job", name="two words", url=HOOK, options="retries=3")

    fields = {problem["field"] for problem in error["problems"]}
    assert fields == {"name", "options", "cron_expression"}


async def test_an_update_changes_the_kind_and_the_options_that_it_names(connect):
    async with connect() as assistant:
        created = await assistant.call(
            "create_job", **JOB, cron_expression="@daily", options={"retries": 3, "overlap": "queue"}
        )
        job_id = created["job"]["job_id"]
        changed = await assistant.call(
            "update_job", job_id=job_id, interval_seconds=60, options={"retries": None, "max_runs": 5}
        )

    assert changed["job"]["interval_seconds"] == 60
    assert changed["job"]["cron_expression"] is None
    assert changed["job"]["options"] == {"overlap": "queue", "max_runs": 5}


async def test_the_deletion_shows_what_is_masked_of_the_options(connect):
    async with connect() as assistant:
        created = await assistant.call("create_job", **JOB, interval_seconds=60, options={"notify_url": CHAT})
        asked = await assistant.call("delete_job", job_id=created["job"]["job_id"])

    assert asked["masked"] == ["options.notify_url"]
    assert "0123456789abcdef" not in json.dumps(asked)


async def test_no_error_repeats_the_url_where_a_person_is_told(connect):
    async with connect() as assistant:
        error = await assistant.refuse(
            "create_job", **JOB, interval_seconds=60, options={"notify_url": f"{CHAT} ", "retries": 99}
        )

    assert "0123456789abcdef" not in json.dumps(error)


async def test_a_log_entry_tells_of_the_run_with_what_the_target_answered(connect, sender, engine):
    sender.answer(HOOK, evolve(OK, body="done \u202e with s3cret-token"))
    engine.start()
    async with connect() as assistant:
        created = await assistant.call(
            "create_job", **JOB, cron_expression="@daily", headers={"Authorization": "Bearer s3cret-token"}
        )
        job_id = created["job"]["job_id"]
        ran = await assistant.call("run_job_now", job_id=job_id)
        for _ in range(50):
            await asyncio.sleep(0)
        logs = await assistant.call("get_job_logs", job_id=job_id)
        read = await assistant.client.read_resource(f"cronlytic://job/{job_id}/logs")

    (entry,) = logs["logs"]
    assert (entry["run_id"], entry["source"], entry["attempts"]) == (ran["run"]["run_id"], "manual", 1)
    assert entry["lateness"] >= 0
    assert entry["untrusted_body"] == "done  with ***masked***"
    assert json.loads(read.contents[0].text)["logs"] == [entry]


async def test_the_core_tools_keep_their_budget_where_a_job_has_more(connect):
    def size(value: object) -> int:
        return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))

    async with connect() as assistant:
        core = list(assistant.tools.values())[:CORE]
    assert sum(len(tool.name) + len(tool.description) + size(tool.input_schema) for tool in core) < 8_000
