"""The aiohttp sender against targets on loopback: what it sends, what it reads, and how it fails."""

from __future__ import annotations

import asyncio
import gzip
import socket
import ssl
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from cronlytic_mcp.adapters.system.clock import SystemClock
from cronlytic_mcp.adapters.webhook.sender import AiohttpWebhookSender
from cronlytic_mcp.domain.url.url import AllowedHosts
from cronlytic_mcp.domain.webhook.webhook import (
    BODY_LIMIT,
    FailureKind,
    WebhookFailed,
    WebhookRequest,
    WebhookResponse,
)
from tests.webhook_target import (
    OK,
    Authority,
    ScriptedResolver,
    Talk,
    closed_port,
    listening,
    repeating,
    resetting,
    saying,
    saying_and_waiting,
)

pytestmark = pytest.mark.anyio


@pytest.fixture
def sender() -> AiohttpWebhookSender:
    return AiohttpWebhookSender(SystemClock(), AllowedHosts.parse(["127.0.0.1"]))


async def answer_to(sender: AiohttpWebhookSender, talk: Talk, method: str = "GET") -> WebhookResponse:
    async with listening(talk) as target:
        return await sender.send(WebhookRequest(f"http://127.0.0.1:{target.port}/", method))


async def failure_of(sender: AiohttpWebhookSender, talk: Talk, *, seconds: float = 10.0) -> WebhookFailed:
    async with listening(talk) as target:
        with pytest.raises(WebhookFailed) as caught:
            await sender.send(WebhookRequest(f"http://127.0.0.1:{target.port}/", timeout=seconds))
        assert target.accepted == 1
    return caught.value


def with_body(body: bytes, *headers: bytes) -> Talk:
    head = [b"HTTP/1.1 200 OK", b"Content-Length: %d" % len(body), *headers]
    return saying(b"\r\n".join(head) + b"\r\n\r\n" + body)


async def test_the_request_goes_out_as_it_was_given_and_no_more(sender):
    headers = {"Authorization": "Bearer t0ps3cret", "X-Trace": "a b"}
    async with listening() as target:
        url = f"http://127.0.0.1:{target.port}/häk?q=1#part"
        await sender.send(WebhookRequest(url, "post", headers, '{"ä": 1}'))

    head, _, body = target.requests[0].partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "POST /h%C3%A4k?q=1 HTTP/1.1"
    assert sorted(lines) == [
        "Accept: */*",
        "Authorization: Bearer t0ps3cret",
        "Connection: close",
        "Content-Length: 9",
        f"Host: 127.0.0.1:{target.port}",
        "User-Agent: cronlytic-mcp",
        "X-Trace: a b",
    ]
    assert body.decode() == '{"ä": 1}'


async def test_headers_of_the_request_replace_what_would_be_there_without(sender):
    async with listening() as target:
        headers = {"user-agent": "mine", "accept": "text/html", "content-type": "text/csv"}
        await sender.send(WebhookRequest(f"http://127.0.0.1:{target.port}/", "PUT", headers, "a;b"))

    lines = target.requests[0].decode().lower().split("\r\n")
    for name, value in headers.items():
        assert [line for line in lines if line.startswith(f"{name}:")] == [f"{name}: {value}"]


async def test_an_answer_arrives_with_status_headers_body_and_times(sender):
    answer = (
        b"HTTP/1.1 404 Nope\r\nContent-Type: text/html; charset=utf-8\r\nX-Two: 1\r\nx-two: 2\r\n"
        b"Content-Length: 5\r\n\r\nn\xc3\xb6pe"
    )
    response = await answer_to(sender, saying(answer))

    assert (response.status, response.body, response.size, response.whole) == (404, "nöpe", 5, True)
    assert response.content_type == "text/html; charset=utf-8"
    assert response.headers["x-two"] == "1, 2"
    assert 0 < response.headers_seconds <= response.elapsed_seconds
    assert response.certificate_expires_at is None


