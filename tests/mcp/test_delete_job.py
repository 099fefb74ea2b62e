"""Deleting is confirmed: by the person where the client can ask, else by a second call."""

from __future__ import annotations

import anyio
import pytest
from mcp_types import (
    ElicitResult,
    ErrorData,
)

from cronlytic_mcp.entrypoints.mcp.server import build_server

pytestmark = pytest.mark.anyio


class Answering:
    """A person who always decides the same, and remembers what they were asked."""

    def __init__(self, action: str, content: dict | None = None) -> None:
        self.questions: list[str] = []
        self._result = ElicitResult(action=action, content=content)

    async def __call__(self, _context, params) -> ElicitResult:
        self.questions.append(params.message)
        return self._result


async def test_without_questions_the_first_call_deletes_nothing_and_gives_a_token(connect, gateway):
    async with connect() as assistant:
        job = await assistant.create()
        answer = await assistant.call("delete_job", job_id=job["job_id"])
    assert answer["deleted"] is False
    assert answer["job"]["name"] == "backup"
    assert "confirmation_token" in answer["message"]
    assert len(await gateway.list()) == 1


async def test_the_second_call_deletes_and_answers_what_is_needed_to_create_the_job_again(connect, gateway):
    given = {
        "name": "report",
        "url": "https://example.com/hook?token=s3cr3t",
        "method": "POST",
        "headers": {"Authorization": "Bearer s3cr3t", "Accept": "*/*"},
        "body": "text",
        "cron_expression": "0 3 * * *",
    }
    async with connect() as assistant:
        job = await assistant.create(**given)
        token = (await assistant.call("delete_job", job_id=job["job_id"]))["confirmation_token"]
        answer = await assistant.call("delete_job", job_id=job["job_id"], confirmation_token=token)
    assert answer["deleted"] is True
    assert given.keys() <= answer["job"].keys()
    assert (answer["job"]["body"], answer["job"]["method"]) == ("text", "POST")
    assert sorted(answer["masked"]) == ["headers.Authorization", "url.token"]
    assert "headers.Authorization" in answer["message"]
    assert await gateway.list() == ()


async def test_a_token_does_not_hold_for_another_job_nor_after_a_change_nor_later(connect, clock, gateway):
    async with connect() as assistant:
        first, second = await assistant.create(name="a"), await assistant.create(name="b")
        token = (await assistant.call("delete_job", job_id=first["job_id"]))["confirmation_token"]
        for_another = await assistant.refuse("delete_job", job_id=second["job_id"], confirmation_token=token)
        clock.advance(301)
        too_late = await assistant.refuse("delete_job", job_id=first["job_id"], confirmation_token=token)
        fresh = (await assistant.call("delete_job", job_id=first["job_id"]))["confirmation_token"]
        await assistant.call("update_job", job_id=first["job_id"], name="changed")
        changed = await assistant.refuse("delete_job", job_id=first["job_id"], confirmation_token=fresh)
        forged = await assistant.refuse("delete_job", job_id=first["job_id"], confirmation_token="yes")
    for error in (for_another, too_late, changed, forged):
        assert error["code"] == "confirmation_invalid"
        assert "Call delete_job without confirmation_token" in error["message"]
    assert len(await gateway.list()) == 2


async def test_a_person_who_agrees_deletes_the_job_within_one_call(connect, gateway):
    person = Answering("accept", {"confirm": True})
    async with connect(elicitation_callback=person) as assistant:
        job = await assistant.create(url="https://example.com/hook?token=s3cr3t")
        answer = await assistant.call("delete_job", job_id=job["job_id"])
    assert answer["deleted"] is True
    assert await gateway.list() == ()
    (question,) = person.questions
    assert "backup" in question
    assert "s3cr3t" not in question


@pytest.mark.parametrize(
    ("action", "content"),
    [
        ("decline", None),
        ("cancel", None),
        ("accept", {"confirm": False}),
        ("accept", {"confirm": "no"}),
        ("accept", None),
    ],
)
async def test_a_person_who_does_not_agree_keeps_the_job_and_that_is_said(connect, gateway, action, content):
    person = Answering(action, content)
    async with connect(elicitation_callback=person) as assistant:
        job = await assistant.create()
        answer = await assistant.call("delete_job", job_id=job["job_id"])
    assert answer["deleted"] is False
    assert "nothing was deleted" in answer["message"]
    assert "confirmation_token" not in answer
    assert len(await gateway.list()) == 1


async def test_what_a_person_agreed_to_is_not_done_to_a_job_that_changed_meanwhile(connect, gateway):
    async def change_then_agree(_context, _params) -> ElicitResult:
        (job,) = await gateway.list()
        await gateway.pause(job.job_id)
        await gateway.delete(job.job_id)
        return ElicitResult(action="accept", content={"confirm": True})

    async with connect(elicitation_callback=change_then_agree) as assistant:
        job = await assistant.create()
        error = await assistant.refuse("delete_job", job_id=job["job_id"])
    assert error["code"] == "job_not_found"


async def test_a_token_that_is_given_needs_no_question(connect):
    person = Answering("decline")
    async with connect() as assistant:
        job = await assistant.create()
        token = (await assistant.call("delete_job", job_id=job["job_id"]))["confirmation_token"]
    async with connect(elicitation_callback=person) as assistant:
        answer = await assistant.call("delete_job", job_id=job["job_id"], confirmation_token=token)
    assert answer["deleted"] is True
    assert not person.questions


# In the 2026 era the client asks between two calls: if it fails to, it makes no second one.
@pytest.mark.parametrize("era", ["2025"])
async def test_a_client_that_fails_to_ask_gets_the_token(connect):
    async def fail(_context, _params) -> ErrorData:
        return ErrorData(code=-32603, message="no dialog here")

    async with connect(elicitation_callback=fail) as assistant:
        job = await assistant.create()
        answer = await assistant.call("delete_job", job_id=job["job_id"])
    assert answer["deleted"] is False
    assert answer["confirmation_token"]


@pytest.mark.parametrize("era", ["2025"])
async def test_a_client_that_never_answers_gets_the_token_in_the_end(connect, services):
    async def never(_context, _params) -> ElicitResult:
        await anyio.sleep_forever()

    server = build_server(services, answer_seconds=0.05)
    async with connect(server=server, elicitation_callback=never) as assistant:
        job = await assistant.create()
        answer = await assistant.call("delete_job", job_id=job["job_id"])
    assert answer["deleted"] is False
    assert answer["confirmation_token"]
