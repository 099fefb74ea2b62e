"""A create with an unknown outcome, and a create whose caller has gone."""

from __future__ import annotations

import asyncio
import gc
import weakref

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.resilience.events import CreateSettled
from cronlytic_mcp.adapters.resilience.settling import SettlingGateway
from cronlytic_mcp.adapters.resilience.time_limit import TimeLimitedGateway, ending_at
from cronlytic_mcp.domain.errors import InvalidJob, RateLimited, ServiceUnavailable, UnexpectedResponse
from cronlytic_mcp.domain.schedule import CronSchedule
from tests.adapters.resilience.scripted import (
    CALLS,
    JOB,
    OTHER,
    SPEC,
    After,
    Hang,
    ScriptedGateway,
    Until,
    down,
    lost,
    no_connection,
)
from tests.adapters.resilience.virtual_time import VirtualTimeLoop, elapsed

pytestmark = pytest.mark.anyio


@pytest.fixture
def events():
    return []


async def failed_create(gateway):
    with pytest.raises((ServiceUnavailable, UnexpectedResponse)) as caught:
        await gateway.create(SPEC)
    return caught.value


class TestUnknownOutcome:
    async def test_the_error_names_a_job_with_the_same_name_url_and_schedule(self, events):
        scripted = ScriptedGateway(create=[lost()], list=[(OTHER, JOB)])

        error = await failed_create(SettlingGateway(scripted, observer=events.append))

        assert scripted.operations == ["create", "list"]
        assert error.facts == {"retry_in": None, "outcome_unknown": True, "found_job_id": "job-1"}
        assert "unknown" in str(error)
        assert "by this call or before it" in str(error)
        assert "get_job with job_id 'job-1'" in str(error)
        assert "failed" not in str(error)

    @pytest.mark.parametrize(
        "difference",
        [{"name": "other"}, {"url": "https://example.com/other"}, {"schedule": CronSchedule("1 3 * * *")}],
        ids=["name", "url", "schedule"],
    )
    async def test_a_job_that_differs_in_one_of_the_three_is_not_named(self, events, difference):
        similar = evolve(JOB, spec=evolve(SPEC, **difference))
        scripted = ScriptedGateway(create=[lost()], list=[(similar,)])

        error = await failed_create(SettlingGateway(scripted, observer=events.append))

        assert error.facts["outcome_unknown"] is True
        assert error.facts["found_job_id"] is None
        assert "call list_jobs" in str(error)

    async def test_a_job_that_was_seen_before_is_said_to_be_older(self, events):
        scripted = ScriptedGateway(create=[lost()], list=[(JOB,), (JOB,)])
        gateway = SettlingGateway(scripted, observer=events.append)
        await gateway.list()

        error = await failed_create(gateway)

        assert error.found_job_id == "job-1"
        assert "was there before this call" in str(error)

    async def test_a_job_that_our_own_create_made_is_said_to_be_older(self, events):
        scripted = ScriptedGateway(create=[JOB, lost()], list=[(JOB,)])
        gateway = SettlingGateway(scripted, observer=events.append)
        await gateway.create(SPEC)

        error = await failed_create(gateway)

        assert "was there before this call" in str(error)

    async def test_of_two_such_jobs_the_one_that_was_not_seen_before_is_named(self, events):
        twin = evolve(JOB, job_id="job-9")
        scripted = ScriptedGateway(create=[lost()], list=[(JOB,), (JOB, twin)])
        gateway = SettlingGateway(scripted, observer=events.append)
        await gateway.list()

        error = await failed_create(gateway)

        assert error.found_job_id == "job-9"
        assert "by this call or before it" in str(error)

    async def test_a_list_that_is_read_during_the_create_makes_no_job_older(self, events):
        broken = Until(lost())
        scripted = ScriptedGateway(create=[broken], list=[(JOB,), (JOB,)])
        gateway = SettlingGateway(scripted, observer=events.append)
        create = asyncio.create_task(failed_create(gateway))
        await asyncio.sleep(1)
        await gateway.list()

        broken.event.set()

        assert "by this call or before it" in str(await create)

    async def test_an_unreadable_answer_is_looked_into_as_well(self, events):
        unreadable = UnexpectedResponse("create_job", "no JSON", status=200, outcome_unknown=True)
        scripted = ScriptedGateway(create=[unreadable], list=[(JOB,)])

        error = await failed_create(SettlingGateway(scripted, observer=events.append))

        assert error.facts == {"status": 200, "outcome_unknown": True, "found_job_id": "job-1"}
        assert error.operation == "create_job"

    @pytest.mark.parametrize("failure", [down(), RateLimited(1)], ids=["down", "429"])
    async def test_a_look_that_fails_is_not_repeated_and_the_outcome_stays_unknown(self, events, failure):
        scripted = ScriptedGateway(create=[lost()], list=[failure])

        error = await failed_create(SettlingGateway(scripted, observer=events.append))

        assert scripted.operations == ["create", "list"]
        assert error.facts == {"retry_in": None, "outcome_unknown": True, "found_job_id": None}

    async def test_a_wait_that_the_backend_asked_for_is_passed_on(self, events):
        asking = ServiceUnavailable("it answered with status 503", retry_in=7, outcome_unknown=True)
        scripted = ScriptedGateway(create=[asking], list=[()])

        error = await failed_create(SettlingGateway(scripted, observer=events.append))

        assert error.retry_in == 7

    async def test_the_look_has_its_own_time(self, events, clock):
        scripted = ScriptedGateway(create=[lost()], list=[After(5, (JOB,))])
        gateway = SettlingGateway(TimeLimitedGateway(scripted, 10, clock), observer=events.append)

        with ending_at(1):
            error = await failed_create(gateway)

        assert error.found_job_id == "job-1"
        assert elapsed() == pytest.approx(5)

    @pytest.mark.parametrize(
        "refusal",
        [
            no_connection(),
            RateLimited(1),
            InvalidJob([]),
            UnexpectedResponse("create_job", "409", status=409),
        ],
        ids=["no connection", "429", "422", "409"],
    )
    async def test_where_nothing_can_have_happened_nothing_is_looked_for(self, events, refusal):
        scripted = ScriptedGateway(create=[refusal])

        with pytest.raises(type(refusal)) as caught:
            await SettlingGateway(scripted, observer=events.append).create(SPEC)

        assert caught.value is refusal
        assert scripted.operations == ["create"]


