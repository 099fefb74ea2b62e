"""Runs of a job that is to be signed: with what keys, when, and what happens without."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from attrs import evolve
from standardwebhooks import Webhook

from cronlytic_mcp.adapters.memory.signing_keys import MemorySigningKeys
from cronlytic_mcp.application.attempts import make_attempt
from cronlytic_mcp.application.signing_sender import KEYS_KEPT_SECONDS, SigningSender
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.execution_policy import ExecutionPolicy
from cronlytic_mcp.domain.job import JobSpec
from cronlytic_mcp.domain.webhook.signature import SigningKey
from tests.application.engine.world import HOURLY, NOON

pytestmark = pytest.mark.anyio

OLD, NEW = (SigningKey(bytes([n]) * 32, NOON + timedelta(n)) for n in range(2))
SPEC = JobSpec(
    "job", "https://example.com/", HOURLY, "POST", body='{"a": "ö"}', policy=ExecutionPolicy(sign=True)
)


class Keys(MemorySigningKeys):
    """Keys that can be away, and count how often they are asked for."""

    away = False
    asked = 0

    async def list_keys(self):
        self.asked += 1
        if self.away:
            raise StoreUnavailable("it is away", "Wait.")
        return await super().list_keys()


@pytest.fixture
def keys():
    return Keys()


@pytest.fixture
def sender(world, keys):
    return SigningSender(world.targets, keys, world.clock)


def signatures(request) -> list[str]:
    return request.signature["webhook-signature"].split(" ")


def expected(key, request) -> str:
    sign = Webhook(key.reveal()).sign
    at = NOON.replace(tzinfo=None) + timedelta(
        seconds=int(request.signature["webhook-timestamp"]) - NOON.timestamp()
    )
    return sign(request.signature["webhook-id"], at, request.body)


async def test_each_attempt_is_signed_anew_under_the_id_of_the_run(world, keys, sender):
    await keys.add_key(OLD)
    await make_attempt(sender, SPEC, "run-1", 1)
    world.clock.step(timedelta(minutes=1))
    await make_attempt(sender, SPEC, "run-1", 2)

    first, second = (request for _, request in world.targets.sent)
    assert first.signature["webhook-id"] == second.signature["webhook-id"] == first.headers["Idempotency-Key"]
    times = [int(each.signature["webhook-timestamp"]) for each in (first, second)]
    assert 60 <= times[1] - times[0] <= 61
    assert signatures(first) == [expected(OLD, first)]
    assert signatures(second) == [expected(OLD, second)]


async def test_a_job_that_is_not_to_be_signed_is_not(world, keys, sender):
    await keys.add_key(OLD)
    await make_attempt(sender, evolve(SPEC, policy=ExecutionPolicy()), "run-1", 1)

    [(_, request)] = world.targets.sent
    assert request.signature == {}
    assert keys.asked == 0


async def test_changed_keys_are_used_within_a_tick_and_looked_up_no_more_often(world, keys, sender):
    await keys.add_key(OLD)
    for number in (1, 2, 3):
        await make_attempt(sender, SPEC, "run-1", number)
    assert keys.asked == 1

    await keys.add_key(NEW)
    await asyncio.sleep(KEYS_KEPT_SECONDS)
    await make_attempt(sender, SPEC, "run-2", 1)
    request = world.targets.sent[-1][1]
    assert signatures(request) == [expected(OLD, request), expected(NEW, request)]


async def test_without_a_key_nothing_is_sent_until_there_is_one(world, keys, sender):
    attempt = await make_attempt(sender, SPEC, "run-1", 1)

    assert world.targets.sent == []
    assert attempt.final
    assert "keys add" in attempt.outcome.error

    await keys.add_key(OLD)
    assert (await make_attempt(sender, SPEC, "run-2", 1)).outcome.success


async def test_keys_that_cannot_be_read_yet_are_worth_another_attempt(world, keys, sender):
    await keys.add_key(OLD)
    keys.away = True
    attempt = await make_attempt(sender, SPEC, "run-1", 1)

    assert world.targets.sent == []
    assert not attempt.final
    assert "could not be read" in attempt.outcome.error


async def test_keys_that_were_read_go_on_while_the_store_is_away(world, keys, sender):
    await keys.add_key(OLD)
    await make_attempt(sender, SPEC, "run-1", 1)
    keys.away = True
    await asyncio.sleep(KEYS_KEPT_SECONDS)

    assert (await make_attempt(sender, SPEC, "run-2", 1)).outcome.success
    assert keys.asked == 2


async def test_a_sender_without_keys_refuses_what_is_to_be_signed(world):
    from cronlytic_mcp.adapters.memory.webhook_sender import MemoryWebhookSender
    from cronlytic_mcp.domain.url.url import AllowedHosts

    sender = MemoryWebhookSender(AllowedHosts())
    attempt = await make_attempt(sender, SPEC, "run-1", 1)

    assert (attempt.final, sender.sent) == (True, [])