async def test_the_answer_to_a_head_has_no_body(sender):
    response = await answer_to(sender, saying(b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n"), "HEAD")

    assert (response.status, response.body, response.whole) == (200, "", True)


async def test_a_cookie_is_not_kept_for_the_next_request(sender):
    async with listening(saying(OK.replace(b"\r\n", b"\r\nSet-Cookie: session=1; Path=/\r\n", 1))) as target:
        for _ in range(2):
            await sender.send(WebhookRequest(f"http://127.0.0.1:{target.port}/"))

    assert len(target.requests) == 2
    assert b"cookie" not in target.requests[1].lower()


async def test_every_request_has_a_connection_of_its_own(sender):
    async with listening(saying_and_waiting(OK)) as target:
        for _ in range(2):
            await sender.send(WebhookRequest(f"http://127.0.0.1:{target.port}/"))

        assert target.accepted == 2


async def test_a_request_that_the_server_hangs_up_on_is_not_sent_again(sender):
    failure = await failure_of(sender, saying(b""))  # which also counts the connections

    assert failure.kind == FailureKind.DISCONNECTED
    assert failure.status is None


async def test_a_request_that_is_reset_is_not_sent_again(sender):
    assert (await failure_of(sender, resetting)).kind == FailureKind.DISCONNECTED


async def test_a_body_that_ends_early_is_a_failure_that_knows_the_status(sender):
    failure = await failure_of(sender, saying(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok"))

    assert (failure.kind, failure.status) == (FailureKind.DISCONNECTED, 200)


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.6\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nno colon here\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * 20_000 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 30 + b"\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nnot hex\r\n",
    ],
)
async def test_an_answer_that_is_not_http_fails_without_a_word_of_it(sender, answer):
    failure = await failure_of(sender, saying(answer))

    assert failure.kind in {FailureKind.PROTOCOL, FailureKind.DISCONNECTED}
    assert not [
        word for word in ("SSH", "abc", "colon here", "xxx", "999", "not hex") if word in str(failure)
    ]


async def test_silence_ends_at_the_deadline(sender):
    failure = await failure_of(sender, saying_and_waiting(b""), seconds=0.2)

    assert (failure.kind, failure.status) == (FailureKind.TIMEOUT, None)
    assert "0.2 s" in failure.reason


async def test_a_body_that_never_ends_in_time_fails_with_the_status_known(sender):
    head = b"HTTP/1.1 202 Accepted\r\nContent-Length: 1000\r\n\r\nsome"
    failure = await failure_of(sender, saying_and_waiting(head), seconds=0.2)

    assert (failure.kind, failure.status) == (FailureKind.TIMEOUT, 202)


@pytest.mark.parametrize(
    ("head", "drip"),
    [
        (b"HTTP/1.1 200 OK\r\n", b""),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1", b""),
    ],
)
async def test_no_way_of_dripping_outlasts_the_deadline(sender, head, drip):
    talk = repeating(head, drip) if drip else saying_and_waiting(head)

    assert (await failure_of(sender, talk, seconds=0.2)).kind == FailureKind.TIMEOUT


async def test_a_body_beyond_the_limit_is_cut_and_its_stated_size_reported(sender):
    response = await answer_to(sender, with_body(b"x" * 3 * BODY_LIMIT))

    assert (len(response.body), response.whole, response.size) == (BODY_LIMIT, False, 3 * BODY_LIMIT)


async def test_a_body_of_exactly_the_limit_is_whole(sender):
    response = await answer_to(sender, with_body(b"x" * BODY_LIMIT))

    assert (len(response.body), response.whole, response.size) == (BODY_LIMIT, True, BODY_LIMIT)


async def test_a_body_without_end_is_left_where_the_limit_is(sender):
    endless = repeating(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"2000\r\n" + b"x" * 8192 + b"\r\n"
    )
    async with listening(endless) as target:
        response = await sender.send(WebhookRequest(f"http://127.0.0.1:{target.port}/"))
        await target.left.wait()

    assert (len(response.body), response.whole, response.size) == (BODY_LIMIT, False, None)


@pytest.mark.parametrize("encoding", [b"gzip", b"x-gzip", b"GZIP"])
async def test_a_packed_body_is_unpacked(sender, encoding):
    packed = gzip.compress(b"hello")
    response = await answer_to(sender, with_body(packed, b"Content-Encoding: " + encoding))

    assert (response.body, response.size) == ("hello", len(packed))


async def test_a_deflated_body_is_unpacked(sender):
    response = await answer_to(sender, with_body(zlib.compress(b"hello"), b"Content-Encoding: deflate"))

    assert response.body == "hello"


async def test_a_packed_body_is_unpacked_no_further_than_the_limit(sender):
    bomb = gzip.compress(b"x" * 20_000_000)
    response = await answer_to(sender, with_body(bomb, b"Content-Encoding: gzip"))

    assert len(bomb) < BODY_LIMIT
    assert (len(response.body), response.size) == (BODY_LIMIT, len(bomb))


@pytest.mark.parametrize("encoding", [b"br", b"gzip, gzip", b"gzip"])
async def test_a_body_that_cannot_be_unpacked_is_not_shown(sender, encoding):
    response = await answer_to(sender, with_body(b"\x1f\x8bnot packed", b"Content-Encoding: " + encoding))

    assert (response.status, response.body, response.size) == (200, "", 12)


@pytest.mark.parametrize(
    ("charset", "body", "text"),
    [
        (b"", "ä".encode(), "ä"),
        (b"; charset=utf-8", b"\xe4!", "\ufffd!"),
        (b"; charset=ISO-8859-1", b"\xe4", "ä"),
        (b'; charset="windows-1252"', b"\x80", "€"),
        (b"; charset=utf-16", "ä".encode("utf-16"), "ä"),
        (b"; charset=punycode", b"abc-", "abc-"),
        (b"; charset=unicode_escape", b"\\u0041", "\\u0041"),
        (b"; charset=nonsense", b"abc", "abc"),
    ],
)
async def test_a_body_is_decoded_by_its_charset_where_that_is_a_usual_one(sender, charset, body, text):
    response = await answer_to(sender, with_body(body, b"Content-Type: text/plain" + charset))

    assert response.body == text


async def test_header_values_that_are_not_utf_8_become_text_all_the_same(sender):
    response = await answer_to(sender, with_body(b"", b"X-Name: M\xfcller"))

    assert response.headers["x-name"] == "M\ufffdller"


async def test_a_refused_connection_is_a_failure_of_the_connection(sender):
    with pytest.raises(WebhookFailed) as caught:
        await sender.send(WebhookRequest(f"http://127.0.0.1:{closed_port()}/"))

    assert caught.value.kind == FailureKind.CONNECTION
    assert "refused" in caught.value.reason


async def test_a_name_with_no_reachable_address_is_a_failure_of_the_connection():
    resolver = ScriptedResolver(nas_lan=[["127.0.0.1", "::1"]])
    sender = AiohttpWebhookSender(SystemClock(), AllowedHosts.parse(["nas.lan"]), resolver=resolver)
    with pytest.raises(WebhookFailed) as caught:
        await sender.send(WebhookRequest(f"http://nas.lan:{closed_port()}/"))

    assert caught.value.kind == FailureKind.CONNECTION


@pytest.mark.parametrize(
    ("error", "reason"), [(socket.EAI_NONAME, "no address"), (socket.EAI_AGAIN, "did not answer")]
)
async def test_a_name_that_cannot_be_looked_up_is_a_failure_of_the_name_service(error, reason):
    class FailingResolver(ScriptedResolver):
        async def resolve(self, host, port=0, family=0):
            raise socket.gaierror(error, "text of the resolver")

    sender = AiohttpWebhookSender(SystemClock(), AllowedHosts(), resolver=FailingResolver())
    with pytest.raises(WebhookFailed) as caught:
        await sender.send(WebhookRequest("https://hook.example.com/"))

    assert caught.value.kind == FailureKind.DNS
    assert reason in caught.value.reason
    assert "text of the resolver" not in str(caught.value)


async def test_a_cancelled_request_closes_its_connection(sender):
    async with listening(saying_and_waiting(b"")) as target:
        sending = asyncio.ensure_future(sender.send(WebhookRequest(f"http://127.0.0.1:{target.port}/")))
        await target.heard.wait()
        sending.cancel()
        await target.left.wait()

        with pytest.raises(asyncio.CancelledError):
            await sending


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


async def test_an_https_answer_comes_with_the_end_of_the_certificate(authority, tmp_path):
    expires_at = datetime.now(UTC).replace(microsecond=0) + timedelta(days=20)
    tls = authority.server_context(tmp_path, "hook.example.com", expires_at)
    for answer in (OK, b"HTTP/1.1 204 No Content\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\nuntil the end"):
        async with listening(saying(answer), tls=tls) as target:
            request = WebhookRequest(f"https://hook.example.com:{target.port}/")
            response = await tls_sender(authority.client_context()).send(request)

        assert response.certificate_expires_at == expires_at


async def refused_certificate(tls: ssl.SSLContext, trusted: ssl.SSLContext | None) -> WebhookFailed:
    async with listening(tls=tls) as target:
        url = f"https://hook.example.com:{target.port}/"
        with pytest.raises(WebhookFailed) as caught:
            await tls_sender(trusted).send(WebhookRequest(url, headers={"X-API-Key": "t0ps3cret"}))
    assert target.requests == []
    assert caught.value.kind == FailureKind.TLS
    return caught.value


async def test_a_certificate_of_an_unknown_authority_is_a_failure_of_tls(authority, tmp_path):
    tls = authority.server_context(tmp_path, "hook.example.com", datetime.now(UTC) + timedelta(days=20))

    assert "certificate" in (await refused_certificate(tls, None)).reason


async def test_an_expired_certificate_is_a_failure_of_tls(authority, tmp_path):
    tls = authority.server_context(tmp_path, "hook.example.com", datetime.now(UTC) - timedelta(days=1))

    assert "expired" in (await refused_certificate(tls, authority.client_context())).reason


async def test_a_certificate_for_another_host_is_a_failure_of_tls(authority, tmp_path):
    tls = authority.server_context(tmp_path, "other.example.com", datetime.now(UTC) + timedelta(days=20))

    assert "hook.example.com" in (await refused_certificate(tls, authority.client_context())).reason


async def test_a_server_that_does_not_speak_tls_is_a_failure_of_tls(authority):
    async with listening(saying_and_waiting(b"HTTP/1.1 400 Bad Request\r\n\r\n"), listens=False) as target:
        request = WebhookRequest(f"https://hook.example.com:{target.port}/")
        with pytest.raises(WebhookFailed) as caught:
            await tls_sender(authority.client_context()).send(request)

    assert caught.value.kind == FailureKind.TLS
    assert "may not speak TLS" in caught.value.reason


def tls_sender(trusted: ssl.SSLContext | None) -> AiohttpWebhookSender:
    return AiohttpWebhookSender(
        SystemClock(),
        AllowedHosts.parse(["hook.example.com"]),
        resolver=ScriptedResolver(hook_example_com=[["127.0.0.1"]]),
        ssl_context=trusted,
    )
