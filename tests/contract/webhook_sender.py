"""What every implementation of the `WebhookSender` port keeps."""

from __future__ import annotations

from typing import Protocol

import pytest
from attrs import evolve

from cronlytic_mcp.application.webhook_ports import WebhookSender
from cronlytic_mcp.domain.errors import InvalidArguments
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.domain.webhook.webhook import (
    BODY_LIMIT,
    TIMEOUT_LIMIT,
    FailureKind,
    WebhookFailed,
    WebhookRequest,
)

ALLOWED_NAME = "hook.lan"
"""The one name that the operator allows, on the port of the world's target."""

PRIVATE_NAME = "private.example.com"
"""A name that looks public and leads to 127.0.0.1."""

UNKNOWN_NAME = "unknown.example.com"
"""A name without address."""


class World(Protocol):
    """A target behind `ALLOWED_NAME` that does as it is told.

    port: where it is. allowed: what lets a sender reach it. methods: of the requests that arrived.
    """

    port: int
    allowed: AllowedHosts
    methods: list[str]

    def answer(self, status: int, headers: dict[str, str] | None = None, body: str = "") -> None:
        """Answer every request from now on."""

    def hang_up(self) -> None:
        """Close the connection instead of an answer."""

    def stay_silent(self) -> None:
        """Give no answer at all."""


class WebhookSenderContract:
    """Subclass it as ``Test...`` and give the fixtures `sender` and `world`."""

    pytestmark = pytest.mark.anyio

    async def test_it_says_what_the_operator_allows(self, sender: WebhookSender, world: World):
        assert sender.allowed == world.allowed

    async def test_an_answer_of_any_status_is_an_answer(self, sender: WebhookSender, world: World):
        for status in (200, 204, 301, 404, 500):
            world.answer(status, {"X-Kind": "test"})
            response = await sender.send(WebhookRequest(f"http://{ALLOWED_NAME}:{world.port}/hook"))

            assert (response.status, response.headers["x-kind"], response.whole) == (status, "test", True)
            assert 0 <= response.headers_seconds <= response.elapsed_seconds

    async def test_each_request_is_sent_once_with_its_method(self, sender: WebhookSender, world: World):
        for method in ("GET", "POST", "DELETE"):
            await sender.send(WebhookRequest(f"http://{ALLOWED_NAME}:{world.port}/", method))

        assert world.methods == ["GET", "POST", "DELETE"]

    async def test_what_is_to_be_signed_is_sent_with_its_signature_only(
        self, sender: WebhookSender, world: World
    ):
        request = WebhookRequest(f"http://{ALLOWED_NAME}:{world.port}/", sign_as="run-1")
        with pytest.raises(InvalidArguments) as caught:
            await sender.send(request)

        assert [problem.field for problem in caught.value.problems] == ["options.sign"]
        assert world.methods == []
        assert (await sender.send(evolve(request, signature={"webhook-id": "run-1"}))).status == 200

    async def test_the_body_of_an_answer_is_text(self, sender: WebhookSender, world: World):
        world.answer(200, {"Content-Type": "text/plain; charset=utf-8"}, "grüße")
        response = await sender.send(WebhookRequest(f"http://{ALLOWED_NAME}:{world.port}/"))

        assert (response.body, response.size, response.whole) == ("grüße", 7, True)
        assert response.content_type == "text/plain; charset=utf-8"

    async def test_a_long_body_is_cut(self, sender: WebhookSender, world: World):
        world.answer(200, body="x" * (BODY_LIMIT + 1))
        response = await sender.send(WebhookRequest(f"http://{ALLOWED_NAME}:{world.port}/"))

        assert (response.body, response.whole) == ("x" * BODY_LIMIT, False)

    async def test_a_redirect_is_not_followed(self, sender: WebhookSender, world: World):
        world.answer(302, {"Location": "/elsewhere"})
        request = WebhookRequest(f"http://{ALLOWED_NAME}:{world.port}/")
        response = await sender.send(request)

        assert response.redirect_target(request.url) == f"http://{ALLOWED_NAME}:{world.port}/elsewhere"
        assert len(world.methods) == 1

    async def test_a_target_that_hangs_up_is_called_once(self, sender: WebhookSender, world: World):
        world.hang_up()
        with pytest.raises(WebhookFailed) as caught:
            await sender.send(WebhookRequest(f"http://{ALLOWED_NAME}:{world.port}/"))

        assert caught.value.kind == FailureKind.DISCONNECTED
        assert len(world.methods) == 1

    async def test_a_silent_target_is_waited_for_until_the_deadline(
        self, sender: WebhookSender, world: World
    ):
        world.stay_silent()
        with pytest.raises(WebhookFailed) as caught:
            await sender.send(WebhookRequest(f"http://{ALLOWED_NAME}:{world.port}/", timeout=0.2))

        assert caught.value.kind == FailureKind.TIMEOUT
        assert len(world.methods) == 1

    async def test_a_name_without_address_is_a_failure(self, sender: WebhookSender, world: World):
        with pytest.raises(WebhookFailed) as caught:
            await sender.send(WebhookRequest(f"http://{UNKNOWN_NAME}/"))

        assert caught.value.kind == FailureKind.DNS

    @pytest.mark.parametrize("host", [PRIVATE_NAME, "127.0.0.1", "[::1]", "localhost", "10.0.0.1"])
    async def test_what_is_not_public_is_refused_and_nothing_sent(
        self, sender: WebhookSender, world: World, host: str
    ):
        with pytest.raises(InvalidArguments) as caught:
            await sender.send(WebhookRequest(f"http://{host}:{world.port}/"))

        assert [(problem.field, problem.rule) for problem in caught.value.problems] == [
            ("url", "public_host")
        ]
        assert world.methods == []

    async def test_the_allowed_name_is_not_allowed_on_another_port(self, sender: WebhookSender, world: World):
        with pytest.raises(InvalidArguments):
            await sender.send(WebhookRequest(f"http://{ALLOWED_NAME}:{world.port ^ 1}/"))

        assert world.methods == []

    @pytest.mark.parametrize(
        ("request_", "field"),
        [
            (WebhookRequest("//example.com/"), "url"),
            (WebhookRequest("https://example.com\u2215x/"), "url"),
            (WebhookRequest("https://u:p@example.com/", headers={"Authorization": "Basic eDp5"}), "url"),
            (WebhookRequest("https://example.com/", "TRACE"), "method"),
            (WebhookRequest("https://example.com/", "GET / HTTP/1.1\r\nX: y\r\n\r\nGET"), "method"),
            (WebhookRequest("https://example.com/", headers={"X-A": "b\r\nX-Evil: c"}), "headers.X-A"),
            (WebhookRequest("https://example.com/", headers={"X-A\r\nX-Evil": "c"}), "headers"),
            (WebhookRequest("https://example.com/", headers={"Host": "evil.example.com"}), "headers.Host"),
            (WebhookRequest("https://example.com/", body="\ud800"), "body"),
            (WebhookRequest("https://example.com/", timeout=0), "timeout"),
            (WebhookRequest("https://example.com/", timeout=TIMEOUT_LIMIT + 1), "timeout"),
            (WebhookRequest("https://example.com/", timeout=float("nan")), "timeout"),
        ],
    )
    async def test_a_request_that_breaks_a_rule_is_refused_and_nothing_sent(
        self, sender: WebhookSender, world: World, request_: WebhookRequest, field: str
    ):
        with pytest.raises(InvalidArguments) as caught:
            await sender.send(request_)

        assert [problem.field for problem in caught.value.problems] == [field]
        assert world.methods == []
