"""What the server costs a model to read: the list of tools, and the longest answers."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from benchmarks.api import connected, running_api
from benchmarks.figures import Figure
from benchmarks.stdio_process import OURS, StdioProcess
from tests.stub_api import API_KEY, USER_ID

JOBS = 10_000
CORE = {
    "create_job",
    "delete_job",
    "get_job",
    "get_job_logs",
    "health_check",
    "list_jobs",
    "pause_job",
    "resume_job",
    "test_webhook",
    "update_job",
    "validate_cron",
}
JOB = {
    "url": "https://example.com/hooks/report",
    "method": "POST",
    "headers": {},
    "cron_expression": "30 2 * * 1-5",
}
RUN = {"status": "failed", "response_code": 500, "response_time": 0.25, "error_message": "no " * 20_000}


def measure_sizes() -> list[Figure]:
    """Read the tools as a client does, and ask for more than any answer may hold."""
    with running_api() as base_url:
        job_id = asyncio.run(_fill(base_url))
        settings = {"API_KEY": API_KEY, "USER_ID": USER_ID, "BASE_URL": base_url}
        with StdioProcess(OURS, {f"CRONLYTIC_{name}": value for name, value in settings.items()}) as server:
            server.initialize()
            tools = server.request("tools/list", {})["tools"]
            answers = {
                "list_jobs": server.request("tools/call", {"name": "list_jobs", "arguments": {"limit": 100}}),
                "get_job": server.request("tools/call", {"name": "get_job", "arguments": {"job_id": job_id}}),
                "get_job_logs": server.request(
                    "tools/call", {"name": "get_job_logs", "arguments": {"job_id": job_id, "limit": 50}}
                ),
            }
    return [*_describe_tools(tools), _describe_answers(answers)]


async def _fill(base_url: str) -> str:
    """Give the API many jobs, and one that is as large as they come; return its id."""
    prefix = urlsplit(base_url).path
    async with connected(base_url) as api:
        for number in range(JOBS):
            await api.send("POST", f"{prefix}/jobs", {**JOB, "name": f"job-{number}-{'x' * 38}", "body": ""})
        largest = {**JOB, "name": "largest", "body": "long " * 20_000}
        job_id: str = (await api.send("POST", f"{prefix}/jobs", largest))["job_id"]
        for minute in range(50):
            run = {"job_id": job_id, "entry": {**RUN, "timestamp": f"2026-01-01T00:{minute:02}:00Z"}}
            await api.send("POST", "/_stub/runs", run)
    return job_id


def _describe_tools(tools: list[dict[str, Any]]) -> list[Figure]:
    longest = max(tools, key=lambda tool: len(tool["description"]))
    core = [tool for tool in tools if tool["name"] in CORE]
    read = sum(_length({key: tool[key] for key in ("name", "description", "inputSchema")}) for tool in core)
    return [
        Figure(
            "the longest description of a tool",
            longest["name"],
            f"{len(tools)} tools",
            len(longest["description"]),
            350,
            " characters",
        ),
        Figure(
            "core tools: names, descriptions, input schemas",
            f"{len(core)} of {len(CORE)} tools",
            "",
            read,
            8000,
            " characters",
        ),
        Figure("tools/list, everything", f"{len(tools)} tools", "", _length(tools), 30_000, " characters"),
    ]


def _describe_answers(answers: Mapping[str, dict[str, Any]]) -> Figure:
    lengths = {
        name: max(len(answer["content"][0]["text"]), _length(answer["structuredContent"]))
        for name, answer in answers.items()
    }
    longest = max(lengths, key=lambda name: lengths[name])
    return Figure(
        f"the longest answer, {JOBS:,} jobs, bodies of 100 kB",
        longest,
        f"{len(answers)} answers",
        lengths[longest],
        25_000,
        " characters",
    )


def _length(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False, separators=(",", ":")))
