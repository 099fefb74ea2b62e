"""Deleting a job takes a token that is bound to what was shown."""

from __future__ import annotations

import base64

import pytest

from cronlytic_mcp.application.confirmation import Confirmations
from cronlytic_mcp.application.delete_job import delete_job
from cronlytic_mcp.domain.errors import ConfirmationInvalid, InvalidArguments, JobNotFound
from tests.application.stories import spec
from tests.clock import FakeClock

pytestmark = pytest.mark.anyio


@pytest.fixture
def confirmations(clock: FakeClock) -> Confirmations:
    return Confirmations(b"secret", clock)


async def test_the_first_call_deletes_nothing_and_the_second_does(gateway, confirmations) -> None:
    job = await gateway.create(spec())
    first = await delete_job(gateway, confirmations, job.job_id)
    assert (first.job, first.deleted) == (job, False)
    assert await gateway.get(job.job_id) == job
    second = await delete_job(gateway, confirmations, job.job_id, confirmation_token=first.confirmation_token)
    assert (second.job, second.deleted, second.confirmation_token) == (job, True, None)
    with pytest.raises(JobNotFound):
        await gateway.get(job.job_id)


async def test_a_token_ends_with_its_time(gateway, clock, confirmations) -> None:
    job = await gateway.create(spec())
    token = (await delete_job(gateway, confirmations, job.job_id)).confirmation_token
    clock.advance(301)
    with pytest.raises(ConfirmationInvalid, match="older than 300 s"):
        await delete_job(gateway, confirmations, job.job_id, confirmation_token=token)
    assert await gateway.get(job.job_id) == job


async def test_a_token_ends_when_the_job_changes(gateway, confirmations) -> None:
    job = await gateway.create(spec())
    token = (await delete_job(gateway, confirmations, job.job_id)).confirmation_token
    await gateway.update(job.job_id, spec(body="other"))
    with pytest.raises(ConfirmationInvalid, match="changed since"):
        await delete_job(gateway, confirmations, job.job_id, confirmation_token=token)


async def test_a_run_in_between_does_not_end_a_token(gateway, confirmations) -> None:
    job = await gateway.create(spec())
    token = (await delete_job(gateway, confirmations, job.job_id)).confirmation_token
    await gateway.pause(job.job_id)
    assert (await delete_job(gateway, confirmations, job.job_id, confirmation_token=token)).deleted


async def test_a_token_holds_for_its_job_only(gateway, confirmations) -> None:
    one, other = [await gateway.create(spec()) for _ in range(2)]
    token = (await delete_job(gateway, confirmations, one.job_id)).confirmation_token
    with pytest.raises(ConfirmationInvalid):
        await delete_job(gateway, confirmations, other.job_id, confirmation_token=token)


async def test_a_token_of_another_process_does_not_hold(gateway, clock, confirmations) -> None:
    job = await gateway.create(spec())
    token = (await delete_job(gateway, Confirmations(b"other", clock), job.job_id)).confirmation_token
    with pytest.raises(ConfirmationInvalid):
        await delete_job(gateway, confirmations, job.job_id, confirmation_token=token)


@pytest.mark.parametrize(
    "token", ["", "x", "é", "AAAA", base64.urlsafe_b64encode(b"x" * 40).decode(), "A" * 100_000]
)
async def test_tokens_that_are_none_are_refused(gateway, confirmations, token) -> None:
    job = await gateway.create(spec())
    with pytest.raises(ConfirmationInvalid):
        await delete_job(gateway, confirmations, job.job_id, confirmation_token=token)


async def test_ids_are_checked(gateway, confirmations) -> None:
    with pytest.raises(InvalidArguments):
        await delete_job(gateway, confirmations, "../ping")
