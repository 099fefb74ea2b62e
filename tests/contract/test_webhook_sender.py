"""The webhook sender contract over aiohttp with a target on loopback, and over the fake."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from cronlytic_mcp.adapters.memory.webhook_sender import OK, MemoryWebhookSender
from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.adapters.webhook.sender import AiohttpWebhookSender
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.domain.webhook.webhook import FailureKind, WebhookFailed, WebhookResponse
from tests.contract.webhook_sender import ALLOWED_NAME, PRIVATE_NAME, WebhookSenderContract, World
from tests.webhook_target import ScriptedResolver, Talk, Target, listening, saying, saying_and_waiting

SENDERS = ["memory", "aiohttp"]


class MemoryWorld:
    """The target in the fake: an outcome for whatever the allowed name is asked for."""

    port = 8080
    allowed = AllowedHosts.parse([f"{ALLOWED_NAME}:{port}"])

    def __init__(self) -> None:
        self.sender = MemoryWebhookSender(self.allowed)
        self.sender.resolve(ALLOWED_NAME, "10.0.0.1")
        self.sender.resolve(PRIVATE_NAME, "127.0.0.1")
        self.sender.resolve("unknown.example.com", None)

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.sender.sent]

    def answer(self, status: int, headers: dict[str, str] | None = None, body: str = "") -> None:
        given = {name.lower(): value for name, value in (headers or {}).items()}
        size = len(body.encode())
        self._end_in(WebhookResponse(status, given, body, size, True, OK.headers_seconds, OK.elapsed_seconds))

    def hang_up(self) -> None:
        self._end_in(WebhookFailed(FailureKind.DISCONNECTED, "hung up"))

    def stay_silent(self) -> None:
        self._end_in(WebhookFailed(FailureKind.TIMEOUT, "silent"))

    def _end_in(self, outcome: WebhookResponse | WebhookFailed) -> None:
        for path in ("/", "/hook"):
            self.sender.answer(f"http://{ALLOWED_NAME}:{self.port}{path}", outcome)


class LoopbackWorld:
    """The target as a server on loopback, where the names lead by a resolver of the test's."""

    def __init__(self) -> None:
        self._talk: Talk = saying(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        self._target: Target | None = None

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self._talk(reader, writer)

    def begin(self, target: Target) -> None:
        self._target = target
        self.port = target.port
        self.allowed = AllowedHosts.parse([f"{ALLOWED_NAME}:{self.port}"])
        self.sender = AiohttpWebhookSender(
            SystemClock(),
            self.allowed,
            resolver=ScriptedResolver(
                **{ALLOWED_NAME: [["127.0.0.1"]], PRIVATE_NAME: [["127.0.0.1"]]},
            ),
        )

    @property
    def methods(self) -> list[str]:
        assert self._target
        return [request.split(b" ", 1)[0].decode() for request in self._target.requests]

    def answer(self, status: int, headers: dict[str, str] | None = None, body: str = "") -> None:
        data = body.encode()
        lines = [f"{name}: {value}" for name, value in (headers or {}).items()]
        if status != 204:
            lines.append(f"Content-Length: {len(data)}")
        head = "\r\n".join([f"HTTP/1.1 {status} Whatever", *lines])
        self._talk = saying(head.encode() + b"\r\n\r\n" + data)

    def hang_up(self) -> None:
        self._talk = saying(b"")

    def stay_silent(self) -> None:
        self._talk = saying_and_waiting(b"")


class TestWebhookSender(WebhookSenderContract):
    @pytest.fixture(params=SENDERS)
    async def world(self, request) -> AsyncIterator[World]:
        if request.param == "memory":
            yield MemoryWorld()
            return
        world = LoopbackWorld()
        async with listening(world.talk) as target:
            world.begin(target)
            yield world

    @pytest.fixture
    def sender(self, world):
        return world.sender
