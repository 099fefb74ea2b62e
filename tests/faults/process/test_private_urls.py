"""Through the whole server: no spelling of a private address is called or stored, and the allow-list opens what it names."""

from __future__ import annotations

import pytest

from tests.mcp.raw_server import raw_server
from tests.webhook_target import closed_port, listening

pytestmark = pytest.mark.anyio

# Each leads to this machine, if to anything; {port} is one on which somebody listens.
LOOPBACK = [
    "127.0.0.1", "127.1", "127.0.1", "0.0.0.0", "0", "2130706433", "0x7f000001", "0x7f.0.0.1", "017700000001", "0177.0.0.1",
    "127.0.0.1.", "127.000.000.001", "[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[0:0:0:0:0:0:0:1]",
    "[::1%25lo]", "[::1%lo]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "localhost", "LOCALHOST", "localhost.", "a.localhost",
    "localhost.localdomain", "１２７.0.0.1", "①②⑦.0.0.1", "127。0。0。1", "ⓛocalhost", "%31%32%37.0.0.1", "127.0.0.1%00", "127.0.0.1\t",
    "example.com@127.0.0.1", "127.0.0.1\\@example.com", "127.255.255.254",
]  # fmt: skip
ELSEWHERE = [
    "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1", "168.63.129.16", "[fe80::1]", "[fd00:ec2::254]",
    "[fec0::1]", "metadata.google.internal", "metadata", "router.lan", "printer.local", "224.0.0.1", "255.255.255.255", "192.0.2.1",
]  # fmt: skip
TAILS = ["", "#@example.com/", "?@example.com/"]
JOB = {"name": "backup", "cron_expression": "0 3 * * *"}


def urls(port: int) -> list[str]:
    spelled = [
        f"http://{host}:{port}/{tail}"
        for host in [*LOOPBACK, *ELSEWHERE]
        for tail in TAILS[: 1 + ("." in host)]
    ]
    return [
        *spelled,
        f"//127.0.0.1:{port}/",
        f"HTTP:127.0.0.1:{port}/",
        f"http:///127.0.0.1:{port}/",
        f"gopher://127.0.0.1:{port}/",
    ]


async def test_no_spelling_of_a_private_address_is_called_or_stored(tmp_path, stub, environment):
    environment |= {"CRONLYTIC_WEBHOOK_A_MINUTE": "1000"}
    accepted = []
    async with listening() as target, raw_server(tmp_path, environment=environment) as server:
        await server.open()
        job_id = (await server.call("create_job", **JOB, url="https://example.com/hook"))["job"]["job_id"]
        for url in urls(target.port):
            for tool, arguments in (
                ("test_webhook", {"url": url}),
                ("create_job", {**JOB, "url": url}),
                ("update_job", {"job_id": job_id, "url": url}),
            ):
                answer = await server.call(tool, **arguments)
                if "url" not in {problem["field"] for problem in answer.get("error", {}).get("problems", [])}:
                    accepted.append((tool, url, answer))
        assert await server.end_input() == 0

    assert accepted == []
    assert target.accepted == 0
    assert stub.requests["POST /jobs"] == 1
    assert stub.requests["PUT /jobs/{job_id}"] == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.0/8"])
async def test_an_entry_of_the_allow_list_opens_exactly_what_it_names(tmp_path, stub, environment, host):
    async with listening() as named, listening() as other:
        with_port = "/" not in host
        environment |= {"CRONLYTIC_ALLOW_HOSTS": f"{host}:{named.port}" if with_port else host}
        address = host if with_port else "127.0.0.1"
        async with raw_server(tmp_path, environment=environment) as server:
            await server.open()
            tested = await server.call("test_webhook", url=f"http://{address}:{named.port}/")
            created = await server.call("create_job", **JOB, url=f"http://{address}:{named.port}/")
            refused = [
                await server.call("test_webhook", url=url)
                for url in (
                    f"http://[::1]:{named.port}/",
                    f"http://2130706433:{named.port}/",
                    f"http://a.localhost:{named.port}/",
                    *([f"http://{address}:{other.port}/"] if with_port else []),
                )
            ]
            assert await server.end_input() == 0

    assert tested["ok"] is True
    assert created["job"]["url"] == f"http://{address}:{named.port}/"
    assert {answer["error"]["code"] for answer in refused} == {"invalid_arguments"}
    assert (named.accepted, other.accepted) == (1, 0)


async def test_a_refusal_says_nothing_of_what_is_at_the_address(tmp_path, environment):
    async with listening() as target, raw_server(tmp_path, environment=environment) as server:
        await server.open()
        ports = (target.port, closed_port())
        told = [
            (await server.call("test_webhook", url=f"http://127.0.0.1:{port}/"))["error"] for port in ports
        ]
        assert await server.end_input() == 0

    for error in told:
        del error["request_id"]
    assert told[0] == told[1]
    assert target.accepted == 0


async def test_a_redirect_to_a_private_address_is_told_and_not_followed(tmp_path, environment):
    async with listening() as private:
        location = f"http://127.0.0.1:{private.port}/admin"

        async def send_on(_, writer):
            writer.write(f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode())
            await writer.drain()

        async with listening(send_on, host="127.0.0.2") as public:
            environment |= {"CRONLYTIC_ALLOW_HOSTS": f"127.0.0.2:{public.port}"}
            async with raw_server(tmp_path, environment=environment) as server:
                await server.open()
                tested = await server.call("test_webhook", url=f"http://127.0.0.2:{public.port}/")
                assert await server.end_input() == 0

    assert (tested["status"], tested["redirect_to"]) == (302, location)
    assert "may not be called" in " ".join(tested["advice"])
    assert (public.accepted, private.accepted) == (1, 0)
