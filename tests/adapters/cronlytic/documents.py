"""Answers of the API as its documentation shows them, and a way to have aioresponses give them."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

from aiohttp import ClientResponse
from aioresponses import aioresponses

from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule

API = "https://api.cronlytic.com/prog"
KEY = "key-7d1c4b9e2a"
USER = "7b0a4f0e-3c7c-4d7e-9a51-2f6b8c1d0e42"
ID = "3f1c9a52-7b0e-4d57-9c7e-2d1a3f0b8c11"

SPEC = JobSpec(name="nightly", url="https://example.com/", schedule=CronSchedule("0 3 * * *"))

JOB: dict[str, Any] = {
    "name": "nightly",
    "url": "https://example.com/",
    "method": "GET",
    "headers": {},
    "body": "",
    "cron_expression": "0 3 * * *",
    "job_id": ID,
    "user_id": USER,
    "status": "pending",
    "last_run_at": None,
    "next_run_at": "2026-01-16T03:00:00Z",
}
RUN: dict[str, Any] = {
    "timestamp": "2026-01-15T03:00:01.25Z",
    "status": "failed",
    "response_code": 502,
    "response_time": 1.5,
    "error_message": "Bad gateway",
}
LOGS: dict[str, Any] = {"job_id": ID, "logs": [RUN]}

CALLS = {
    "ping": ("GET", "/ping", lambda gateway: gateway.ping()),
    "create": ("POST", "/jobs", lambda gateway: gateway.create(SPEC)),
    "list": ("GET", "/jobs", lambda gateway: gateway.list()),
    "get": ("GET", f"/jobs/{ID}", lambda gateway: gateway.get(ID)),
    "update": ("PUT", f"/jobs/{ID}", lambda gateway: gateway.update(ID, SPEC)),
    "delete": ("DELETE", f"/jobs/{ID}", lambda gateway: gateway.delete(ID)),
    "pause": ("POST", f"/jobs/{ID}/pause", lambda gateway: gateway.pause(ID)),
    "resume": ("POST", f"/jobs/{ID}/resume", lambda gateway: gateway.resume(ID)),
    "logs": ("GET", f"/jobs/{ID}/logs", lambda gateway: gateway.logs(ID)),
}
"""Each method of the port, with the request that it makes for `ID` and `SPEC`."""

GOOD_ANSWERS = {
    "ping": {"message": "pong"},
    "create": JOB,
    "list": [JOB],
    "get": JOB,
    "update": JOB,
    "delete": {"deleted": True},
    "pause": JOB | {"status": "paused", "next_run_at": None},
    "resume": JOB,
    "logs": LOGS,
}
WRITES = ("create", "update", "delete", "pause", "resume")
READS = ("ping", "list", "get", "logs")


class WholeResponse(ClientResponse):
    """A response as aioresponses makes it, with the argument that newer releases of aiohttp ask for."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, stream_writer=SimpleNamespace(output_size=0), **kwargs)


def answer(wire: aioresponses, call: str, body: object = "", status: int = 200, **more: Any) -> None:
    """Have the next such call answered with `body`; what is no text or bytes is sent as JSON."""
    method, path, _ = CALLS[call]
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    wire.add(API + path, method, status=status, body=text, response_class=WholeResponse, **more)


async def make(gateway: Any, call: str) -> Any:
    """Make a call of the port."""
    return await CALLS[call][2](gateway)
