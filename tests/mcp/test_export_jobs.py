"""The tool ``export_jobs``: what ``apply`` takes, page by page, without secrets."""

from __future__ import annotations

import pytest

from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.portability.job_file import read_job_file
from cronlytic_mcp.domain.schedule import CronSchedule
from cronlytic_mcp.entrypoints.portability.yaml_text import read_yaml
from cronlytic_mcp.entrypoints.toolset import Toolset
from tests.mcp.assistant import fields_of
from tests.mcp.snapshot import check_snapshot

pytestmark = pytest.mark.anyio


@pytest.fixture
def toolsets():
    return frozenset({Toolset.BULK})


async def add(gateway, count: int, body: str = "") -> None:
    for number in range(count):
        headers = {"Authorization": f"Bearer secret-{number}"}
        url = "https://example.com/hook"
        await gateway.create(
            JobSpec(f"job-{number:03}", url, CronSchedule("0 3 * * *"), headers=headers, body=body)
        )


async def test_the_tool_is_shown_as_its_snapshot_says(connect):
    async with connect() as assistant:
        check_snapshot(assistant.tools["export_jobs"])


async def test_jobs_are_written_with_references_in_place_of_secrets(connect, gateway):
    await add(gateway, 3)
    async with connect() as assistant:
        answer = await assistant.call("export_jobs", name="001")

    assert (answer["exported"], answer["total"], answer["next_cursor"]) == (1, 1, None)
    assert answer["variables"] == ["JOB_001_AUTHORIZATION"]
    assert "secret-1" not in str(answer)
    [document] = read_yaml(answer["yaml"].encode())
    assert document["headers"] == {"Authorization": "${JOB_001_AUTHORIZATION}"}


async def test_many_jobs_come_page_by_page_each_once_in_answers_that_can_be_read(connect, gateway):
    await add(gateway, 60, body="x" * 700)
    documents, cursor = [], None
    async with connect() as assistant:
        for _ in range(60):
            more = {} if cursor is None else {"cursor": cursor}
            answer = await assistant.call("export_jobs", **more)
            assert "omitted" not in answer
            page = read_yaml(answer["yaml"].encode())
            assert len(page) == answer["exported"]
            documents += page
            cursor = answer["next_cursor"]
            if cursor is None:
                break

    assert [document["name"] for document in documents] == [f"job-{number:03}" for number in range(60)]
    assert len(documents) > answer["exported"], "one answer cannot hold them all"
    variables = {f"JOB_{number:03}_AUTHORIZATION": "x" for number in range(60)}
    assert len(read_job_file(documents, variables).jobs) == 60


async def test_a_cursor_of_other_arguments_is_refused(connect, gateway):
    await add(gateway, 3)
    async with connect() as assistant:
        cursor = (await assistant.call("export_jobs", limit=1))["next_cursor"]
        error = await assistant.refuse("export_jobs", cursor=cursor, name="job")

    assert [field for field, _ in fields_of(error)] == ["cursor"]