class ForgetfulGateway(ScriptedGateway):
    """A gateway whose create is referred to by nothing but its own task."""

    async def create(self, spec):
        answered = asyncio.Event()
        self.answered = weakref.ref(answered)
        await answered.wait()
        return JOB


class TestGoneCaller:
    async def abandon(self, gateway):
        create = asyncio.create_task(gateway.create(SPEC))
        await asyncio.sleep(0.1)
        create.cancel()
        with pytest.raises(asyncio.CancelledError):
            await create

    async def test_a_create_under_way_runs_to_its_end_and_the_log_hears_of_it(self, events):
        scripted = ScriptedGateway(create=[After(5, JOB)])

        await self.abandon(SettlingGateway(scripted, observer=events.append))
        assert elapsed() == pytest.approx(0.1)
        assert events == []
        await asyncio.sleep(5)

        assert events == [CreateSettled("backup", job_id="job-1")]
        assert scripted.cancelled == []

    async def test_it_is_held_though_nobody_else_holds_it(self, events):
        inner = ForgetfulGateway()
        gateway = SettlingGateway(inner, observer=events.append)
        await self.abandon(gateway)
        await asyncio.sleep(1)

        gc.collect()
        inner.answered().set()
        await asyncio.sleep(1)

        assert events == [CreateSettled("backup", job_id="job-1")]

    async def test_its_unknown_outcome_is_looked_into_for_the_log(self, events):
        scripted = ScriptedGateway(create=[After(5, lost())], list=[(JOB,)])

        await self.abandon(SettlingGateway(scripted, observer=events.append))
        await asyncio.sleep(5)

        [settled] = events
        assert settled.job_id is None
        assert settled.error.found_job_id == "job-1"

    async def test_a_bug_in_it_reaches_the_log(self, events):
        bug = KeyError("a bug")
        scripted = ScriptedGateway(create=[After(5, bug)])

        await self.abandon(SettlingGateway(scripted, observer=events.append))
        await asyncio.sleep(5)

        assert events == [CreateSettled("backup", error=bug)]

    async def test_a_create_that_ends_for_its_caller_is_no_news(self, events):
        scripted = ScriptedGateway(create=[JOB, no_connection()])
        gateway = SettlingGateway(scripted, observer=events.append)

        assert await gateway.create(SPEC) == JOB
        await failed_create(gateway)

        assert events == []


def test_the_end_of_the_program_ends_a_create_without_a_word(events, caplog):
    async def leave_it():
        await TestGoneCaller().abandon(
            SettlingGateway(ScriptedGateway(create=[Hang()]), observer=events.append)
        )

    with asyncio.Runner(loop_factory=VirtualTimeLoop) as runner:
        runner.run(leave_it())

    assert events == []
    assert caplog.messages == []


@pytest.mark.parametrize("operation", ["ping", "get", "update", "delete", "pause", "resume", "logs"])
async def test_every_other_call_stops_with_its_caller(events, operation):
    scripted = ScriptedGateway(**{operation: [Hang()]})
    call = asyncio.create_task(CALLS[operation](SettlingGateway(scripted, observer=events.append)))
    await asyncio.sleep(1)

    call.cancel()

    with pytest.raises(asyncio.CancelledError):
        await call
    assert scripted.cancelled == [operation]
