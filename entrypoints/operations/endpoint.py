"""The two pages of a worker, for those who watch it: ``/healthz`` and ``/metrics``.

They ask for no password, so they hold nothing that names a job, a URL or a place. Whoever can connect can
ask for little: few connections at once, small requests, and not much time for either.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol
from urllib.parse import urlsplit

from aiohttp import web

from ...application.engine_check import EngineHealth
from ..bad_configuration import BadConfiguration
from ..listen_address import ListenAddress

CONNECTIONS = 32
"""At once; a further one is closed before it can wait for anything."""

LIFETIME = 10.0
"""Seconds that a connection lives at most, however slowly it is used."""

_MOMENT = 0.05

_SILENT = logging.getLogger("cronlytic_mcp.endpoint")
_SILENT.disabled = True  # what strangers send is not worth a line each


class Metrics(Protocol):
    """What the page ``/metrics`` shows, in the type that Prometheus reads."""

    content_type: str

    def write(self, health: EngineHealth) -> bytes:
        """Return the page."""


class Endpoint:
    """Answers while it is open; to be made within the event loop. `check` says how the engine is."""

    def __init__(
        self,
        address: ListenAddress,
        check: Callable[[], Awaitable[EngineHealth]],
        metrics: Metrics,
        *,
        lifetime: float = LIFETIME,
    ) -> None:
        self._address, self._check, self._metrics = address, check, metrics
        self._lifetime = lifetime
        self._server: asyncio.Server | None = None
        self._web = web.Server(
            self._answer,
            access_log=None,
            logger=_SILENT,
            lingering_time=0,
            max_line_size=2048,
            max_field_size=2048,
            max_headers=64,
        )

    async def open(self) -> str:
        """Listen, and return where, as a URL has it.

        Raises:
            BadConfiguration: the machine does not let it listen there.
        """
        place, loop = self._address, asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(self._accept, place.host, place.port, backlog=CONNECTIONS)
        except OSError as error:
            raise BadConfiguration(_explain(place, error)) from None
        return place.write(self._server.sockets[0].getsockname()[1])

    async def close(self) -> None:
        """Stop listening, and end what is under way."""
        if self._server is not None:
            self._server.close()
        await self._web.shutdown(timeout=_MOMENT)

    def _accept(self) -> asyncio.BaseProtocol:
        crowded = len(self._web.connections) >= CONNECTIONS
        protocol = self._web()
        # One that comes too many is closed as soon as it is there; what it has sent by then is answered.
        seconds = _MOMENT if crowded else self._lifetime
        asyncio.get_running_loop().call_later(seconds, protocol.force_close)
        return protocol

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        response = await self._respond(request)
        response.headers["Server"] = "cronlytic-mcp"
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.force_close()
        return response

    async def _respond(self, request: web.BaseRequest) -> web.Response:
        if not self._is_meant(request.headers.get("Host", "")):
            return web.Response(status=421, text="This host is not served here.\n")
        if request.path not in {"/healthz", "/metrics"}:
            return web.Response(status=404, text="The pages are /healthz and /metrics.\n")
        if request.method not in {"GET", "HEAD"}:
            return web.Response(status=405, headers={"Allow": "GET, HEAD"}, text="Ask with GET.\n")
        health = await self._check()
        if request.path == "/metrics":
            page = self._metrics.write(health)
            return web.Response(body=page, headers={"Content-Type": self._metrics.content_type})
        return web.json_response(_describe(health), status=503 if health.problem else 200)

    def _is_meant(self, host: str) -> bool:
        """Return whether a request is for this server, and none that a page in a browser was led here for."""
        if not self._address.is_loopback:
            return True
        try:
            name = urlsplit(f"//{host}").hostname or ""
            return name == "localhost" or ipaddress.ip_address(name).is_loopback
        except ValueError:
            return False


def _describe(health: EngineHealth) -> dict[str, object]:
    if health.problem:
        return {"healthy": False, "problem": health.problem}
    ticked_at = health.ticked_at and health.ticked_at.isoformat(timespec="seconds")
    return {"healthy": True, "last_tick": ticked_at, "runs_in_flight": health.under_way}


def _explain(place: ListenAddress, error: OSError) -> str:
    import errno

    if error.errno == errno.EADDRINUSE:
        return f"{place.place} is {place.write()}, where another program listens already; name another port."
    reason = (error.strerror or type(error).__name__).partition(":")[0]
    return f"{place.place} is {place.write()}, where this machine does not let it listen ({reason})."
