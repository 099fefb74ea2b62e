"""Health means reachable and let in, not just answered."""

from __future__ import annotations

import pytest

from cronlytic_mcp.application.call import Waiting, listening_to_waits, wait_listener
from cronlytic_mcp.application.health_check import health_check
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.errors import (
    NotAuthenticated,
    NotPermitted,
    RateLimited,
    ServiceUnavailable,
    UnexpectedResponse,
)
from tests.application.gateways import CloudLikeGateway
from tests.application.stories import spec

pytestmark = pytest.mark.anyio


async def test_a_backend_without_credentials_is_healthy_and_says_so(gateway, clock) -> None:
    await gateway.create(spec())
    health = await health_check(gateway, clock)
    assert (health.healthy, health.reachable, health.authenticated) == (True, True, None)
    assert (health.backend, health.job_count, health.problem) == ("memory", 1, None)
    assert health.latency_ms == 0


async def test_good_credentials_are_said(clock) -> None:
    health = await health_check(CloudLikeGateway(clock), clock)
    assert (health.healthy, health.authenticated) == (True, True)


async def test_a_wrong_key_is_never_healthy(clock) -> None:
    gateway = CloudLikeGateway(clock)
    gateway.list_error = NotAuthenticated()
    health = await health_check(gateway, clock)
    assert (health.healthy, health.reachable, health.authenticated) == (False, True, False)
    assert "CRONLYTIC_API_KEY" in (health.problem or "")


@pytest.mark.parametrize(
    "error", [RateLimited(3), NotPermitted("list jobs"), UnexpectedResponse("listing", "x")]
)
async def test_a_listing_that_fails_is_not_healthy_and_decides_nothing_on_credentials(clock, error) -> None:
    gateway = CloudLikeGateway(clock)
    gateway.list_error = error
    health = await health_check(gateway, clock)
    assert (health.healthy, health.reachable, health.authenticated, health.job_count) == (
        False,
        True,
        None,
        None,
    )
    assert health.problem == str(error)


@pytest.mark.parametrize("failing", ["ping_error", "list_error"])
async def test_a_store_that_cannot_be_used_is_not_reachable(clock, failing) -> None:
    gateway = CloudLikeGateway(clock)
    error = StoreUnavailable("the disk is full", "Free some space, then call again.")
    setattr(gateway, failing, error)
    health = await health_check(gateway, clock)
    assert (health.healthy, health.reachable, health.job_count) == (False, False, None)
    assert health.problem == str(error)


@pytest.mark.parametrize(("error", "reachable"), [(ServiceUnavailable("down"), False), (RateLimited(), True)])
async def test_a_ping_that_fails(clock, error, reachable) -> None:
    gateway = CloudLikeGateway(clock)
    gateway.ping_error = error
    health = await health_check(gateway, clock)
    assert (health.healthy, health.reachable, health.latency_ms) == (False, reachable, None)
    assert health.problem == str(error)


class SlowGateway(CloudLikeGateway):
    """Its ping fails after 10 s, waits 3 s as a gateway does that tries again, and is answered 0.2 s later."""

    async def ping(self) -> None:
        self._clock.advance(10)
        if listener := wait_listener():
            listener(Waiting("ping", attempt=2, attempts=3, delay=3, reason="it was slow"))
        self._clock.advance(3.2)


async def test_the_latency_is_that_of_the_ping_that_was_answered(clock) -> None:
    health = await health_check(SlowGateway(clock), clock)
    assert health.latency_ms == 200


async def test_who_listens_to_waits_hears_of_those_before_a_ping_too(clock) -> None:
    heard: list[Waiting] = []
    with listening_to_waits(heard.append):
        await health_check(SlowGateway(clock), clock)
    assert [waiting.delay for waiting in heard] == [3]
