"""The circuit breaker."""

from __future__ import annotations

import asyncio

import pytest

from cronlytic_mcp.adapters.resilience.breaker import BreakingGateway, CircuitBreaker
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.domain.errors import (
    InvalidArguments,
    InvalidJob,
    JobNotFound,
    NotAuthenticated,
    NotPermitted,
    QuotaExceeded,
    RateLimited,
    ServiceUnavailable,
    UnexpectedResponse,
)
from tests.adapters.resilience.scripted import JOB, Hang, ScriptedGateway, Until, down
from tests.clock import FakeClock

POLICY = ResiliencePolicy()


class Outcomes:
    """A breaker, a clock that stands still, and calls that end as the test says."""

    def __init__(self, policy=POLICY, draw=lambda: 0.0):
        self.clock = FakeClock()
        self.events = []
        self.breaker = CircuitBreaker(policy, self.clock, observer=self.events.append, draw=draw)

    @property
    def states(self):
        return [event.state for event in self.events]

    def end(self, *errors):
        """Let one call after the other end in these errors; None is a success."""
        for error in errors:
            if error is None:
                self.succeed()
                continue
            with pytest.raises(type(error)) as raised, self.breaker.guarding():
                raise error
            assert raised.value is error

    def succeed(self, times=1):
        for _ in range(times):
            with self.breaker.guarding():
                pass

    def fail(self, times=1):
        self.end(*[down() for _ in range(times)])

    def refusal(self):
        """Return what a call gets that does not pass."""
        with pytest.raises(ServiceUnavailable) as refused, self.breaker.guarding():
            pytest.fail("the call passed")
        return refused.value


@pytest.fixture
def outcomes():
    return Outcomes()


def test_it_opens_after_five_failures_in_a_row(outcomes):
    outcomes.fail(4)
    assert not outcomes.events

    outcomes.fail()

    assert outcomes.states == ["open"]
    assert outcomes.events[0].retry_in == 30
    assert outcomes.events[0].reason == "it answered with status 503"


def test_a_success_ends_a_row_of_failures(outcomes):
    outcomes.fail(4)
    outcomes.succeed()
    outcomes.fail(4)

    assert not outcomes.events


def test_it_opens_when_half_of_at_least_ten_calls_fail(outcomes):
    for _ in range(4):
        outcomes.succeed()
        outcomes.fail()
    outcomes.succeed()
    assert not outcomes.events

    outcomes.fail()

    assert outcomes.states == ["open"]


def test_fewer_than_half_do_not_open_it(outcomes):
    for _ in range(20):
        outcomes.succeed(2)
        outcomes.fail()

    assert not outcomes.events


def test_calls_before_the_window_do_not_count(outcomes):
    for _ in range(4):
        outcomes.succeed()
        outcomes.fail()
    outcomes.clock.advance(POLICY.breaker_window)
    outcomes.succeed()
    outcomes.fail()

    assert not outcomes.events


@pytest.mark.parametrize(
    "answer",
    [
        NotAuthenticated(),
        JobNotFound("job-1"),
        InvalidJob([]),
        NotPermitted("list_jobs"),
        QuotaExceeded("free", 5, 5),
        UnexpectedResponse("list_jobs", "status 409", status=409),
        None,
    ],
    ids=["401", "404", "422", "403", "403 limit", "409", "success"],
)
def test_an_answer_shows_that_the_backend_works(outcomes, answer):
    outcomes.fail(4)
    outcomes.end(answer)
    outcomes.fail(4)

    assert not outcomes.events


NEITHER = {
    "429": RateLimited(1),
    "cancelled": asyncio.CancelledError(),
    "bug": KeyError("a bug"),
    "refused before it was sent": InvalidArguments([]),
}


@pytest.mark.parametrize("neither", NEITHER.values(), ids=NEITHER)
def test_what_shows_nothing_about_the_backend_is_neither_success_nor_failure(outcomes, neither):
    outcomes.end(*[neither] * 20)
    assert not outcomes.events

    outcomes.fail(4)
    outcomes.end(neither)
    outcomes.fail()

    assert outcomes.states == ["open"]


def test_while_open_nothing_passes_and_the_refusal_says_when_and_is_not_for_retrying(outcomes):
    outcomes.fail(5)
    outcomes.clock.advance(12.34)

    refusal = outcomes.refusal()

    assert refusal.retry_in == 17.7
    assert not refusal.retryable
    assert not refusal.outcome_unknown
    assert "status 503" in str(refusal)


def test_a_probe_that_succeeds_closes_it(outcomes):
    outcomes.fail(5)
    outcomes.clock.advance(30)

    outcomes.succeed(3)

    assert outcomes.states == ["open", "half_open", "closed"]


