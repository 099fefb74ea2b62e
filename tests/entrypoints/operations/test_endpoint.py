"""What a worker's pages say, and what they do about those who ask for something else."""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import pytest

from cronlytic_mcp.application.engine_check import EngineHealth
from cronlytic_mcp.entrypoints.bad_configuration import BadConfiguration
from cronlytic_mcp.entrypoints.listen_address import ListenAddress
from cronlytic_mcp.entrypoints.operations.endpoint import CONNECTIONS, Endpoint

pytestmark = pytest.mark.anyio

WELL = EngineHealth(None, datetime(2026, 1, 15, 12, 0, tzinfo=UTC), 3, 0.0)
UNWELL = EngineHealth("The store cannot be used; the log says why.", None, 0, None)


class Page:
    content_type = "text/plain; version=0.0.4"

    def write(self, health):
        return f"runs {health.under_way}\n".encode()


@asynccontextmanager
async def served(health=WELL, host="127.0.0.1", **settings):
    async def check():
        return await health if isinstance(health, asyncio.Future) else health

    endpoint = Endpoint(ListenAddress(host, 0, "--listen"), check, Page(), **settings)
    place = await endpoint.open()
    try:
        yield int(place.rpartition(":")[2])
    finally:
        await endpoint.close()


async def send(port: int, request: bytes) -> tuple[int, dict[str, str], str]:
    """Send something, and return the status, the headers and the body of what comes until the end."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await asyncio.wait_for(reader.read(), 20)
    writer.close()
    head, _, body = answer.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    return int(first.split()[1]), dict(line.lower().split(": ", 1) for line in lines), body


def asking(path="/healthz", method="GET", host="127.0.0.1", more="") -> bytes:
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\n{more}\r\n".encode()


async def test_an_engine_that_works_is_healthy():
    async with served() as port:
        status, headers, body = await send(port, asking())

    assert status == 200
    assert headers["content-type"].startswith("application/json")
    assert headers["connection"] == "close"
    assert json.loads(body) == {
        "healthy": True,
        "last_tick": "2026-01-15T12:00:00+00:00",
        "runs_in_flight": 3,
    }


async def test_one_that_does_not_is_503_with_the_reason_and_its_metrics_are_there_all_the_same():
    async with served(UNWELL) as port:
        status, _, body = await send(port, asking())
        of_metrics, _, _ = await send(port, asking("/metrics"))

    assert (status, of_metrics) == (503, 200)
    assert json.loads(body) == {"healthy": False, "problem": UNWELL.problem}


async def test_metrics_come_in_the_type_that_prometheus_reads():
    async with served() as port:
        status, headers, body = await send(port, asking("/metrics?x=1"))
        head = await send(port, asking("/metrics", "HEAD"))

    assert (status, headers["content-type"], body) == (200, Page.content_type, "runs 3\n")
    assert (head[0], head[1]["content-length"], head[2]) == (200, "7", "")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (asking("/"), 404),
        (asking("/metrics/../secrets"), 404),
        (asking("/%2e%2e/healthz"), 404),
        (asking(method="POST", more="Content-Length: 1000000000\r\n"), 405),
        (asking(method="DELETE"), 405),
        (asking(host="evil.example"), 421),
        (asking(host="127.0.0.1.evil.example"), 421),
        (asking(host="[::1"), 421),
        (asking(more="X: " + "a" * 4000 + "\r\n"), 400),
        (asking(more="".join(f"X-{number}: a\r\n" for number in range(200))), 400),
        (asking("/" + "a" * 4000), 400),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
    ],
)
async def test_whatever_else_is_asked_for_is_refused_and_the_next_one_is_answered(request_, status):
    async with served() as port:
        assert (await send(port, request_))[0] == status
        assert (await send(port, asking()))[0] == 200


@pytest.mark.parametrize("host", ["localhost:9464", "127.0.0.1:9464", "[::1]:9464"])
async def test_on_this_machine_it_has_the_names_of_this_machine(host):
    async with served() as port:
        assert (await send(port, asking(host=host)))[0] == 200


async def test_where_others_may_come_from_outside_it_has_any_name():
    async with served(host="0.0.0.0") as port:
        assert (await send(port, asking(host="worker:9464")))[0] == 200


@pytest.mark.parametrize("sent", [b"", b"GET /healthz HTTP/1.1\r\n"])
async def test_a_request_that_does_not_come_whole_is_hung_up_on(sent):
    async with served(lifetime=0.2) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(sent)

        assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()


async def test_one_that_comes_byte_by_byte_is_hung_up_on_too():
    async with served(lifetime=0.2) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)

        async def trickle():
            writer.write(b"GET /healthz HTTP/1.1\r\nX: ")
            while True:
                writer.write(b"x")
                await asyncio.sleep(0.02)

        trickling = asyncio.create_task(trickle())
        try:
            with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
                await asyncio.wait_for(reader.readexactly(1), 20)
        finally:
            trickling.cancel()
            writer.close()


async def test_an_answer_that_does_not_come_is_not_waited_for_either():
    async with served(asyncio.Future(), lifetime=0.2) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(asking())

        assert await asyncio.wait_for(reader.read(), 20) == b""
        writer.close()


async def test_connections_that_only_wait_keep_nobody_out():
    async with served(lifetime=3600) as port:
        waiting = [await asyncio.open_connection("127.0.0.1", port) for _ in range(CONNECTIONS)]
        one_more, writer = await asyncio.open_connection("127.0.0.1", port)

        assert await asyncio.wait_for(one_more.read(), 20) == b""
        assert (await send(port, asking()))[0] == 200
        for _, open_one in [*waiting, (one_more, writer)]:
            open_one.close()


async def test_a_port_that_is_taken_is_told_in_one_sentence():
    async with served() as port:
        second = Endpoint(ListenAddress("127.0.0.1", port, "--listen"), None, Page())
        with pytest.raises(BadConfiguration) as refused:
            await second.open()

    said = f"--listen is 127.0.0.1:{port}, where another program listens already; name another port."
    assert str(refused.value) == said


async def test_so_is_an_address_that_this_machine_does_not_have():
    elsewhere = Endpoint(ListenAddress("192.0.2.1", 9464, "CRONLYTIC_LISTEN"), None, Page())

    with pytest.raises(BadConfiguration, match=r"CRONLYTIC_LISTEN is 192\.0\.2\.1:9464, where this machine"):
        await elsewhere.open()
