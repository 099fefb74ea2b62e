"""aiohttp sends GET, PUT and DELETE again by itself when a connection breaks: what is then said is true of both."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.domain.errors import CronlyticError, JobNotFound, ServiceUnavailable, UnexpectedResponse
from tests.adapters.cronlytic.documents import ID, KEY, SPEC, USER
from tests.stub_api import Fault

pytestmark = pytest.mark.anyio


async def failure(awaitable) -> CronlyticError:
    with pytest.raises(CronlyticError) as caught:
        await awaitable
    return caught.value


async def test_a_job_that_is_gone_when_its_deletion_is_sent_again_is_deleted(stub, gateway):
    job = await gateway.create(SPEC)
    stub.faults.add(Fault.reset(commit=True).on("DELETE"))

    await gateway.delete(job.job_id)

    assert stub.requests["DELETE /jobs/{job_id}"] == 2
    assert await gateway.list() == ()


async def test_a_job_that_was_never_there_is_not_deleted(stub, gateway):
    with pytest.raises(JobNotFound):
        await gateway.delete(ID)

    assert stub.requests["DELETE /jobs/{job_id}"] == 1


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (Fault.rate_limit("1"), ServiceUnavailable),
        (Fault.answer(503), ServiceUnavailable),
        (Fault.answer(409), UnexpectedResponse),
        (Fault.answer(401), ServiceUnavailable),
        (Fault.answer(422), ServiceUnavailable),
    ],
    ids=["429", "503", "409", "401", "422"],
)
async def test_a_refusal_of_the_second_sending_leaves_the_outcome_of_the_first_unknown(
    stub, gateway, answer, kind
):
    job = await gateway.create(SPEC)
    stub.faults.add(Fault.reset(commit=True).on("PUT"), answer.on("PUT"))

    error = await failure(gateway.update(job.job_id, SPEC))

    assert type(error) is kind
    assert error.outcome_unknown


async def test_a_job_that_is_not_there_when_it_is_sent_again_is_not_there(stub, gateway):
    job = await gateway.create(SPEC)
    stub.faults.add(Fault.reset(commit=True).on("PUT"), Fault.answer(404).on("PUT"))

    assert type(await failure(gateway.update(job.job_id, SPEC))) is JobNotFound


async def test_a_refusal_of_the_only_sending_changed_nothing(stub, gateway):
    job = await gateway.create(SPEC)
    stub.faults.add(Fault.answer(409).on("PUT"))

    error = await failure(gateway.update(job.job_id, SPEC))

    assert error.facts["outcome_unknown"] is False


async def test_a_read_that_is_sent_again_changes_nothing_either(stub, gateway):
    stub.faults.add(Fault.reset(), Fault.answer(409))

    error = await failure(gateway.list())

    assert error.facts["outcome_unknown"] is False


async def test_without_a_connection_for_the_second_sending_the_outcome_of_the_first_is_unknown():
    async def take_one_request(reader, writer):
        server.close()  # whoever comes after this one is refused
        with suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(take_one_request, "127.0.0.1")
    port = server.sockets[0].getsockname()[1]
    async with CronlyticGateway(KEY, USER, base_url=f"http://127.0.0.1:{port}") as gateway:
        deletion = await failure(gateway.delete(ID))
        after_that = await failure(gateway.delete(ID))

    assert "did not take a connection" in deletion.reason
    assert deletion.outcome_unknown
    assert not after_that.outcome_unknown
