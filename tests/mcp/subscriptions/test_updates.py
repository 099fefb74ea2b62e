"""What subscribers hear: every change once, whoever made it, and nothing else."""

from __future__ import annotations

import asyncio
import json

import pytest

from tests.mcp.subscriptions.conftest import A_POLL, LIST, LIST_CHANGED, settled
from tests.stub_api import Fault

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.filterwarnings("ignore::mcp.shared.exceptions.MCPDeprecationWarning"),
]


async def test_a_subscriber_to_a_job_gets_one_update_for_a_change_through_the_server_and_one_for_another(
    scene, era
):
    async with scene.connect(era) as subscriber, subscriber.subscribed(scene.job) as updates:
        await subscriber.client.call_tool("update_job", {"job_id": scene.job_id, "name": "renamed"})
        await settled()
        assert updates == {scene.job: 1}, "at once"
        await asyncio.sleep(3 * A_POLL)
        assert updates == {scene.job: 1}, "and not again when the polls see it"

        scene.pause()
        await asyncio.sleep(3 * A_POLL)
        assert updates == {scene.job: 2}


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("update_job", {"cron_expression": "5 5 * * *"}),
        ("pause_job", {}),
        ("delete_job", {}),
    ],
)
async def test_every_writing_tool_tells_the_job_and_the_list(scene, era, tool, arguments):
    async with scene.connect(era) as subscriber, subscriber.subscribed(scene.job, LIST) as updates:
        arguments = {"job_id": scene.job_id, **arguments}
        answer = (await subscriber.client.call_tool(tool, arguments)).structured_content
        if token := answer.get("confirmation_token"):
            await subscriber.client.call_tool(tool, {**arguments, "confirmation_token": token})
        await asyncio.sleep(3 * A_POLL)
        assert updates == {scene.job: 1, LIST: 1}


async def test_a_new_job_tells_the_list(scene, era):
    async with scene.connect(era) as subscriber, subscriber.subscribed(scene.job, LIST) as updates:
        job = {"name": "new", "url": "https://example.com/", "cron_expression": "@daily"}
        await subscriber.client.call_tool("create_job", job)
        await asyncio.sleep(3 * A_POLL)
        assert updates == {LIST: 1}


async def test_a_run_tells_the_job_and_its_log_once_each_time(scene, era):
    async with scene.connect(era) as subscriber, subscriber.subscribed(scene.job, scene.logs) as updates:
        for runs in (1, 2):
            scene.record_run()
            await asyncio.sleep(A_POLL)
            assert updates == {scene.job: runs, scene.logs: runs}
        assert not scene.stub.requests["GET /jobs/{job_id}/logs"], "no log has to be read for that"


async def test_a_job_that_others_delete_tells_the_job_its_log_and_the_list(scene, era):
    uris = (scene.job, scene.logs, LIST)
    async with scene.connect(era) as subscriber, subscriber.subscribed(*uris) as updates:
        scene.stub.store.delete(scene.job_id)
        await asyncio.sleep(2 * A_POLL)
        assert updates == dict.fromkeys(uris, 1)


async def test_other_jobs_and_polls_that_show_nothing_new_tell_nothing(scene, era):
    other = scene.stub.store.create(dict(scene.stub.store.find(scene.job_id)))
    async with scene.connect(era) as subscriber, subscriber.subscribed(scene.job, scene.logs) as updates:
        scene.stub.store.set_status(other["job_id"], "paused")
        await subscriber.client.call_tool("resume_job", {"job_id": other["job_id"]})
        await asyncio.sleep(5 * A_POLL)
        assert updates == {}


async def test_what_is_read_after_an_update_is_new_although_reads_are_kept_in_memory(scene, era):
    async with scene.connect(era) as subscriber, subscriber.subscribed(scene.job) as updates:
        while not updates:
            before = await read(subscriber, scene.job)
            if before["status"] == "pending":
                scene.pause()
            await asyncio.sleep(1)
        assert (await read(subscriber, scene.job))["status"] == "paused"


async def test_what_is_read_after_subscribing_is_not_older_than_what_changes_are_told_from(scene, era):
    async with scene.connect(era) as subscriber:
        await read(subscriber, scene.job)
        scene.pause()
        async with subscriber.subscribed(scene.job) as updates:
            status = (await read(subscriber, scene.job))["status"]
            await asyncio.sleep(2 * A_POLL)
            assert status == "paused" or updates == {scene.job: 1}


async def read(subscriber, uri: str) -> dict:
    return json.loads((await subscriber.client.read_resource(uri)).contents[0].text)


async def test_changes_while_the_api_was_down_are_told_once_it_is_back(scene, era):
    async with scene.connect(era) as subscriber, subscriber.subscribed(scene.job) as updates:
        scene.stub.faults.add(Fault.answer(503).permanent())
        await asyncio.sleep(10 * A_POLL)
        scene.pause()
        scene.stub.faults.clear()
        await asyncio.sleep(10 * A_POLL)
        assert updates == {scene.job: 1}
    assert "no look at the jobs" in scene.log.getvalue()


async def test_a_write_whose_answer_is_lost_is_told_by_a_poll(scene, era):
    async with scene.connect(era) as subscriber, subscriber.subscribed(scene.job) as updates:
        scene.stub.faults.add(Fault.reset(commit=True).on("PUT", "/jobs/*").repeated(10))
        await subscriber.client.call_tool("update_job", {"job_id": scene.job_id, "name": "renamed"})
        await settled()
        told = dict(updates)
        await asyncio.sleep(2 * A_POLL)
        assert told == {}
        assert updates == {scene.job: 1}


@pytest.mark.parametrize("era", ["2026"])
async def test_the_list_of_resources_is_told_of_when_an_entry_changes_and_only_then(scene, era):
    async with scene.connect(era) as subscriber, subscriber.subscribed(list_changed=True) as updates:
        await subscriber.client.call_tool("pause_job", {"job_id": scene.job_id})
        await asyncio.sleep(A_POLL)
        assert updates == {}
        await subscriber.client.call_tool("update_job", {"job_id": scene.job_id, "name": "renamed"})
        await asyncio.sleep(A_POLL)
        assert updates == {LIST_CHANGED: 1}
        scene.stub.store.delete(scene.job_id)
        await asyncio.sleep(A_POLL)
        assert updates == {LIST_CHANGED: 2}
