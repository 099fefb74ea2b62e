"""The key goes to the API and nowhere else: not along a redirect, not into a text, not to another path."""

from __future__ import annotations

import pytest

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.domain.errors import InvalidArguments, NotAuthenticated, UnexpectedResponse
from tests.adapters.cronlytic.documents import CALLS, KEY, SPEC, USER, make
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio


async def test_only_the_documented_headers_say_who_we_are(stub, gateway):
    await gateway.create(SPEC)

    headers = stub.seen[-1].headers
    assert headers["X-API-Key"] == stub.api_key
    assert headers["X-User-ID"] == stub.user_id
    assert headers["User-Agent"].startswith("cronlytic-mcp/")
    assert set(headers) == {
        "Host",
        "X-API-Key",
        "X-User-ID",
        "User-Agent",
        "Accept",
        "Accept-Encoding",
        "Content-Length",
        "Content-Type",
    }


async def test_a_ping_carries_no_credentials(stub, gateway):
    await gateway.create(SPEC)
    await gateway.ping()

    assert not {"X-API-Key", "X-User-ID"} & set(stub.seen[-1].headers)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_a_redirect_to_another_origin_is_refused_and_nothing_goes_there(stub, gateway, status):
    async with StubApi() as elsewhere:
        stub.faults.add(Fault.redirect(f"{elsewhere.base_url}/jobs", status).permanent())

        for call in CALLS:
            with pytest.raises(UnexpectedResponse, match="redirect"):
                await make(gateway, call)

        assert (elsewhere.connections, list(elsewhere.seen)) == (0, [])


async def test_a_redirect_to_the_same_origin_is_refused_too(stub, gateway):
    stub.faults.add(Fault.redirect("/prog/jobs"))

    with pytest.raises(UnexpectedResponse):
        await gateway.create(SPEC)

    assert stub.requests == {"POST /jobs": 1}


async def test_cookies_are_not_kept(stub, gateway):
    stub.faults.add(Fault.answer(200, {"message": "pong"}, {"Set-Cookie": "track=1; Path=/"}))

    await gateway.ping()
    await gateway.ping()

    assert "Cookie" not in stub.seen[-1].headers


async def test_proxies_of_the_environment_are_not_used(stub, gateway, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    await gateway.ping()

    assert stub.requests["GET /ping"] == 1


@pytest.mark.parametrize("job_id", ["../ping", "x/resume?", "%2e%2e", "..", "", "a#b", "a\r\nX: y", "é"])
@pytest.mark.parametrize("call", ["get", "update", "delete", "pause", "resume", "logs"])
async def test_what_is_no_id_never_gets_into_a_path(stub, gateway, call, job_id):
    arguments = (job_id, SPEC) if call == "update" else (job_id,)

    with pytest.raises(InvalidArguments):
        await getattr(gateway, call)(*arguments)

    assert stub.connections == 0


@pytest.mark.parametrize("call", [call for call in CALLS if call != "ping"])
@pytest.mark.parametrize("wrong", ["key", "user"])
async def test_a_wrong_key_or_user_is_refused_by_every_call(stub, call, wrong):
    key = "wrong-key" if wrong == "key" else stub.api_key
    user = "wrong-user" if wrong == "user" else stub.user_id
    async with CronlyticGateway(key, user, base_url=stub.base_url) as gateway:
        with pytest.raises(NotAuthenticated) as refused:
            await make(gateway, call)

    assert "wrong" not in str(refused.value)


def test_no_text_of_a_gateway_shows_the_credentials():
    gateway = CronlyticGateway(KEY, USER, base_url="https://api.example.com")

    assert repr(gateway) == "CronlyticGateway(base_url='https://api.example.com')"
    assert KEY not in f"{gateway}"


@pytest.mark.parametrize("value", ["", " ", "a b", "key\n", "\nkey", "clé", "key\x00", "key\u2028"])
def test_a_key_that_no_header_can_carry_is_refused_without_showing_it(value):
    with pytest.raises(ValueError, match=r"^api_key must be visible ASCII characters without spaces$"):
        CronlyticGateway(value, USER)
    with pytest.raises(ValueError, match=r"^user_id must be visible ASCII characters without spaces$"):
        CronlyticGateway(KEY, value)


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example.com",
        "ftp://example.com",
        "//example.com/",
        "https://",
        "https:///prog",
        "https://user:secret@example.com",
        "https://example.com?key=secret",
        "https://example.com/#secret",
        "https://example.com/a b",
        "https://example\u2215.com",
        "https://example.com:99999",
        "https://example.com:0",
        "https://example.com:x",
        "https://[::1",
        "https://[1:2]",
        "https://a..b",
        "https://.",
        f"https://{'a' * 64}.com",
        "https://example.com/\n",
    ],
)
def test_a_base_url_that_leads_astray_is_refused_without_showing_it(url):
    with pytest.raises(ValueError, match=r"^base_url must be an http or https URL") as refused:
        CronlyticGateway(KEY, USER, base_url=url)

    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("suffix", ["", "/", "//"])
async def test_a_base_url_keeps_its_path_whether_it_ends_with_a_slash_or_not(stub, suffix):
    async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url + suffix) as gateway:
        await gateway.create(SPEC)

    assert stub.base_url.endswith("/prog")
    assert stub.requests == {"POST /jobs": 1}


def test_a_base_url_may_be_an_address_with_a_port():
    gateway = CronlyticGateway(KEY, USER, base_url="http://[::1]:8080/v1")

    assert "http://[::1]:8080/v1" in repr(gateway)
