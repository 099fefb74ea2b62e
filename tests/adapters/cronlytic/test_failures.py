"""A call without a whole answer says whether it may have been carried out."""

from __future__ import annotations

import asyncio
import socket
import ssl
from types import SimpleNamespace

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.domain.errors import CronlyticError, ServiceUnavailable, UnexpectedResponse
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.adapters.cronlytic.documents import API, CALLS, KEY, SPEC, USER, WRITES, make
from tests.stub_api import Fault

pytestmark = pytest.mark.anyio

CANARY = "canary-51c7"
PLACE = ConnectionKey(CANARY, 443, True, True, None, None, None)
NOT_SENT = [
    (aiohttp.ClientConnectorError(PLACE, OSError(111, CANARY)), "did not take a connection"),
    (aiohttp.ClientConnectorDNSError(PLACE, OSError(-2, CANARY)), "could not be resolved"),
    (aiohttp.ClientConnectorSSLError(PLACE, ssl.SSLError(1, CANARY)), "no secure connection"),
    (
        aiohttp.ClientConnectorCertificateError(PLACE, ssl.SSLCertVerificationError(CANARY)),
        "no secure connection",
    ),
    (aiohttp.ConnectionTimeoutError(CANARY), "in time"),
    (aiohttp.InvalidURL(CANARY), "CRONLYTIC_BASE_URL"),
]
MAYBE_SENT = [
    aiohttp.ServerDisconnectedError(CANARY),
    aiohttp.ClientOSError(104, CANARY),
    aiohttp.ClientConnectionResetError(CANARY),
    aiohttp.ClientConnectionError(CANARY),
    aiohttp.SocketTimeoutError(CANARY),
    aiohttp.ClientPayloadError(CANARY),
    ConnectionResetError(104, CANARY),
    TimeoutError(CANARY),
]
MALFORMED = aiohttp.ClientResponseError(
    SimpleNamespace(real_url=CANARY, headers={"X-API-Key": KEY}), (), status=400, message=CANARY
)


async def failure(gateway, call) -> CronlyticError:
    with pytest.raises(CronlyticError) as failed:
        await make(gateway, call)
    error = failed.value
    assert CANARY not in f"{error} {error.facts}"
    # What aiohttp raised holds the request, and so the key.
    assert error.__cause__ is None
    assert error.__context__ is None or error.__suppress_context__
    return error


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("error", "says"), NOT_SENT, ids=lambda value: type(value).__name__)
async def test_without_a_connection_nothing_was_sent(cloud, wire, call, error, says):
    method, path, _ = CALLS[call]
    wire.add(API + path, method, exception=error)

    unavailable = await failure(cloud, call)

    assert type(unavailable) is ServiceUnavailable
    assert not unavailable.outcome_unknown
    assert says in unavailable.reason


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("error", MAYBE_SENT, ids=lambda error: type(error).__name__)
async def test_after_a_lost_answer_the_outcome_of_a_write_is_unknown(cloud, wire, call, error):
    method, path, _ = CALLS[call]
    wire.add(API + path, method, exception=error)

    unavailable = await failure(cloud, call)

    assert type(unavailable) is ServiceUnavailable
    assert unavailable.retryable
    assert unavailable.outcome_unknown is (call in WRITES)


@pytest.mark.parametrize("call", CALLS)
async def test_what_is_no_http_is_unexpected_and_shows_no_request(cloud, wire, call):
    method, path, _ = CALLS[call]
    wire.add(API + path, method, exception=MALFORMED)

    unexpected = await failure(cloud, call)

    assert type(unexpected) is UnexpectedResponse
    assert unexpected.outcome_unknown is (call in WRITES)
    assert KEY not in repr(unexpected)


async def test_a_bug_is_not_taken_for_a_failure_of_the_service(cloud, wire):
    wire.get(f"{API}/ping", exception=ZeroDivisionError())

    with pytest.raises(ZeroDivisionError):
        await cloud.ping()


# From here on real connections to the stub.


async def test_a_closed_port_takes_no_connection():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{unused.getsockname()[1]}"
        async with CronlyticGateway(KEY, USER, base_url=url) as gateway:
            error = await failure(gateway, "create")

    assert type(error) is ServiceUnavailable
    assert not error.outcome_unknown


