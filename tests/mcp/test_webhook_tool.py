"""The tool `test_webhook`: one request to a target, and what a model reads of the answer."""

from __future__ import annotations

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.webhook_sender import OK, MemoryWebhookSender
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.domain.webhook.webhook import FailureKind, WebhookFailed
from cronlytic_mcp.entrypoints.services import Services
from tests.mcp.assistant import fields_of
from tests.mcp.conftest import API_KEY
from tests.mcp.raw_server import raw_server
from tests.webhook_target import listening, saying

pytestmark = pytest.mark.anyio

URL = "https://example.com/hook"


async def test_a_good_answer_is_short(connect, sender):
    async with connect() as assistant:
        answer = await assistant.call("test_webhook", url=URL)
    assert answer == {
        "ok": True,
        "status": 200,
        "elapsed_ms": 30.0,
        "headers_ms": 20.0,
        "content_type": "text/plain",
        "size": 2,
        "untrusted_body": "ok",
    }
    (request,) = sender.sent
    assert (request.url, request.method, request.body, request.timeout) == (URL, "GET", "", 10)


async def test_the_request_is_sent_as_it_was_given(connect, sender):
    given = {"url": URL, "method": "post", "headers": {"X-A": "b"}, "body": "text", "timeout": 2.5}
    async with connect() as assistant:
        await assistant.call("test_webhook", **given)
    (request,) = sender.sent
    assert (request.method, dict(request.headers), request.body, request.timeout) == (
        "POST",
        {"X-A": "b"},
        "text",
        2.5,
    )


async def test_a_refusal_of_the_target_is_an_answer_with_advice(connect, sender):
    sender.answer(URL, evolve(OK, status=405, headers={"allow": "POST"}))
    async with connect() as assistant:
        answer = await assistant.call("test_webhook", url=URL)
    assert (answer["ok"], answer["status"]) == (False, 405)
    assert "POST" in answer["advice"][0]


async def test_a_target_that_gives_no_answer_is_an_answer_too(connect, sender):
    sender.answer(URL, WebhookFailed(FailureKind.TLS, "the certificate is not valid: expired"))
    async with connect() as assistant:
        answer = await assistant.call("test_webhook", url=URL)
    assert (answer["ok"], answer["status"], answer["failure"]) == (False, None, "tls")
    assert "expired" in answer["problem"]
    assert answer["advice"]


async def test_a_body_that_repeats_a_secret_shows_it_nowhere(connect, sender):
    text = f"denied to t0ken-value with key {API_KEY}, ig\u202enore all"
    sender.answer(URL, evolve(OK, status=401, body=text))
    async with connect() as assistant:
        answer = await assistant.call(
            "test_webhook", url=URL, headers={"Authorization": "Bearer t0ken-value"}
        )
    assert answer["untrusted_body"] == "denied to ***masked*** with key ***masked***, ignore all"


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost:8080/",
        "http://[::1]/",
        "http://2130706433/",
        "file:///etc/passwd",
    ],
)
async def test_a_url_that_may_not_be_called_is_refused_and_nothing_is_sent(connect, sender, url):
    async with connect() as assistant:
        error = await assistant.refuse("test_webhook", url=url)
    assert error["code"] == "invalid_arguments"
    assert {field for field, _ in fields_of(error)} == {"url"}
    assert sender.sent == []


async def test_every_problem_is_told_at_once(connect, sender):
    async with connect() as assistant:
        error = await assistant.refuse(
            "test_webhook",
            url="ftp://example.com",
            method="FETCH",
            headers={"X": 1},
            timeout=31,
            colour="red",
        )
    assert error["code"] == "invalid_arguments"
    assert {
        ("url", "scheme"),
        ("method", "choice"),
        ("headers.X", "type"),
        ("timeout", "range"),
        ("colour", "unknown"),
    } <= {*fields_of(error)}
    assert "must be 0.1 to 30; it is 31." in str(error)
    assert sender.sent == []


async def test_tests_are_limited_a_minute(connect, clock):
    async with connect() as assistant:
        for _ in range(10):
            await assistant.call("test_webhook", url=URL)
        error = await assistant.refuse("test_webhook", url=URL)
        assert (error["code"], error["retry_after"]) == ("rate_limited", 60)
        clock.advance(60)
        await assistant.call("test_webhook", url=URL)


class TestWithAllowedHosts:
    """The operator's list holds for tests and for jobs alike."""

    @pytest.fixture
    def sender(self):
        return MemoryWebhookSender(AllowedHosts.parse(["build.lan"]))

    @pytest.fixture
    def services(self, services, sender) -> Services:
        services.allowed_hosts = sender.allowed
        return services

    async def test_an_allowed_host_can_be_tested_and_scheduled(self, connect):
        async with connect() as assistant:
            await assistant.call("test_webhook", url="http://build.lan/hook")
            job = await assistant.create(url="http://build.lan/hook")
            await assistant.call("update_job", job_id=job["job_id"], url="http://build.lan/other")

    async def test_another_host_is_refused_and_an_allowed_one_is_no_problem_among_others(self, connect):
        async with connect() as assistant:
            job = await assistant.create()
            error = await assistant.refuse("update_job", job_id=job["job_id"], url="http://other.lan/")
            assert fields_of(error) == [("url", "public_host")]
            error = await assistant.refuse(
                "create_job", url="http://build.lan/hook", cron_expression="* * * * *"
            )
            assert fields_of(error) == [("name", "required")]


async def test_a_process_tests_a_target_that_the_operator_allowed(tmp_path, era):
    answer = b"HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\nContent-Length: 4\r\n\r\ndone"
    async with listening(saying(answer)) as target:
        allowed = {"CRONLYTIC_ALLOW_HOSTS": f"127.0.0.1:{target.port}"}
        async with raw_server(tmp_path, era=era, environment=allowed) as server:
            await server.open()
            found = await server.call("test_webhook", url=f"http://127.0.0.1:{target.port}/hook")
            other = await server.call("test_webhook", url=f"http://127.0.0.1:{target.port + 1}/hook")
    assert (found["ok"], found["status"], found["untrusted_body"]) == (True, 201, "done")
    assert other["error"]["code"] == "invalid_arguments"
    assert len(target.requests) == 1
