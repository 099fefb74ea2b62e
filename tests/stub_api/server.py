"""The stub's HTTP server: routes, credentials, faults and counters."""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self

from aiohttp import web

from .control import add_control_routes
from .faults import FaultQueue
from .jobs import JsonObject, LimitExceeded, StoredJobs, UnknownJob
from .misbehaviour import Handler, misbehave
from .rate import RateLimit
from .rules import Unprocessable, read_job

API_KEY = "stub-key-5f0e9c"
USER_ID = "7b0a4f0e-3c7c-4d7e-9a51-2f6b8c1d0e42"
PREFIX = "/prog"


@dataclass(frozen=True)
class SeenRequest:
    """A request as it arrived; the path is below the base URL and not decoded."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class StubApi:
    """The API on a loopback port; use it as an async context manager.

    requests: how many requests each documented call has seen, e.g. ``requests["GET /jobs/{job_id}"]``.
    seen: the requests themselves, the newest thousands.
    connections: how many connections were opened, kept alive or not.
    faults: what goes wrong next.
    store: the jobs that it holds.
    rate: the limit on the rate of calls, if there is one.
    """

    def __init__(
        self,
        *,
        api_key: str = API_KEY,
        user_id: str = USER_ID,
        job_limit: int | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        port: int = 0,
    ) -> None:
        self.api_key, self.user_id = api_key, user_id
        self.store = StoredJobs(user_id, now, job_limit)
        self.faults = FaultQueue()
        self.requests: Counter[str] = Counter()
        self.seen: deque[SeenRequest] = deque(maxlen=5000)
        self.rate: RateLimit | None = None
        self.connections = 0
        self.base_url = ""
        self._port = port

    async def __aenter__(self) -> Self:
        self._closing = asyncio.Event()
        # Handlers outlive a client that gave up, as they do in the cloud: it may time out, and the
        # request is carried out all the same.
        self._runner = web.AppRunner(self._build_app(), access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        server_factory = self._runner.server
        assert server_factory is not None

        def count_connection() -> asyncio.Protocol:
            self.connections += 1
            return server_factory()

        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(count_connection, "127.0.0.1", self._port)
        port = self._server.sockets[0].getsockname()[1]
        self.base_url = f"http://127.0.0.1:{port}{PREFIX}"
        return self

    async def __aexit__(self, *_: object) -> None:
        self._closing.set()
        self._server.close()
        await self._runner.cleanup()

    def hang_up(self) -> None:
        """Close every connection, as a server does with those that are idle for long."""
        assert self._runner.server is not None
        for connection in self._runner.server.connections:
            connection.force_close()

    def _build_app(self) -> web.Application:
        api = web.Application(middlewares=[self._watch, self._check_credentials])
        api.add_routes(
            [
                web.get("/ping", self._ping),
                web.post("/jobs", self._create),
                web.get("/jobs", self._list),
                web.get("/jobs/{job_id}", self._get),
                web.put("/jobs/{job_id}", self._replace),
                web.delete("/jobs/{job_id}", self._delete),
                web.post("/jobs/{job_id}/pause", self._pause),
                web.post("/jobs/{job_id}/resume", self._resume),
                web.get("/jobs/{job_id}/logs", self._logs),
            ]
        )
        app = web.Application(client_max_size=8 * 2**20)
        app.add_subapp(PREFIX, api)
        add_control_routes(app, self)
        return app

    @web.middleware
    async def _watch(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        path = request.raw_path.removeprefix(PREFIX)
        resource = request.match_info.route.resource
        template = resource.canonical.removeprefix(PREFIX) if resource else path
        self.requests[f"{request.method} {template}"] += 1
        self.seen.append(SeenRequest(request.method, path, dict(request.headers), await request.read()))
        wait = self.rate.find_wait(f"{request.method} {path}") if self.rate else None
        if wait is not None:
            headers = {"Retry-After": str(wait)}
            return web.json_response({"message": "Too Many Requests"}, status=429, headers=headers)
        fault = self.faults.take(request.method, path)
        if fault is not None:
            return await misbehave(fault, request, handler, self._closing)
        return await handler(request)

    @web.middleware
    async def _check_credentials(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        given = (request.headers.get("X-API-Key", ""), request.headers.get("X-User-ID", ""))
        if request.match_info.handler != self._ping and not self._is_known(*given):
            return _refuse(401, "Invalid API key")
        try:
            return await handler(request)
        except Unprocessable as error:
            return _refuse(422, error.detail)
        except LimitExceeded:
            return _refuse(403, self._describe_limit())
        except UnknownJob:
            return _refuse(404, "Job not found")
        except web.HTTPException as error:
            return _refuse(error.status, error.reason)

    def _is_known(self, api_key: str, user_id: str) -> bool:
        right_key = secrets.compare_digest(api_key.encode(), self.api_key.encode())
        return right_key and user_id == self.user_id

    def _describe_limit(self) -> JsonObject:
        return {
            "error": "Job limit exceeded",
            "plan": "free",
            "job_count": len(self.store.by_id),
            "max_jobs": self.store.limit,
            "hint": "Upgrade your plan to create more jobs.",
        }

    async def _ping(self, request: web.Request) -> web.Response:
        return web.json_response({"message": "pong"})

    async def _create(self, request: web.Request) -> web.Response:
        return web.json_response(self.store.create(read_job(await request.read())))

    async def _list(self, request: web.Request) -> web.Response:
        return web.json_response(list(self.store.by_id.values()))

    async def _get(self, request: web.Request) -> web.Response:
        return web.json_response(self.store.find(request.match_info["job_id"]))

    async def _replace(self, request: web.Request) -> web.Response:
        fields = read_job(await request.read())
        return web.json_response(self.store.replace(request.match_info["job_id"], fields))

    async def _delete(self, request: web.Request) -> web.Response:
        self.store.delete(request.match_info["job_id"])
        return web.json_response({"deleted": True})

    async def _pause(self, request: web.Request) -> web.Response:
        return web.json_response(self.store.set_status(request.match_info["job_id"], "paused"))

    async def _resume(self, request: web.Request) -> web.Response:
        return web.json_response(self.store.set_status(request.match_info["job_id"], "pending"))

    async def _logs(self, request: web.Request) -> web.Response:
        job_id = request.match_info["job_id"]
        return web.json_response({"job_id": job_id, "logs": self.store.logs(job_id)})


def _refuse(status: int, detail: Any) -> web.Response:
    return web.json_response({"detail": detail}, status=status)
