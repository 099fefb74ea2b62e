"""Every tool, through the server, with every fault of the API: requests, verdict and time are as the rules say."""

from __future__ import annotations

import pytest

from cronlytic_mcp.entrypoints.mcp.registry import ALL_TOOLS
from tests.faults.played import PLAYED
from tests.faults.rig import LOG_TEXT, NEW, Rig, open_rig
from tests.faults.rules import Expectation, durations, expect
from tests.faults.steps import STEPS, Kind, Step
from tests.faults.troubles import TROUBLES, Effect, Trouble
from tests.faults.truth import CHANGED_CRON, assert_true, is_done
from tests.stub_api import StubApi

pytestmark = pytest.mark.anyio

SLACK = 0.01  # seconds of virtual time, which goes on only where something waits for it
MAYBE_CARRIED_OUT = {Effect.UNANSWERED, Effect.CUT, Effect.FAILING, Effect.UNREADABLE}


def cases():
    for step in STEPS:
        for trouble in TROUBLES:
            if trouble.meets(step):
                for lasts in durations(step, trouble):
                    for commit in commits(step, trouble, lasts=lasts):
                        words = ["lasting" if lasts else "once", *(["carried out"] if commit else [])]
                        name = " | ".join([step.name, trouble.name, *words])
                        yield pytest.param(step, trouble, lasts, commit, id=name)


def commits(step: Step, trouble: Trouble, *, lasts: bool) -> tuple[bool, ...]:
    """Whether the API carries out what it then answers badly; where it says no, it does not."""
    if not step.writes:
        return (trouble.effect is Effect.SLOW,)
    if trouble.name.startswith("reset"):
        return (trouble.name == "reset after the commit",)
    if step.method == "DELETE" and trouble.effect is Effect.CUT and lasts:
        return (False,)  # once it is carried out the next answer is a 404, whose status alone says enough
    return (False, True) if trouble.effect in MAYBE_CARRIED_OUT else (trouble.effect is Effect.SLOW,)


async def use(rig: Rig, step: Step) -> tuple[dict, float]:
    """Call the tool so that it makes the step's request."""
    arguments = {"job_id": rig.job_id}
    if step.tool in {"list_jobs", "preview_schedule", "health_check"}:
        arguments = {}
    elif step.tool == "create_job":
        arguments = NEW
    elif step.tool == "update_job":
        arguments |= {"cron_expression": CHANGED_CRON}
    elif step.tool == "resume_job":
        rig.job["status"] = "paused"
    elif step.tool == "delete_job" and step.method == "DELETE":
        arguments |= {"confirmation_token": (await rig.call("delete_job", **arguments))["confirmation_token"]}
    return await rig.time(step.tool, **arguments)


@pytest.mark.parametrize(("step", "trouble", "lasts", "commit"), [*cases()])
async def test_a_fault_ends_as_the_rules_say(step, trouble, lasts, commit):
    expected = expect(step, trouble, lasts=lasts)
    async with open_rig() as rig, StubApi() as elsewhere:
        fault = PLAYED[trouble.name](commit, elsewhere.base_url)
        fault = fault.on(step.method, step.path.replace("{job_id}", rig.job_id))
        rig.stub.faults.add(fault.permanent() if lasts else fault)

        payload, seconds = await use(rig, step)

    assert rig.stub.requests[step.call] == expected.requests
    assert expected.shortest - SLACK <= seconds <= expected.longest + SLACK
    assert find_difference(payload, expected, step) == {}
    assert elsewhere.connections == 0
    if step.writes:
        assert_true(rig, step.tool, payload)
        assert is_done(rig, step.tool) is (commit or "error" not in payload)
        if step.kind is Kind.CREATE and payload.get("error", {}).get("outcome_unknown"):
            assert [payload["error"]["found_job_id"]] == (rig.new_job_ids or [None])


def find_difference(payload: dict, expected: Expectation, step: Step) -> dict:
    """What the answer says otherwise than expected: by fact, what it says and what it should."""
    error = payload.get("error", {})
    said = payload if step.tool == "health_check" else error
    if step.kind is Kind.LOOK:
        said = {"looked": not payload.get("warnings")}
    if step.kind is Kind.MASK:
        said = {"shown": payload["logs"][0]["untrusted_error_message"] == LOG_TEXT}
    facts = {fact: (said.get(fact), value) for fact, value in expected.facts.items()}
    pairs = {"code": (error.get("code"), expected.code), **facts}
    return {fact: pair for fact, pair in pairs.items() if pair[0] != pair[1]}


async def test_every_tool_that_talks_to_the_api_is_in_the_matrix():
    calling = {tool.name for tool in ALL_TOOLS if tool.calls_backend}
    async with open_rig() as rig:
        offered = set(rig.assistant.tools)

    assert calling & offered == {step.tool for step in STEPS}


def test_every_trouble_is_played():
    assert {trouble.name for trouble in TROUBLES} == set(PLAYED)
