"""An answer is read exactly as documented in its types, and taken as it is in its values."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from cronlytic_mcp.domain.errors import InvalidArguments, UnexpectedResponse
from cronlytic_mcp.domain.job import JobStatus
from cronlytic_mcp.domain.log import LogEntry, RunStatus
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.adapters.cronlytic.documents import (
    CALLS,
    GOOD_ANSWERS,
    ID,
    JOB,
    LOGS,
    RUN,
    SPEC,
    USER,
    WRITES,
    answer,
    make,
)

pytestmark = pytest.mark.anyio

CANARY = "canary-51c7"
JOB_CALLS = ("create", "get", "update", "pause", "resume")


async def surprise(cloud, wire, call, body, status=200) -> UnexpectedResponse:
    answer(wire, call, body, status)
    with pytest.raises(UnexpectedResponse) as unexpected:
        await make(cloud, call)
    assert CANARY not in str(unexpected.value)
    assert unexpected.value.status == status
    return unexpected.value


async def read_job(cloud, wire, **changes):
    answer(wire, "get", JOB | changes)
    return await cloud.get(ID)


async def read_run(cloud, wire, **changes):
    answer(wire, "logs", {"job_id": ID, "logs": [RUN | changes]})
    return (await cloud.logs(ID))[0]


async def test_a_job_is_read_whole(cloud, wire):
    job = await read_job(cloud, wire, last_run_at="2026-01-15T03:00:00Z", status="success")

    assert (job.job_id, job.user_id, job.spec, job.status) == (ID, USER, SPEC, JobStatus.SUCCESS)
    assert job.last_run_at == datetime(2026, 1, 15, 3, tzinfo=UTC)
    assert job.next_run_at == datetime(2026, 1, 16, 3, tzinfo=UTC)


async def test_a_run_is_read_whole(cloud, wire):
    answer(wire, "logs", LOGS)

    assert list(await cloud.logs(ID)) == [
        LogEntry(
            datetime(2026, 1, 15, 3, 0, 1, 250000, tzinfo=UTC), RunStatus.FAILED, 502, 1.5, "Bad gateway"
        )
    ]


@pytest.mark.parametrize("call", GOOD_ANSWERS)
@pytest.mark.parametrize("status", [200, 201, 299])
async def test_any_success_with_the_documented_body_is_one(cloud, wire, call, status):
    answer(wire, call, GOOD_ANSWERS[call], status)

    result = await make(cloud, call)

    assert (result is None) == (call in ("ping", "delete"))


async def test_keys_that_are_not_documented_are_ignored(cloud, wire):
    assert (await read_job(cloud, wire, labels=[CANARY], retries=3)).spec == SPEC


async def test_values_that_our_rules_refuse_are_read_as_they_are(cloud, wire):
    odd = {
        "name": "not a name!" * 9,
        "url": "ftp://old",
        "method": "BREW",
        "cron_expression": "@reboot",
        "headers": {"": "\u0000", "Ünï": "é\n"},
        "body": "x" * 20_000,
        "user_id": "somebody",
    }

    job = await read_job(cloud, wire, **odd)

    assert job.spec.schedule == CronSchedule("@reboot")
    assert dict(job.spec.headers) == odd["headers"]
    assert (job.spec.name, job.spec.url, job.spec.method, job.spec.body, job.user_id) == (
        odd["name"],
        odd["url"],
        odd["method"],
        odd["body"],
        odd["user_id"],
    )


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-16T03:00:00Z",
        "2026-01-16T03:00:00+00:00",
        "2026-01-16T04:30:00+01:30",
        "2026-01-15T19:00:00-08:00",
        "2026-01-16T03:00:00",
        "2026-01-16T03:00",
        "2026-01-16 03:00:00.000",
        "2026-01-16T03:00:00.000000000Z",
    ],
)
async def test_an_instant_is_in_utc_whether_it_says_so_or_not(cloud, wire, text):
    job = await read_job(cloud, wire, next_run_at=text)

    assert job.next_run_at == datetime(2026, 1, 16, 3, tzinfo=UTC)
    assert job.next_run_at.tzinfo is UTC


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "2026-01-16",
        "20260116T030000Z",
        "2026-W03-5T03:00:00Z",
        "2026-02-30T03:00:00Z",
        "2026-01-16T25:00:00Z",
        "2026-01-16T03:00:00 PST",
        "٢٠٢٦-٠١-١٦T٠٣:٠٠:٠٠Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        1768532400,
        True,
        [],
        {},
    ],
)
async def test_what_is_no_instant_is_unexpected(cloud, wire, value):
    error = await surprise(cloud, wire, "get", JOB | {"next_run_at": value})

    assert "next_run_at" in str(error)


WRONG_TYPES = {
    "name": [None, 7, True, [], {}],
    "url": [None, 7],
    "method": [None, 7],
    "headers": [None, [], "", 7, {"X": 1}, {"X": None}, {"X": {}}],
    "body": [None, 7, {}],
    "cron_expression": [None, 7],
    "job_id": [None, 7],
    "user_id": [None, 7],
    "status": [None, 7, "running", "PENDING", "", [], {}],
    "last_run_at": [7, False],
    "next_run_at": [7],
}


def test_every_key_of_a_job_is_tried_with_wrong_types():
    assert set(WRONG_TYPES) == set(JOB)


@pytest.mark.parametrize(
    ("key", "value"), [(key, value) for key in WRONG_TYPES for value in WRONG_TYPES[key]]
)
async def test_a_key_of_another_type_is_unexpected_and_named(cloud, wire, key, value):
    assert key in str(await surprise(cloud, wire, "get", JOB | {key: value}))


@pytest.mark.parametrize("key", JOB)
async def test_a_missing_key_is_unexpected_and_named(cloud, wire, key):
    error = await surprise(cloud, wire, "get", {name: JOB[name] for name in JOB if name != key})

    assert f"{key}: is missing" in str(error)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("timestamp", None),
        ("timestamp", "then"),
        ("status", "pending"),
        ("status", None),
        ("response_code", "200"),
        ("response_code", 200.0),
        ("response_code", True),
        ("response_time", "0.2"),
        ("response_time", False),
        ("response_time", []),
        ("error_message", None),
        ("error_message", 7),
    ],
)
async def test_a_run_of_another_shape_is_unexpected_with_its_place(cloud, wire, key, value):
    body = {"job_id": ID, "logs": [RUN, RUN | {key: value}]}

    assert f"logs: item 1: {key}: " in str(await surprise(cloud, wire, "logs", body))


@pytest.mark.parametrize("number", ["1e999", "-1e999", "NaN", "Infinity", "1" + "0" * 400, "1" + "0" * 5000])
async def test_a_number_that_is_none_is_unexpected(cloud, wire, number):
    await surprise(cloud, wire, "logs", json.dumps(LOGS).replace("1.5", number))


@pytest.mark.parametrize("value", [None, 0, 3, 0.25])
async def test_a_response_time_may_be_whole_or_missing(cloud, wire, value):
    run = await read_run(cloud, wire, response_time=value)

    assert run.response_time == value
    assert value is None or isinstance(run.response_time, float)


async def test_a_run_without_a_response_has_no_code(cloud, wire):
    assert (await read_run(cloud, wire, response_code=None)).response_code is None


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("", "the body is empty"),
        (" \r\n", "the body is empty"),
        ("<html>canary-51c7</html>", "not JSON"),
        ('{"job_id": ', "not JSON"),
        ("\ufeff{}", "not JSON"),
        (b"\xff\xfe{\x00}\x00", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("null", "must be an"),
        ("7", "must be an"),
        ('"canary-51c7"', "must be an"),
        ("true", "must be an"),
        ('{"canary-51c7": []}', ""),
        ('["canary-51c7"]', "must be an object"),
        ("[[]]", "must be an object"),
    ],
)
async def test_a_success_with_another_body_is_unexpected_and_never_nothing(cloud, wire, call, body, says):
    error = await surprise(cloud, wire, call, body)

    assert says in str(error)
    assert error.outcome_unknown is (call in WRITES)
    assert call in error.operation


async def test_an_empty_204_is_no_answer(cloud, wire):
    assert (await surprise(cloud, wire, "delete", "", status=204)).outcome_unknown


async def test_an_object_of_jobs_is_no_list(cloud, wire):
    assert "must be an array" in str(await surprise(cloud, wire, "list", {"jobs": [JOB]}))


async def test_one_wrong_job_of_many_is_found_and_its_place_named(cloud, wire):
    error = await surprise(cloud, wire, "list", [JOB, JOB, JOB | {"status": CANARY}])

    assert "item 2: status: must be one of pending, paused, success, failed" in str(error)


async def test_a_ping_that_is_no_pong_is_unexpected(cloud, wire):
    await surprise(cloud, wire, "ping", {"message": CANARY})


@pytest.mark.parametrize("value", [False, None, "true", 1])
async def test_only_deleted_true_is_a_deletion(cloud, wire, value):
    await surprise(cloud, wire, "delete", {"deleted": value})


async def test_a_job_that_says_it_was_not_deleted_was_not(cloud, wire):
    assert not (await surprise(cloud, wire, "delete", {"deleted": False})).outcome_unknown


@pytest.mark.parametrize("call", [*JOB_CALLS[1:], "logs"])
async def test_an_answer_about_another_job_is_unexpected(cloud, wire, call):
    other = "00000000-0000-4000-8000-000000000000"

    await surprise(cloud, wire, call, GOOD_ANSWERS[call] | {"job_id": other})


async def test_an_id_that_comes_back_in_other_case_is_the_same(cloud, wire):
    answer(wire, "get", JOB | {"job_id": ID.upper()})

    assert (await cloud.get(ID)).job_id == ID.upper()


async def test_an_id_that_could_not_be_asked_for_is_unexpected(cloud, wire):
    await surprise(cloud, wire, "list", [JOB | {"job_id": "../ping"}])


async def test_half_a_surrogate_pair_becomes_a_replacement_character(cloud, wire):
    assert (await read_run(cloud, wire, error_message="cut \ud83d")).error_message == "cut \ufffd"


async def test_logs_are_sorted_and_cut_whatever_the_api_sends(cloud, wire):
    runs = [RUN | {"timestamp": f"2026-01-15T03:{minute:02}:00Z"} for minute in (*range(30, 60), *range(30))]
    answer(wire, "logs", {"job_id": ID, "logs": runs})

    logs = await cloud.logs(ID)

    assert [entry.timestamp.minute for entry in logs] == list(range(59, 9, -1))


async def test_an_unusable_schedule_of_a_stored_job_does_not_hide_the_list(cloud, wire):
    answer(wire, "list", [JOB, JOB | {"cron_expression": "H H * * *"}])

    assert len(await cloud.list()) == 2


async def test_an_id_is_checked_before_anything_is_sent(cloud, wire):
    for job_id in ("../ping", "x/resume?", "%2e%2e"):
        with pytest.raises(InvalidArguments):
            await cloud.pause(job_id)

    assert not wire.requests
