"""A person is told once of a job that keeps failing, of its recovery, and of missed runs."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.memory.note_board import MemoryNoteBoard
from cronlytic_mcp.application.note_ports import Note
from cronlytic_mcp.application.notify_person import (
    HOLD,
    KEY,
    TOPIC,
    URLS_LIMIT,
    Notifier,
    NotifySettings,
)
from cronlytic_mcp.application.run_job_now import run_job_now
from cronlytic_mcp.domain.engine.event import Event, EventKind
from cronlytic_mcp.domain.engine.lifecycle import redefine
from cronlytic_mcp.domain.engine.notification import LINES_LIMIT
from cronlytic_mcp.domain.execution_policy import Missed
from tests.application.engine.world import HOURLY, MINUTELY, answer, at, at_once, forever, no_answer

pytestmark = pytest.mark.anyio

CHAT = "https://chat.example.com/hook"


@pytest.fixture
def notes() -> MemoryNoteBoard:
    return MemoryNoteBoard()


@pytest.fixture
def deliveries() -> list:
    return []


@pytest.fixture
def make_notifier(world, notes, deliveries):
    def make(after=3, url=CHAT) -> Notifier:
        settings = NotifySettings(url, after)
        return Notifier(world.store, notes, world.targets, world.clock, settings, observe=deliveries.append)

    return make


@pytest.fixture
async def notifier(make_notifier) -> Notifier:
    notifier = make_notifier()
    await notifier.notify()
    return notifier


def sent(world) -> list[dict]:
    return [json.loads(request.body) for _, request in world.targets.sent if "chat" in request.url]


def texts(world) -> list[str]:
    return [message["text"] for message in sent(world)]


async def run_minutes(world, notifier, minutes: int) -> None:
    async with world.running():
        for _ in range(minutes):
            await asyncio.sleep(60)
            await notifier.notify()


async def test_the_third_failure_in_a_row_is_told_once_and_then_the_recovery(world, notifier):
    await world.add(MINUTELY)
    world.targets.behave(at_once(*[answer(500)] * 5, answer(200)))
    await run_minutes(world, notifier, 9)

    assert texts(world) == [
        "job-1 has failed 3 times in a row. The target answered 500; success is 200-299.",
        "job-1 works again, after 5 failures.",
    ]


async def test_a_message_holds_what_a_program_needs_and_its_key(world, notifier):
    await world.add(MINUTELY)
    world.targets.behave(at_once(no_answer()))
    await run_minutes(world, notifier, 4)

    ((_, request),) = [(time, request) for time, request in world.targets.sent if "chat" in request.url]
    message = json.loads(request.body)
    (told,) = message["notifications"]
    run = (await world.runs())[2]
    assert (request.method, request.headers["Content-Type"]) == ("POST", "application/json")
    assert request.headers["Idempotency-Key"].startswith("notification-")
    assert message["content"] == message["text"]
    assert told == {
        "kind": "failing",
        "job_id": "job-1",
        "job_name": "job-1",
        "count": 3,
        "at": run.finished_at.isoformat(),
        "run_id": run.run_id,
        "reason": "No complete answer (connection): the target did not take a connection.",
    }


async def test_fewer_failures_are_not_told_and_neither_is_their_end(world, notifier):
    await world.add(MINUTELY)
    world.targets.behave(at_once(answer(500), answer(500), answer(200)))
    await run_minutes(world, notifier, 5)

    assert texts(world) == []


async def test_missed_runs_are_told_once_for_a_stretch(world, notifier):
    await world.add(HOURLY, missed=Missed.SKIP)
    world.clock.step(timedelta(hours=5, minutes=30))
    await run_minutes(world, notifier, 3)

    (text,) = texts(world)
    assert text.startswith("job-1 missed 5 runs. No engine ran them in time")


async def test_a_run_by_hand_that_fails_is_not_told(world, make_notifier):
    notifier = make_notifier(after=1)
    await notifier.notify()
    await world.add(HOURLY)
    world.targets.behave(at_once(answer(500)))
    async with world.running() as engine:
        await run_job_now(world.store, world.clock, "job-1", wait_seconds=5, wake=engine.wake)
    await notifier.notify()

    assert texts(world) == []


@pytest.mark.parametrize(("own", "told"), [(0, []), (1, [1]), (None, [3])])
async def test_a_job_may_have_a_number_of_its_own_or_none(world, notifier, own, told):
    await world.add(MINUTELY, notify_after=own)
    world.targets.behave(at_once(answer(500)))
    await run_minutes(world, notifier, 5)

    assert [message["notifications"][0]["count"] for message in sent(world)] == told


def told_at(world, url: str) -> list[list[str]]:
    messages = [json.loads(request.body) for _, request in world.targets.sent if request.url == url]
    return [[told["job_name"] for told in message["notifications"]] for message in messages]


@pytest.mark.parametrize("url", [CHAT, None])
async def test_a_job_may_have_a_place_of_its_own_where_a_person_is_told(world, make_notifier, url):
    notifier = make_notifier(after=1, url=url)
    await notifier.notify()
    await world.add(MINUTELY, notify_url="https://chat.example.com/own")
    await world.add(MINUTELY, "job-2")
    world.targets.behave(at_once(answer(500)))
    await run_minutes(world, notifier, 3)

    assert told_at(world, "https://chat.example.com/own") == [["job-1"]]
    assert told_at(world, CHAT) == ([["job-2"]] if url else [])


async def test_a_place_that_refuses_keeps_nothing_from_the_others(world, make_notifier, deliveries):
    notifier = make_notifier(after=1)
    await notifier.notify()
    await world.add(MINUTELY, notify_url="https://chat.example.com/gone")
    await world.add(MINUTELY, "job-2")
    world.targets.behave(at_once(answer(500)))
    world.targets.behave(at_once(answer(404)), "https://chat.example.com/gone")
    await run_minutes(world, notifier, 3)

    assert told_at(world, CHAT) == [["job-2"]]
    assert sorted(delivery.delivered for delivery in deliveries) == [False, True]


async def test_more_places_than_are_told_at_once_are_all_told_once(world, make_notifier):
    notifier = make_notifier(after=1, url=None)
    await notifier.notify()
    urls = [f"https://chat.example.com/{number}" for number in range(URLS_LIMIT + 3)]
    for url in urls:
        await world.add(MINUTELY, url, notify_url=url)
    world.targets.behave(at_once(answer(500)))
    async with world.running():
        await asyncio.sleep(90)
    await notifier.notify()

    assert [len(told_at(world, url)) for url in urls] == [1] * len(urls)


async def test_what_was_looked_at_is_no_news_when_a_job_gets_a_place_later(world, make_notifier):
    notifier = make_notifier(after=1, url=None)
    await notifier.notify()
    job = await world.add(MINUTELY)
    world.targets.behave(at_once(answer(500)))
    async with world.running():
        await asyncio.sleep(90)
        await notifier.notify()
        spec = evolve(job.spec, policy=evolve(job.spec.policy, notify_url=CHAT))
        await world.change(lambda view: redefine(view, spec, world.clock.now()))
        await make_notifier(after=1, url=None).notify()

    assert texts(world) == []


async def test_what_happened_before_anybody_was_to_be_told_is_no_news(world, make_notifier):
    await world.add(MINUTELY)
    world.targets.behave(at_once(answer(500)))
    async with world.running():
        await asyncio.sleep(200)
    notifier = make_notifier()
    await notifier.notify()
    await notifier.notify()

    assert texts(world) == []


async def test_many_at_once_are_one_message_that_counts_the_rest(world, notifier):
    for n in range(LINES_LIMIT + 5):
        await world.add(HOURLY, job_id=f"job-{n}", missed=Missed.SKIP)
    world.clock.step(timedelta(hours=3))
    await run_minutes(world, notifier, 2)

    (message,) = sent(world)
    assert len(message["notifications"]) == LINES_LIMIT
    assert message["text"].endswith("\nAnd 5 more.")


async def test_a_deleted_job_is_not_told_of(world, notifier):
    await world.add(HOURLY, missed=Missed.SKIP)
    world.clock.step(timedelta(hours=3))
    async with world.running():
        await asyncio.sleep(1)
    await world.store.delete_job("job-1", Event(EventKind.JOB_DELETED, "job-1", world.clock.now()))
    await notifier.notify()

    assert texts(world) == []


# Several engines, and targets that fail


async def miss_a_run(world) -> None:
    await world.add(HOURLY, missed=Missed.SKIP)
    world.clock.step(timedelta(hours=1, minutes=30))
    async with world.running():
        await asyncio.sleep(1)


async def test_of_many_notifiers_exactly_one_tells(world, make_notifier):
    notifiers = [make_notifier() for _ in range(5)]
    await asyncio.gather(*(each.notify() for each in notifiers))
    await miss_a_run(world)
    for _ in range(3):
        await asyncio.gather(*(each.notify() for each in notifiers))

    assert len(sent(world)) == 1


async def test_where_one_dies_while_it_tells_another_one_does_it_later(world, make_notifier, notifier):
    await miss_a_run(world)
    world.targets.behave(forever, CHAT)
    dying = asyncio.create_task(notifier.notify())
    await asyncio.sleep(1)
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    world.targets.behave(at_once(answer()), CHAT)
    other = make_notifier()

    await other.notify()
    assert len(sent(world)) == 1, "it is still held"
    await asyncio.sleep(HOLD.total_seconds())
    await other.notify()
    await other.notify()

    keys = [request.headers["Idempotency-Key"] for _, request in world.targets.sent]
    assert len(keys) == 2
    assert len(set(keys)) == 1


async def test_a_hold_from_before_the_clock_was_set_back_does_not_last(world, make_notifier, notes):
    notifier = make_notifier()
    await notifier.notify()
    until = (world.clock.now() + timedelta(days=1)).isoformat()
    await notes.write_note(Note(TOPIC, KEY, json.dumps({"sequence": 0, "held_until": until}), 1))
    await miss_a_run(world)
    await notifier.notify()

    assert len(sent(world)) == 1


@pytest.mark.parametrize("failure", [no_answer(), answer(503), answer(429)])
async def test_a_target_that_fails_for_a_while_is_tried_again(world, notifier, deliveries, failure):
    await miss_a_run(world)
    world.targets.behave(at_once(failure, failure, answer(204)), CHAT)
    await notifier.notify()

    assert len(sent(world)) == 3
    assert [(delivery.delivered, delivery.attempts) for delivery in deliveries] == [(True, 3)]


async def test_a_target_that_keeps_failing_is_given_up_and_observed(world, notifier, deliveries):
    await miss_a_run(world)
    world.targets.behave(at_once(answer(500)), CHAT)
    await notifier.notify()
    await notifier.notify()

    (delivery,) = deliveries
    assert (delivery.delivered, delivery.attempts, delivery.problem) == (False, 4, "The target answered 500.")


async def test_a_target_that_refuses_is_asked_once(world, notifier, deliveries):
    await miss_a_run(world)
    world.targets.behave(at_once(answer(404)), CHAT)
    await notifier.notify()

    assert [(delivery.delivered, delivery.attempts) for delivery in deliveries] == [(False, 1)]


async def test_an_address_that_may_not_be_called_is_never_called(world, make_notifier, deliveries):
    notifier = make_notifier(url="http://127.0.0.1/hook")
    await notifier.notify()
    await miss_a_run(world)
    await notifier.notify()

    assert world.targets.sent == []
    assert "may not be called" in deliveries[0].problem


async def test_google_chat_gets_the_text_alone(world, make_notifier):
    url = "https://chat.googleapis.com/v1/spaces/x/messages"
    notifier = make_notifier(url=url)
    await notifier.notify()
    await miss_a_run(world)
    await notifier.notify()

    assert [list(message) for message in sent(world)] == [["text"]]


def test_no_settings_show_the_url():
    assert "chat" not in repr(NotifySettings(CHAT))


async def test_times_are_told_as_they_are_counted(world, make_notifier):
    notifier = make_notifier(after=1)
    await notifier.notify()
    await world.add(HOURLY)
    world.targets.behave(at_once(answer(500), answer(200)))
    async with world.running():
        await asyncio.sleep(7300)
    await notifier.notify()

    (text,) = texts(world)
    assert text.splitlines() == [
        "job-1 has failed once. The target answered 500; success is 200-299.",
        "job-1 works again, after a failure.",
    ]
    assert world.clock.now() > at(120)
