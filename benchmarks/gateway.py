"""The Cronlytic adapter at its port: what it adds to the API's own answer, and how it does many at once."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Awaitable, Callable
from time import perf_counter
from urllib.parse import urlsplit

from benchmarks.api import KeepAliveConnection, connected, running_api
from benchmarks.figures import Figure
from benchmarks.stdio_process import OURS, StdioProcess
from cronlytic_mcp import CronlyticGateway
from tests.stub_api import API_KEY, USER_ID, Fault

ROUNDS = 40
CALLS_A_ROUND = 25
SLOW_API_SECONDS = 0.020
IN_FLIGHT = 50
ONE_AT_A_TIME = 50
JOB = {
    "name": "nightly-report",
    "url": "https://example.com/hooks/report",
    "method": "GET",
    "headers": {},
    "body": "",
    "cron_expression": "30 2 * * 1-5",
}


def measure_gateway() -> list[Figure]:
    """Measure against a stub of the API in a process of its own."""
    with running_api() as base_url:
        return asyncio.run(_measure(base_url))


async def _measure(base_url: str) -> list[Figure]:
    prefix = urlsplit(base_url).path
    async with connected(base_url) as api, CronlyticGateway(API_KEY, USER_ID, base_url=base_url) as gateway:
        job_id = (await api.send("POST", f"{prefix}/jobs", JOB))["job_id"]

        async def ask_gateway() -> None:
            await gateway.get(job_id)

        async def ask_api() -> None:
            await api.send("GET", f"{prefix}/jobs/{job_id}")

        figures = await _compare(ask_gateway, ask_api, api)
        await api.send("POST", "/_stub/faults", Fault.latency(SLOW_API_SECONDS).permanent().to_json())
        figures.append(await _measure_many_at_the_port(ask_gateway))
    figures.append(_measure_many_over_stdio(base_url, job_id))
    return figures


async def _compare(
    ask_gateway: Callable[[], Awaitable[None]],
    ask_api: Callable[[], Awaitable[None]],
    api: KeepAliveConnection,
) -> list[Figure]:
    before = (await api.send("GET", "/_stub/stats"))["connections"]
    await ask_gateway()  # opens the connection
    ours: list[float] = []
    plain: list[float] = []
    for _ in range(ROUNDS):
        plain += [await _time(ask_api) for _ in range(CALLS_A_ROUND)]
        ours += [await _time(ask_gateway) for _ in range(CALLS_A_ROUND)]
    opened = (await api.send("GET", "/_stub/stats"))["connections"] - before
    measured, reference = statistics.median(ours), statistics.median(plain)
    return [
        Figure(
            "get_job at the gateway port, stub API",
            f"{measured:.2f} ms",
            f"the stub's own answer {reference:.2f} ms",
            measured - reference,
            1.0,
            " ms over",
        ),
        Figure("connections that those calls opened", str(opened), f"{len(ours) + 1} calls", opened, 1, ""),
    ]


async def _time(ask: Callable[[], Awaitable[None]]) -> float:
    begun = perf_counter()
    await ask()
    return (perf_counter() - begun) * 1000


async def _measure_many_at_the_port(ask: Callable[[], Awaitable[None]]) -> Figure:
    await asyncio.gather(*(ask() for _ in range(IN_FLIGHT)))  # opens the connections
    singly, together = [], []
    for _ in range(5):
        begun = perf_counter()
        for _ in range(ONE_AT_A_TIME // 5):
            await ask()
        singly.append((perf_counter() - begun) / (ONE_AT_A_TIME // 5))
        begun = perf_counter()
        await asyncio.gather(*(_repeat(ask, 10) for _ in range(IN_FLIGHT)))
        together.append((perf_counter() - begun) / (IN_FLIGHT * 10))
    return _rate("at the port", singly, together, 25)


async def _repeat(ask: Callable[[], Awaitable[None]], times: int) -> None:
    for _ in range(times):
        await ask()


def _measure_many_over_stdio(base_url: str, job_id: str) -> Figure:
    settings = {"API_KEY": API_KEY, "USER_ID": USER_ID, "BASE_URL": base_url}
    environment = {f"CRONLYTIC_{name}": value for name, value in settings.items()}
    call = {"name": "get_job", "arguments": {"job_id": job_id}}
    with StdioProcess(OURS, environment) as server:
        server.initialize()
        server.request_together("tools/call", [call] * IN_FLIGHT)  # opens the connections
        singly, together = [], []
        for _ in range(5):
            begun = perf_counter()
            for _ in range(ONE_AT_A_TIME // 5):
                server.request("tools/call", call)
            singly.append((perf_counter() - begun) / (ONE_AT_A_TIME // 5))
            begun = perf_counter()
            for _ in range(4):
                server.request_together("tools/call", [call] * IN_FLIGHT)
            together.append((perf_counter() - begun) / (IN_FLIGHT * 4))
    return _rate("over stdio", singly, together, 12)


def _rate(where: str, singly: list[float], together: list[float], aim: float) -> Figure:
    alone, many = 1 / statistics.median(singly), 1 / statistics.median(together)
    return Figure(
        f"{IN_FLIGHT} in flight {where}, API of 20 ms",
        f"{many:,.0f} calls/s",
        f"one at a time {alone:.0f} calls/s",
        many / alone,
        aim,
        at_most=False,
    )
