"""One pool of connections, opened late, kept alive, closed once; and answers of any size."""

from __future__ import annotations

import asyncio
import gzip
import json
import subprocess
import sys
from uuid import uuid4

import pytest
from aiohttp import web

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.domain.errors import (
    InvalidJob,
    JobNotFound,
    NotAuthenticated,
    QuotaExceeded,
    UnexpectedResponse,
)
from tests.adapters.cronlytic.documents import JOB, KEY, SPEC, USER
from tests.stub_api import Fault, StubApi

pytestmark = pytest.mark.anyio

MEBIBYTE = 2**20


async def test_the_first_call_opens_the_connection(stub):
    async with CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as gateway:
        assert gateway.capabilities.executes
        assert stub.connections == 0

        await gateway.ping()

        assert stub.connections == 1


async def test_one_connection_serves_calls_of_every_kind_and_outcome():
    async with (
        StubApi(job_limit=1) as stub,
        CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url) as gateway,
    ):
        job = await gateway.create(SPEC)
        for _ in range(20):
            await gateway.ping()
            await gateway.list()
            await gateway.get(job.job_id)
            await gateway.pause(job.job_id)
            await gateway.update(job.job_id, SPEC)
            with pytest.raises(JobNotFound):
                await gateway.logs(str(uuid4()))
            with pytest.raises(QuotaExceeded):
                await gateway.create(SPEC)
        await gateway.delete(job.job_id)

        assert stub.connections == 1
        assert sum(stub.requests.values()) == 142


async def test_calls_in_flight_wait_for_the_api_together_and_not_for_each_other(stub, gateway):
    job = await gateway.create(SPEC)
    stub.faults.add(Fault.hang().repeated(49))

    calls = [asyncio.create_task(gateway.get(job.job_id)) for _ in range(50)]
    done, hanging = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)

    assert len(done) == 1
    assert len(hanging) == 49
    for call in hanging:
        call.cancel()
    await asyncio.wait(hanging)


async def test_a_gateway_can_be_closed_at_any_time_and_used_again(stub):
    gateway = CronlyticGateway(stub.api_key, stub.user_id, base_url=stub.base_url)

    await gateway.close()
    await gateway.ping()
    await gateway.close()
    await gateway.close()
    await gateway.ping()
    await gateway.close()

    assert stub.connections == 2


async def test_ten_thousand_jobs_are_listed(stub, gateway):
    stub.faults.add(Fault.answer(200, [JOB | {"job_id": f"job-{number}"} for number in range(10_000)]))

    jobs = await gateway.list()

    assert len({job.job_id for job in jobs}) == 10_000


@pytest.mark.parametrize("call", ["list", "create"])
async def test_an_answer_beyond_the_cap_is_unexpected(stub, gateway, call):
    stub.faults.add(Fault.answer(200, " " * (16 * MEBIBYTE + 1)))

    with pytest.raises(UnexpectedResponse, match="larger than 16 MiB") as unexpected:
        await (gateway.list() if call == "list" else gateway.create(SPEC))

    assert unexpected.value.outcome_unknown is (call == "create")


async def test_the_text_of_a_refusal_is_read_up_to_a_cap_and_may_be_ignored(stub, gateway):
    stub.faults.add(Fault.answer(401, "x" * MEBIBYTE), Fault.answer(422, "x" * MEBIBYTE))

    with pytest.raises(NotAuthenticated):
        await gateway.list()
    with pytest.raises(InvalidJob):
        await gateway.create(SPEC)


async def serve_compressed(body: bytes, chunks: int) -> tuple[web.AppRunner, str]:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Encoding": "gzip"})
        await response.prepare(request)
        for _ in range(chunks):
            await response.write(body)
        await response.write_eof()
        return response

    app = web.Application()
    app.router.add_get("/jobs", answer)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0]
    return runner, f"http://{host}:{port}"


@pytest.mark.parametrize(
    ("body", "chunks", "jobs"),
    [
        (gzip.compress(json.dumps([JOB, JOB]).encode()), 1, 2),
        (gzip.compress(b" " * (64 * MEBIBYTE)), 1, None),
        (gzip.compress(b" " * MEBIBYTE), 64, None),
    ],
    ids=["small", "one bomb", "many members"],
)
async def test_the_cap_counts_what_a_compressed_answer_unpacks_to(body, chunks, jobs):
    runner, url = await serve_compressed(body, chunks)
    try:
        async with CronlyticGateway(KEY, USER, base_url=url) as gateway:
            if jobs is None:
                with pytest.raises(UnexpectedResponse, match="larger than"):
                    await gateway.list()
            else:
                assert len(await gateway.list()) == jobs
    finally:
        await runner.cleanup()


def test_a_gateway_is_made_without_importing_what_is_slow_to_import():
    program = (
        "import sys\n"
        "from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway\n"
        "CronlyticGateway('key', 'user')\n"
        "slow = {'aiohttp', 'cattrs', 'croniter', 'cron_descriptor', 'structlog', 'jsonschema'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout.strip() == "[]"
