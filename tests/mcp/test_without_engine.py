"""A backend without an engine of ours: its tools are not listed, and say what to do instead."""

from __future__ import annotations

import pytest

from tests.mcp.assistant import fields_of

pytestmark = pytest.mark.anyio


async def test_the_tools_of_the_engine_are_not_listed_and_name_the_alternative(connect):
    async with connect() as assistant:
        assert not {"run_job_now", "explain_job", "events_since", "get_run"} & set(assistant.tools)
        result = await assistant.client.call_tool("explain_job", {"job_id": "one"})

    error = result.structured_content["error"]
    assert error["code"] == "not_supported"
    assert "CRONLYTIC_BACKEND=local" in error["alternative"]


async def test_what_a_job_cannot_have_is_not_listed_and_asked_for_all_the_same_names_the_alternative(connect):
    more = {"interval_seconds": 300, "description": "Why.", "options": {"retries": 1}}
    async with connect() as assistant:
        for name in ("create_job", "update_job"):
            assert not {*more, "run_at", "group"} & assistant.tools[name].input_schema["properties"].keys()
        assert "cron_expression" in assistant.tools["create_job"].input_schema["required"]
        error = await assistant.refuse("create_job", name="job", url="https://example.com/", **more)
        job = await assistant.create()
        change = await assistant.refuse("update_job", job_id=job["job_id"], interval_seconds=300)

    assert error["feature"] == "interval_seconds, description and options"
    assert error["cron_expression"] == change["cron_expression"] == "*/5 * * * *"
    assert "CRONLYTIC_BACKEND=local" in error["alternative"]


async def test_a_new_job_without_a_schedule_is_refused_with_all_else_that_is_wrong(connect):
    async with connect() as assistant:
        error = await assistant.refuse("create_job", name="two words", url="https://example.com/")

    assert sorted(fields_of(error)) == [("cron_expression", "required"), ("name", "format")]
