"""The health and the analyses of a job as resources, and the prompt that leads to an analysis."""

from __future__ import annotations

import asyncio
import json
from collections import Counter

import pytest
from mcp import MCPError
from mcp_types import PromptReference, ResourceTemplateReference, ResourceUpdatedNotification

from tests.mcp.adaptive.test_acts import at, begin
from tests.mcp.subscriptions.conftest import Client2025, Client2026

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning"),
]

HEALTH, ANALYSIS = "cronlytic://job/{job_id}/health", "cronlytic://job/{job_id}/analysis"


async def read(assistant, template: str, job_id: str) -> dict:
    (contents,) = (await assistant.client.read_resource(template.replace("{job_id}", job_id))).contents
    return json.loads(contents.text)


async def test_they_are_listed_and_complete_the_id_of_a_job(connect):
    async with connect() as assistant:
        job = await assistant.create()
        listed = (await assistant.client.list_resource_templates()).resource_templates
        ref = ResourceTemplateReference(uri=ANALYSIS)
        found = await assistant.client.complete(ref, {"name": "job_id", "value": "back"})

    assert [template.uri_template for template in listed][2:] == [HEALTH, ANALYSIS]
    assert found.completion.values == [job["job_id"]]


async def test_health_over_three_windows_tells_a_recovery_from_a_failure(connect, clock, run_due):
    """A day of failures and an hour of successes."""
    async with connect() as assistant:
        job = await assistant.create(cron_expression="*/30 * * * *")
        before = await read(assistant, HEALTH, job["job_id"])
        for status in [500] * 10 + [200] * 2:
            clock.advance(1800)
            await run_due(status=status)
        clock.advance(60)
        health = await read(assistant, HEALTH, job["job_id"])

    assert [window["success_rate"] for window in before["windows"]] == [None, None, None]
    assert [window["success_rate"] for window in health["windows"]] == [1.0, 0.25, 2 / 12]
    assert (health["verdict"]["condition"], health["failures"]) == ("recovering", 0)


async def test_analysis_shows_the_pace_and_the_newest_sessions(connect):
    async with connect() as assistant:
        job_id, session = await begin(assistant)
        await assistant.call("propose_interval", session_id=session, interval_ms=300_000, reason="It grows.")
        await assistant.call("submit_analysis", session_id=session, reasoning="The queue grew.")
        shown = await read(assistant, ANALYSIS, job_id)
        with pytest.raises(MCPError, match="No job"):
            await read(assistant, ANALYSIS, "f" * 8)

    assert (shown["next_run_at"], shown["source"]) == (at(5), "hint-interval")
    assert shown["baseline"].startswith("the cron expression '0 * * * *'")
    assert (shown["why_due"], shown["analysis_due_at"]) == (None, at(60))
    assert shown["sessions"][0]["untrusted_reasoning"] == "The queue grew."


async def test_subscribers_hear_of_hints_sessions_and_runs(connect, era, clock, run_due, services):
    heard = Counter()

    async def hear(message) -> None:
        if isinstance(message, ResourceUpdatedNotification):
            heard[message.params.uri] += 1

    async def wait_for(uri: str) -> None:
        async with asyncio.timeout(20):
            while not heard[uri]:  # noqa: ASYNC110 - the client counts, and tells nobody
                await asyncio.sleep(0.01)
        heard.clear()

    async with connect(message_handler=hear) as assistant:
        job_id, session = await begin(assistant, cron_expression="*/5 * * * *")
        health, analysis = (template.replace("{job_id}", job_id) for template in (HEALTH, ANALYSIS))
        subscriber = {"2025": Client2025, "2026": Client2026}[era](assistant.client, heard)
        async with subscriber.subscribed(health, analysis):
            await assistant.call("propose_interval", session_id=session, interval_ms=60_000)
            await wait_for(analysis)
            clock.advance(60)
            await run_due()
            services.watch.look_soon()
            await wait_for(health)
            await assistant.call("submit_analysis", session_id=session, reasoning="Done.")
            await wait_for(analysis)


async def test_the_prompt_is_listed_and_comes_with_the_job(connect):
    async with connect() as assistant:
        job = await assistant.create()
        names = [prompt.name for prompt in (await assistant.client.list_prompts()).prompts]
        prompt = await assistant.client.get_prompt("analyze_job", {"job_id": "backup"})
        ref = PromptReference(name="analyze_job")
        found = await assistant.client.complete(ref, {"name": "job_id", "value": "back"})

    assert (len(names), names[-1]) == (19, "analyze_job")
    assert prompt.messages[-1].content.resource.uri == f"cronlytic://job/{job['job_id']}"
    assert "Not offered by this server" not in prompt.messages[0].content.text
    assert found.completion.values == [job["job_id"]]
