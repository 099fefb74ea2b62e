"""A client that is not ours and not the SDK's in Python lists and calls each kind of thing, in both eras."""

from __future__ import annotations

import json

import pytest

# The first of them may have to install the tools; each request starts Node and the server.
pytestmark = [pytest.mark.anyio, pytest.mark.timeout(300)]

JOB = {"name": "backup", "url": "https://example.com/hook", "cron_expression": "0 3 * * *"}


async def test_it_lists_the_tools_and_finds_no_error_in_their_schemas(inspector, era):
    listed = await inspector.ask(era, "tools/list", "--strict")

    assert {"create_job", "list_jobs", "validate_cron"} <= {tool["name"] for tool in listed["tools"]}


async def test_it_calls_tools_and_is_told_their_errors(inspector, era, stub):
    created = await inspector.call(era, "create_job", **JOB)
    refused = await inspector.call(era, "create_job", **JOB | {"name": "a b"})

    assert created["job"]["job_id"] in stub.store.by_id
    assert refused["error"]["code"] == "invalid_job"


async def test_it_lists_and_reads_resources(inspector, era):
    job_id = (await inspector.call(era, "create_job", **JOB))["job"]["job_id"]

    listed = await inspector.ask(era, "resources/list")
    [jobs] = (await inspector.ask(era, "resources/read", "--uri", "cronlytic://jobs"))["contents"]
    [job] = (await inspector.ask(era, "resources/read", "--uri", f"cronlytic://job/{job_id}"))["contents"]

    assert {"cronlytic://jobs", f"cronlytic://job/{job_id}"} <= {each["uri"] for each in listed["resources"]}
    assert [each["job_id"] for each in json.loads(jobs["text"])["jobs"]] == [job_id]
    assert json.loads(job["text"])["name"] == "backup"


async def test_it_lists_the_resource_templates(inspector, era):
    listed = await inspector.ask(era, "resources/templates/list")

    assert {template["uriTemplate"] for template in listed["resourceTemplates"]} == {
        "cronlytic://job/{job_id}",
        "cronlytic://job/{job_id}/logs",
    }


async def test_it_lists_the_prompts_and_gets_one_that_knows_the_jobs(inspector, era):
    await inspector.call(era, "create_job", **JOB)

    listed = await inspector.ask(era, "prompts/list")
    named = ("--prompt-name", "job_troubleshooting_guide", "--prompt-args", "job_id=backup")
    got = await inspector.ask(era, "prompts/get", *named)

    assert len(listed["prompts"]) == 18
    assert "get_job_logs" in got["messages"][0]["content"]["text"]
    assert "cronlytic://job/" in str(got["messages"])
    assert JOB["url"] in str(got["messages"])
