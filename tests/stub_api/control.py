"""Endpoints by which a test steers a stub that runs as a process of its own.

========  ==================  ====================================================================
POST      ``/_stub/faults``   queue one fault or a list of them (`Fault`'s fields); answers the queue
DELETE    ``/_stub/faults``   clear the queue
POST      ``/_stub/runs``     ``{"job_id", "entry"}``: let a job have run
PUT       ``/_stub/limit``    ``{"job_limit"}``: how many jobs the plan allows; null for any number
GET       ``/_stub/stats``    requests by call, connections, jobs and waiting faults
========  ==================  ====================================================================
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aiohttp import web

from .faults import Fault

if TYPE_CHECKING:
    from .server import StubApi


def add_control_routes(app: web.Application, stub: StubApi) -> None:
    """Serve the endpoints of this module's table."""

    async def add_faults(request: web.Request) -> web.Response:
        given = await request.json()
        stub.faults.add(*(Fault(**one) for one in (given if isinstance(given, list) else [given])))
        return show_faults()

    async def clear_faults(request: web.Request) -> web.Response:
        stub.faults.clear()
        return show_faults()

    def show_faults() -> web.Response:
        return web.json_response({"faults": [fault.to_json() for fault in stub.faults.waiting()]})

    async def record_run(request: web.Request) -> web.Response:
        run = await request.json()
        stub.store.record_run(run["job_id"], run["entry"])
        return web.json_response(stub.store.find(run["job_id"]))

    async def set_limit(request: web.Request) -> web.Response:
        stub.store.limit = (await request.json())["job_limit"]
        return web.json_response({"job_limit": stub.store.limit})

    async def show_stats(request: web.Request) -> web.Response:
        return web.json_response(
            {
                "requests": dict(stub.requests),
                "connections": stub.connections,
                "jobs": list(stub.store.by_id.values()),
                "faults": [fault.to_json() for fault in stub.faults.waiting()],
            }
        )

    app.add_routes(
        [
            web.post("/_stub/faults", add_faults),
            web.delete("/_stub/faults", clear_faults),
            web.post("/_stub/runs", record_run),
            web.put("/_stub/limit", set_limit),
            web.get("/_stub/stats", show_stats),
        ]
    )