def test_only_one_probe_passes_at_a_time(outcomes):
    outcomes.fail(5)
    outcomes.clock.advance(30)

    with outcomes.breaker.guarding():
        refusal = outcomes.refusal()

    assert refusal is not None
    assert not refusal.retryable
    assert outcomes.states[-1] == "closed"


def test_failed_probes_double_the_wait_up_to_its_limit(outcomes):
    outcomes.fail(5)
    for wait in (30, 60, 120, 240, 300, 300):
        assert outcomes.events[-1].retry_in == wait
        outcomes.clock.advance(wait - 0.1)
        outcomes.refusal()
        outcomes.clock.advance(0.1)
        outcomes.fail()


def test_after_a_recovery_the_wait_is_the_short_one_again(outcomes):
    outcomes.fail(5)
    outcomes.clock.advance(30)
    outcomes.fail()
    outcomes.clock.advance(60)
    outcomes.succeed()

    outcomes.fail(5)

    assert outcomes.events[-1].retry_in == 30


@pytest.mark.parametrize(("drawn", "wait"), [(0.0, 30), (0.5, 28.5), (1.0, 27)])
def test_jitter_shortens_the_wait_by_at_most_a_tenth(drawn, wait):
    outcomes = Outcomes(draw=lambda: drawn)

    outcomes.fail(5)

    assert outcomes.events[-1].retry_in == wait


@pytest.mark.parametrize("neither", NEITHER.values(), ids=NEITHER)
def test_a_probe_that_shows_nothing_frees_its_place_for_the_next(outcomes, neither):
    outcomes.fail(5)
    outcomes.clock.advance(30)

    outcomes.end(neither)
    assert outcomes.states == ["open", "half_open"]
    outcomes.succeed()

    assert outcomes.states == ["open", "half_open", "closed"]


def test_a_success_of_a_call_that_began_before_does_not_close_it(outcomes):
    with outcomes.breaker.guarding():
        outcomes.fail(5)

    assert outcomes.states == ["open"]
    assert outcomes.refusal().retry_in == 30


def test_a_failure_of_a_call_that_began_before_is_not_taken_for_the_probe(outcomes):
    late, failure = outcomes.breaker.guarding(), down()
    late.__enter__()
    outcomes.fail(5)
    outcomes.clock.advance(30)

    with outcomes.breaker.guarding():
        late.__exit__(type(failure), failure, None)
        assert outcomes.refusal()

    assert outcomes.states == ["open", "half_open", "closed"]


def test_a_closed_breaker_counts_from_the_beginning():
    outcomes = Outcomes(ResiliencePolicy(breaker_window=1000))
    outcomes.fail(5)
    outcomes.clock.advance(30)
    outcomes.succeed()

    outcomes.fail(4)
    outcomes.succeed(4)
    outcomes.fail()

    assert outcomes.states == ["open", "half_open", "closed"]


@pytest.mark.anyio
async def test_a_cancelled_probe_of_a_gateway_lets_the_next_call_probe(clock):
    scripted = ScriptedGateway(get=[*[down() for _ in range(5)], Hang(), JOB, JOB])
    events = []
    breaker = CircuitBreaker(POLICY, clock, observer=events.append, draw=lambda: 0.0)
    gateway = BreakingGateway(scripted, breaker)
    for _ in range(5):
        with pytest.raises(ServiceUnavailable):
            await gateway.get("job-1")
    await asyncio.sleep(POLICY.breaker_wait)
    probe = asyncio.create_task(gateway.get("job-1"))
    await asyncio.sleep(0)

    probe.cancel()
    with pytest.raises(asyncio.CancelledError):
        await probe

    assert await gateway.get("job-1") == JOB
    assert [event.state for event in events] == ["open", "half_open", "closed"]


@pytest.mark.anyio
async def test_of_many_calls_at_once_one_probes_and_the_others_are_refused(clock):
    answer = Until(JOB)
    scripted = ScriptedGateway(get=[*[down() for _ in range(5)], answer])
    gateway = BreakingGateway(
        scripted, CircuitBreaker(POLICY, clock, observer=lambda event: None, draw=lambda: 0.0)
    )
    for _ in range(5):
        with pytest.raises(ServiceUnavailable):
            await gateway.get("job-1")
    await asyncio.sleep(POLICY.breaker_wait)

    calls = [asyncio.create_task(gateway.get("job-1")) for _ in range(50)]
    await asyncio.sleep(0)
    answer.event.set()
    results = await asyncio.gather(*calls, return_exceptions=True)

    assert results.count(JOB) == 1
    assert sum(isinstance(result, ServiceUnavailable) for result in results) == 49
    assert len(scripted.calls) == 6
