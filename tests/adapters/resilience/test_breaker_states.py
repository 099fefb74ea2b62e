"""The breaker under any order of calls, endings and passing time."""

from __future__ import annotations

import asyncio

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, precondition, rule

from cronlytic_mcp.adapters.resilience.breaker import CircuitBreaker
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.domain.errors import JobNotFound, RateLimited, ServiceUnavailable
from tests.adapters.resilience.scripted import down
from tests.clock import FakeClock

POLICY = ResiliencePolicy(breaker_failures=3, breaker_calls=4, breaker_wait=10, breaker_wait_limit=40)
ENDINGS = st.sampled_from(["success", "failure", "not found", "throttled", "cancelled"])
ERRORS = {
    "failure": down,
    "not found": lambda: JobNotFound("job-1"),
    "throttled": lambda: RateLimited(1),
    "cancelled": asyncio.CancelledError,
}


class BreakerMachine(RuleBasedStateMachine):
    """Calls begin, overlap and end in any order; what the breaker says has to fit what it lets through."""

    under_way = Bundle("under_way")

    def __init__(self):
        super().__init__()
        self.clock = FakeClock()
        self.state, self.opened_at, self.retry_in = "closed", 0.0, 0.0
        self.breaker = CircuitBreaker(POLICY, self.clock, observer=self.observe, draw=lambda: 0.0)
        self.probes = set()

    def observe(self, event):
        allowed = {("closed", "open"), ("open", "half_open"), ("half_open", "open"), ("half_open", "closed")}
        assert (self.state, event.state) in allowed
        self.state = event.state
        if event.state == "open":
            self.opened_at, self.retry_in = self.clock.monotonic(), event.retry_in
            assert POLICY.breaker_wait <= event.retry_in <= POLICY.breaker_wait_limit

    def rest_of_wait(self):
        return self.opened_at + self.retry_in - self.clock.monotonic()

    @rule(target=under_way)
    def begin(self):
        call = self.breaker.guarding()
        before, must_wait = self.state, self.state == "open" and self.rest_of_wait() > 0
        try:
            call.__enter__()
        except ServiceUnavailable as refused:
            refusal = refused
        else:
            assert not must_wait, "a call passed while the breaker was open"
            if self.state == "half_open":
                self.probes.add(id(call))
            return call
        assert must_wait or (before == "half_open" and self.probes), "a call was refused for no reason"
        assert not refusal.retryable
        return None

    @rule(call=consumes(under_way), ending=ENDINGS)
    def end(self, call, ending):
        if call is None:
            return
        before, probe = self.state, id(call) in self.probes
        self.probes.discard(id(call))
        if ending == "success":
            call.__exit__(None, None, None)
        else:
            error = ERRORS[ending]()
            assert not call.__exit__(type(error), error, None), "the breaker swallowed an error"
        if probe:
            shown = {"success": "closed", "not found": "closed", "failure": "open"}
            assert self.state == shown.get(ending, "half_open")
        elif before != "closed":
            assert self.state == before, "a late call changed the state"
        elif ending != "failure":
            assert self.state == "closed"

    @rule(seconds=st.sampled_from([0.5, 5.0, 10.0, 40.0]))
    def wait(self, seconds):
        self.clock.advance(seconds)

    @precondition(lambda self: self.state == "closed")
    @rule()
    def fail_repeatedly(self):
        for _ in range(POLICY.breaker_failures):
            call = self.begin()
            self.end(call, "failure")
            if self.state == "open":
                return
        raise AssertionError("the breaker stayed closed")

    @invariant()
    def there_is_at_most_one_probe(self):
        assert len(self.probes) <= 1


BreakerMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
test_the_breaker_keeps_its_promises_in_any_order_of_events = BreakerMachine.TestCase