async def test_a_connection_that_is_not_ready_in_time_was_sent_nothing():
    with socket.socket() as mute:  # takes connections and never answers the handshake of TLS
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        url = f"https://127.0.0.1:{mute.getsockname()[1]}"
        async with CronlyticGateway(KEY, USER, base_url=url, timeout=0.2) as gateway:
            error = await failure(gateway, "create")

    assert type(error) is ServiceUnavailable
    assert not error.outcome_unknown
    assert "in time" in error.reason


async def test_a_server_that_speaks_no_tls_was_sent_nothing(stub):
    url = stub.base_url.replace("http:", "https:")
    async with CronlyticGateway(stub.api_key, stub.user_id, base_url=url) as gateway:
        error = await failure(gateway, "create")

    assert type(error) is ServiceUnavailable
    assert not error.outcome_unknown
    assert "no secure connection" in error.reason
    assert not stub.requests


@pytest.mark.parametrize("commit", [False, True])
@pytest.mark.parametrize("ending", ["reset", "hang", "truncate"])
async def test_a_create_that_lost_its_answer_is_of_unknown_outcome_whether_it_was_carried_out_or_not(
    stub, commit, ending
):
    stub.faults.add(getattr(Fault, ending)(commit=commit))
    timeout = 0.2 if ending == "hang" else 10
    async with CronlyticGateway(
        stub.api_key, stub.user_id, base_url=stub.base_url, timeout=timeout
    ) as gateway:
        error = await failure(gateway, "create")

    assert type(error) is ServiceUnavailable
    assert error.outcome_unknown
    assert len(stub.store.by_id) == commit


async def test_an_answer_that_is_not_http_is_unexpected(stub, gateway):
    stub.faults.add(Fault.garble(commit=True))

    error = await failure(gateway, "create")

    assert type(error) is UnexpectedResponse
    assert error.outcome_unknown


async def test_a_body_that_drips_ends_at_the_timeout_of_the_whole_call(stub):
    stub.faults.add(Fault.drip(0.05).permanent())
    async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url, timeout=0.3) as gateway:
        error = await failure(gateway, "create")

    assert type(error) is ServiceUnavailable
    assert error.outcome_unknown
    assert "within 0.3 s" in error.reason


@pytest.mark.parametrize("ending", ["truncate", "drip"])
async def test_a_status_says_what_it_says_though_its_body_breaks_off(stub, ending):
    fault = Fault(ending, status=404, body='{"detail": "Job not found"}', delay=0.05)
    stub.faults.add(fault)
    async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url, timeout=0.3) as gateway:
        error = await failure(gateway, "get")

    assert error.code == "job_not_found"


async def test_a_cancelled_call_is_cancelled_and_the_next_one_works(stub, gateway):
    await gateway.ping()
    stub.faults.add(Fault.hang(commit=True).on("POST", "/jobs"))
    creating = asyncio.create_task(gateway.create(SPEC))
    while not stub.store.by_id:  # noqa: ASYNC110 - the stub has no event for it, and each turn lets it work
        await asyncio.sleep(0)

    creating.cancel()

    with pytest.raises(asyncio.CancelledError):
        await creating
    assert [job.spec for job in await gateway.list()] == [SPEC]


async def test_a_call_under_way_fails_when_the_gateway_is_closed(stub, gateway):
    job = await gateway.create(SPEC)
    stub.faults.add(Fault.hang())
    asking = asyncio.create_task(gateway.get(job.job_id))
    while not stub.requests["GET /jobs/{job_id}"]:  # noqa: ASYNC110 - as above
        await asyncio.sleep(0)

    await gateway.close()

    with pytest.raises(ServiceUnavailable):
        await asking


async def test_a_job_with_odd_text_is_sent_and_not_broken(stub, gateway):
    spec = JobSpec(
        name="odd",
        url="https://example.com/",
        schedule=CronSchedule("0 3 * * *"),
        headers={"X-Text": "ü\ud83d"},
        body="\x00\u2028😀",
    )

    job = await gateway.create(spec)

    assert job.spec.body == spec.body
    assert job.spec.headers["X-Text"] == "ü\ufffd"
