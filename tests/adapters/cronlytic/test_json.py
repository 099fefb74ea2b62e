"""What goes out as JSON comes back the same, and no JSON that comes in breaks the gateway."""

from __future__ import annotations

import json
from collections.abc import Awaitable
from datetime import UTC, datetime

import pytest
from aioresponses import CallbackResult, aioresponses
from hypothesis import given
from hypothesis import strategies as st

from cronlytic_mcp.adapters.cronlytic.gateway import CronlyticGateway
from cronlytic_mcp.domain.errors import UnexpectedResponse
from cronlytic_mcp.domain.job import JobSpec, JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.adapters.cronlytic.documents import (
    API,
    CALLS,
    ID,
    JOB,
    KEY,
    RUN,
    USER,
    WholeResponse,
    answer,
    make,
)

pytestmark = pytest.mark.anyio

FIELDS = {"name", "url", "method", "headers", "body", "cron_expression"}

texts = st.text(st.characters(exclude_categories=["Cs"]))
specs = st.builds(
    JobSpec,
    name=texts,
    url=texts,
    schedule=st.builds(CronSchedule, texts),
    method=texts,
    headers=st.dictionaries(texts, texts, max_size=4),
    body=texts,
)
instants = st.datetimes(min_value=datetime(1900, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bound
runs = st.builds(
    LogEntry,
    timestamp=instants,
    status=st.sampled_from(RunStatus),
    response_code=st.none() | st.integers(),
    response_time=st.none() | st.floats(allow_nan=False, allow_infinity=False),
    error_message=texts,
)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def gateway() -> CronlyticGateway:
    return CronlyticGateway(KEY, USER)


@given(spec=specs)
async def test_a_job_survives_the_way_out_and_back(spec):
    sent = {}

    def echo(url, **request):
        sent.update(json.loads(request["data"]))
        return CallbackResult(body=json.dumps(JOB | sent), response_class=WholeResponse)

    with aioresponses() as wire:
        wire.post(f"{API}/jobs", callback=echo)
        async with gateway() as cloud:
            job = await cloud.create(spec)

    assert set(sent) == FIELDS
    assert job.spec == spec


@given(status=st.sampled_from(JobStatus), last=st.none() | instants, upcoming=st.none() | instants)
async def test_a_jobs_state_is_read_as_it_is_written(status, last, upcoming):
    document = JOB | {
        "status": status.value,
        "last_run_at": last and last.isoformat(),
        "next_run_at": upcoming and upcoming.isoformat().replace("+00:00", "Z"),
    }

    with aioresponses() as wire:
        answer(wire, "get", document)
        async with gateway() as cloud:
            job = await cloud.get(ID)

    assert (job.status, job.last_run_at, job.next_run_at) == (status, last, upcoming)


@given(run=runs)
async def test_a_run_is_read_as_it_is_written(run):
    document = {
        "timestamp": run.timestamp.isoformat(),
        "status": run.status.value,
        "response_code": run.response_code,
        "response_time": run.response_time,
        "error_message": run.error_message,
    }

    with aioresponses() as wire:
        answer(wire, "logs", {"job_id": ID, "logs": [document]})
        async with gateway() as cloud:
            assert list(await cloud.logs(ID)) == [run]


async def outcome(answer: Awaitable[object]) -> object:
    """What a call gives, be it the error that an odd answer may be."""
    try:
        return await answer
    except UnexpectedResponse as error:
        return error


@given(call=st.sampled_from(sorted(CALLS)), value=json_values)
async def test_any_json_is_an_answer_or_unexpected(call, value):
    with aioresponses() as wire:
        answer(wire, call, json.dumps(value))
        async with gateway() as cloud:
            result = await outcome(make(cloud, call))

    nothing = () if call == "list" else None
    assert result == nothing or isinstance(result, UnexpectedResponse)


@given(key=st.sampled_from(sorted(JOB)), value=json_values)
async def test_a_job_with_any_value_in_a_key_is_a_job_or_unexpected(key, value):
    with aioresponses() as wire:
        answer(wire, "list", [JOB | {key: value}])
        async with gateway() as cloud:
            result = await outcome(cloud.list())

    if isinstance(result, UnexpectedResponse):
        assert key in str(result)
    else:
        (job,) = result
        assert value is None or isinstance(value, str | dict)
        assert f"{job.spec.name}{job.spec.url}{job.spec.body}{dict(job.spec.headers)}".encode()


@given(key=st.sampled_from(sorted(RUN)), value=json_values)
async def test_a_run_with_any_value_in_a_key_is_a_run_or_unexpected(key, value):
    with aioresponses() as wire:
        answer(wire, "logs", {"job_id": ID, "logs": [RUN | {key: value}]})
        async with gateway() as cloud:
            result = await outcome(cloud.logs(ID))

    if isinstance(result, UnexpectedResponse):
        assert key in str(result)
    else:
        (run,) = result
        assert isinstance(run, LogEntry)
        assert f"{run.error_message}.".encode()
