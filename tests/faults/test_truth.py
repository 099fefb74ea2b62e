"""Whatever happens on the way to the API and back, what a client is told of its change is so."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.adapters.resilience.virtual_time import elapsed
from tests.faults.rig import NEW, Rig, open_rig
from tests.faults.truth import CHANGED_CRON, assert_true, is_done
from tests.stub_api import Fault

pytestmark = pytest.mark.anyio

CHANGES = ("create_job", "update_job", "pause_job", "resume_job", "delete_job")

LOST = [Fault.hang, Fault.reset, Fault.truncate, Fault.garble]
FAULTS = [
    Fault.latency(0),
    *(lose(commit=commit) for lose in LOST for commit in (False, True)),
    *(Fault.answer(status, commit=commit) for status in (408, 500) for commit in (False, True)),
    Fault.answer(200, "<html>", commit=True),
    Fault.rate_limit("1"),
    Fault.rate_limit("3600"),
    Fault.answer(409),
    Fault.answer(401),
    Fault.redirect("/elsewhere"),
]


async def change(rig: Rig, tool: str, faults: list[Fault]) -> dict:
    """Call a tool, each of whose requests meets the next fault, until there are none left."""
    arguments = {"job_id": rig.job_id}
    if tool == "create_job":
        arguments = NEW
    if tool == "update_job":
        arguments |= {"cron_expression": CHANGED_CRON}
    if tool == "resume_job":
        await rig.call("pause_job", **arguments)
    if tool == "delete_job":
        arguments |= {"confirmation_token": (await rig.call("delete_job", **arguments))["confirmation_token"]}
    rig.stub.faults.add(*faults)
    return await rig.call(tool, **arguments)


@pytest.mark.parametrize("tool", CHANGES)
@settings(max_examples=25)
@given(faults=st.lists(st.sampled_from(FAULTS), max_size=6))
@example(faults=[Fault.reset(commit=True), Fault.rate_limit("3600")])
@example(faults=[Fault.latency(0), Fault.reset(commit=True), Fault.rate_limit("3600")])
@example(faults=[Fault.latency(0), Fault.reset(commit=True), Fault.answer(409)])
@example(faults=[Fault.hang(commit=True), Fault.rate_limit("3600")])
@example(faults=[Fault.latency(0), Fault.truncate(commit=True), Fault.answer(401)])
@example(faults=[Fault.truncate(commit=True), Fault.answer(401)])
async def test_what_is_told_of_a_change_is_so(tool, faults):
    async with open_rig() as rig:
        payload = await change(rig, tool, faults)

    assert_true(rig, tool, payload)


@pytest.mark.parametrize("commit", [False, True], ids=["it never arrived", "it was carried out"])
async def test_a_create_is_told_truly_though_the_look_for_the_job_fails_too(commit):
    async with open_rig() as rig:
        rig.stub.faults.add(Fault.hang(commit=commit).on("POST"), Fault.answer(500).permanent())
        payload, seconds = await rig.time("create_job", **NEW)

    assert len(rig.new_job_ids) == commit
    assert (payload["error"]["outcome_unknown"], payload["error"]["found_job_id"]) == (True, None)
    assert "list_jobs" in payload["error"]["message"]
    assert seconds <= 30


async def test_a_twin_that_was_there_before_is_not_taken_for_the_new_job():
    async with open_rig() as rig:
        twin = (await rig.call("create_job", **NEW))["job"]["job_id"]
        rig.stub.faults.add(Fault.reset().on("POST"))
        payload = await rig.call("create_job", **NEW)

    assert rig.new_job_ids == [twin]
    assert payload["error"]["found_job_id"] == twin
    assert "was there before this call" in payload["error"]["message"]


async def test_a_deletion_that_was_carried_out_is_told_whatever_is_lost_of_its_later_answers():
    async with open_rig() as rig:
        payload = await change(rig, "delete_job", [Fault.truncate(commit=True).on("DELETE").permanent()])

    assert payload["deleted"] is True
    assert is_done(rig, "delete_job")


@pytest.mark.parametrize("tool", CHANGES)
async def test_a_connection_that_was_closed_while_it_was_idle_costs_nothing(tool):
    async with open_rig() as rig:
        await rig.call("list_jobs")
        rig.stub.hang_up()
        await asyncio.sleep(1)
        started = elapsed()
        payload = await change(rig, tool, [])
        seconds = elapsed() - started

    assert "error" not in payload
    assert_true(rig, tool, payload)
    assert seconds == 0


@pytest.mark.parametrize("tool", CHANGES)
async def test_what_is_told_is_so_when_a_connection_is_closed_just_as_it_is_used(tool):
    async with open_rig() as rig:
        await rig.call("list_jobs")
        rig.stub.hang_up()
        payload = await change(rig, tool, [])

    assert_true(rig, tool, payload)
    assert "error" not in payload or tool == "create_job"


@pytest.mark.parametrize("ending", ["hang", "reset", "truncate"])
async def test_an_update_that_lost_its_answer_is_written_once_more_and_comes_out_the_same(ending):
    async with open_rig() as rig:
        before = dict(rig.job)
        payload = await change(rig, "update_job", [getattr(Fault, ending)(commit=True).on("PUT")])

    assert payload["job"]["cron_expression"] == CHANGED_CRON
    changed = {field for field in before if before[field] != rig.job[field]}
    assert changed == {"cron_expression", "next_run_at"}
    assert rig.stub.requests["PUT /jobs/{job_id}"] == 2
