"""Which calls are tried again, when, how often, and what their caller is told."""

from __future__ import annotations

import asyncio

import pytest

from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.retry import RetryingGateway
from cronlytic_mcp.adapters.resilience.time_limit import TimeLimitedGateway
from cronlytic_mcp.application.call import Waiting, listening_to_waits
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
from tests.adapters.resilience.scripted import (
    ANSWERS,
    CALLS,
    JOB,
    After,
    Hang,
    ScriptedGateway,
    down,
    lost,
    no_connection,
)
from tests.adapters.resilience.virtual_time import elapsed

pytestmark = pytest.mark.anyio

READS = ["ping", "list", "get", "logs"]
REPEATABLE_WRITES = ["update", "delete", "pause", "resume"]


@pytest.fixture
def events():
    return []


@pytest.fixture
def retrying(clock, events):
    """Put retries with the longest possible jitter, so that each wait is known, around a gateway."""

    def build(scripted, *, draw=lambda: 1.0, **limits):
        policy = ResiliencePolicy(**limits)
        limited = TimeLimitedGateway(scripted, policy.attempt_time, clock)
        return RetryingGateway(limited, policy, clock, observer=events.append, draw=draw)

    return build


async def error_of(awaitable):
    with pytest.raises(Exception) as caught:
        await awaitable
    return caught.value


@pytest.mark.parametrize("operation", [*READS, *REPEATABLE_WRITES])
@pytest.mark.parametrize(
    "failure", [no_connection, down, lost, RateLimited], ids=["no connection", "down", "lost", "429"]
)
async def test_a_call_that_can_be_repeated_is_tried_three_times(retrying, operation, failure):
    scripted = ScriptedGateway(**{operation: [failure(), failure(), ANSWERS[operation]]})

    assert await CALLS[operation](retrying(scripted)) == ANSWERS[operation]

    assert scripted.operations == [operation] * 3


@pytest.mark.parametrize("operation", [*READS, *REPEATABLE_WRITES])
async def test_the_third_failure_is_the_callers(retrying, operation):
    last = ServiceUnavailable("the third")
    scripted = ScriptedGateway(**{operation: [down(), down(), last]})

    assert await error_of(CALLS[operation](retrying(scripted))) is last


@pytest.mark.parametrize("failure", [no_connection, RateLimited], ids=["no connection", "429"])
async def test_a_create_is_tried_again_where_it_cannot_have_happened(retrying, failure):
    scripted = ScriptedGateway(create=[failure(), failure(), JOB])

    assert await CALLS["create"](retrying(scripted)) == JOB

    assert scripted.operations == ["create"] * 3


@pytest.mark.parametrize(
    "failure",
    [lost(), UnexpectedResponse("create_job", "no JSON", status=200, outcome_unknown=True), Hang()],
    ids=["lost", "unreadable", "hang"],
)
async def test_a_create_that_may_have_happened_is_never_sent_again(retrying, failure):
    scripted = ScriptedGateway(create=[failure])

    error = await error_of(CALLS["create"](retrying(scripted)))

    assert error.outcome_unknown
    assert scripted.operations == ["create"]


@pytest.mark.parametrize("operation", CALLS)
@pytest.mark.parametrize(
    "refusal",
    [
        NotAuthenticated(),
        NotPermitted("list_jobs"),
        QuotaExceeded("free", 5, 5),
        JobNotFound("job-1"),
        InvalidJob([]),
        InvalidArguments([]),
        UnexpectedResponse("list_jobs", "status 409", status=409),
        ServiceUnavailable("it answered with status 501", retryable=False),
        KeyError("a bug"),
    ],
    ids=["401", "403", "403 limit", "404", "422", "id", "409", "501 or open breaker", "bug"],
)
async def test_what_another_attempt_cannot_change_is_not_tried_again(retrying, operation, refusal):
    scripted = ScriptedGateway(**{operation: [refusal]})

    assert await error_of(CALLS[operation](retrying(scripted))) is refusal

    assert scripted.operations == [operation]
    assert elapsed() == 0


class TestLostAnswers:
    async def test_a_job_that_is_gone_after_a_lost_answer_was_deleted(self, retrying):
        scripted = ScriptedGateway(delete=[lost(), JobNotFound("job-1")])

        await retrying(scripted).delete("job-1")

        assert scripted.operations == ["delete"] * 2

    async def test_a_job_that_was_never_there_is_not_deleted(self, retrying):
        scripted = ScriptedGateway(delete=[JobNotFound("job-1")])

        assert isinstance(await error_of(retrying(scripted).delete("job-1")), JobNotFound)

    @pytest.mark.parametrize("failure", [no_connection(), RateLimited()], ids=["no connection", "429"])
    async def test_a_job_that_is_gone_was_not_deleted_by_what_never_arrived(self, retrying, failure):
        scripted = ScriptedGateway(delete=[failure, JobNotFound("job-1")])

        assert isinstance(await error_of(retrying(scripted).delete("job-1")), JobNotFound)

    async def test_a_delete_that_the_backend_denies_is_no_success(self, retrying):
        denied = UnexpectedResponse("delete_job", "deleted is false", status=200)
        scripted = ScriptedGateway(delete=[lost(), denied])

        assert isinstance(await error_of(retrying(scripted).delete("job-1")), UnexpectedResponse)

    @pytest.mark.parametrize("operation", REPEATABLE_WRITES)
    @pytest.mark.parametrize(
        "last",
        [
            no_connection(),
            ServiceUnavailable("the breaker is open", retry_in=20, retryable=False),
            RateLimited(300),
            UnexpectedResponse("update_job", "status 409", status=409),
        ],
        ids=["no connection", "open breaker", "429", "409"],
    )
    async def test_a_write_whose_first_answer_was_lost_never_ends_as_one_that_did_not_happen(
        self, retrying, operation, last
    ):
        scripted = ScriptedGateway(**{operation: [lost(), last]})

        error = await error_of(CALLS[operation](retrying(scripted, attempts=2)))

        assert error.facts["outcome_unknown"] is True
        assert "nothing was changed" not in str(error)
        assert getattr(error, "retry_in", None) in (None, 20, 300)
        assert scripted.operations == [operation] * 2

    async def test_a_refusal_of_the_repeated_write_is_the_answer(self, retrying):
        scripted = ScriptedGateway(update=[lost(), JobNotFound("job-1")])

        assert isinstance(await error_of(CALLS["update"](retrying(scripted))), JobNotFound)


class TestWaiting:
    async def test_the_waits_double_up_to_their_limit(self, retrying):
        scripted = ScriptedGateway(get=[down() for _ in range(8)])

        await error_of(retrying(scripted, attempts=8, total_time=100).get("job-1"))

        assert scripted.times == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 23.5, 31.5]

    @pytest.mark.parametrize(("drawn", "times"), [(0.0, [0, 0, 0]), (0.5, [0, 0.25, 0.75])])
    async def test_each_wait_is_drawn_from_all_of_its_range(self, retrying, drawn, times):
        scripted = ScriptedGateway(get=[down(), down(), JOB])

        await retrying(scripted, draw=lambda: drawn).get("job-1")

        assert scripted.times == times

    @pytest.mark.parametrize(
        "asking", [RateLimited(7), ServiceUnavailable("status 503", retry_in=7)], ids=["429", "503"]
    )
    async def test_a_backend_that_asks_for_a_wait_gets_it_and_jitter(self, retrying, asking):
        scripted = ScriptedGateway(get=[asking, JOB])

        await retrying(scripted, draw=lambda: 0.5).get("job-1")

        assert scripted.times == [0, 7.25]

    @pytest.mark.parametrize(
        "asking", [RateLimited(30), ServiceUnavailable("status 503", retry_in=30)], ids=["429", "503"]
    )
    async def test_a_longer_wait_than_is_left_is_not_begun_and_the_error_says_how_long(
        self, retrying, asking
    ):
        scripted = ScriptedGateway(get=[asking])

        error = await error_of(retrying(scripted).get("job-1"))

        assert "in 30 s" in str(error)
        assert elapsed() == 0

    async def test_what_is_left_counts_from_the_begin_of_the_call(self, retrying):
        scripted = ScriptedGateway(get=[After(9, down()), After(9, RateLimited(15))])

        error = await error_of(retrying(scripted).get("job-1"))

        assert error.retry_after == 15
        assert elapsed() == pytest.approx(18.5)

    async def test_a_call_to_a_hanging_backend_ends_in_all_in_time(self, retrying):
        scripted = ScriptedGateway(get=[Hang(), Hang(), Hang()])

        error = await error_of(retrying(scripted).get("job-1"))

        assert isinstance(error, ServiceUnavailable)
        assert scripted.times == pytest.approx([0, 10.5, 21.5])
        assert elapsed() == pytest.approx(30)

    async def test_a_create_is_not_begun_again_without_the_time_for_a_whole_attempt(self, retrying):
        scripted = ScriptedGateway(create=[RateLimited(20)])

        error = await error_of(CALLS["create"](retrying(scripted)))

        assert error.retry_after == 20
        assert scripted.operations == ["create"]

    async def test_the_log_and_the_call_itself_hear_of_each_wait_as_it_begins(self, retrying, events):
        heard = []
        scripted = ScriptedGateway(get=[down(), RateLimited(2), JOB])

        with listening_to_waits(lambda waiting: heard.append((elapsed(), waiting))):
            await retrying(scripted).get("job-1")

        assert heard == [
            (0, Waiting("get", 2, 3, 0.5, "it answered with status 503")),
            (0.5, Waiting("get", 3, 3, 3.0, "it limits the rate of calls")),
        ]
        assert events == [waiting for _, waiting in heard]

    async def test_a_call_hears_of_its_own_waits_only(self, retrying):
        gateway = retrying(ScriptedGateway(get=[down(), JOB], list=[(JOB,)]))

        async def listen_to(call):
            heard = []
            with listening_to_waits(heard.append):
                await call
            return [waiting.operation for waiting in heard]

        assert await asyncio.gather(listen_to(gateway.get("job-1")), listen_to(gateway.list())) == [
            ["get"],
            [],
        ]

    async def test_a_call_that_is_cancelled_while_it_waits_is_not_tried_again(self, retrying):
        scripted = ScriptedGateway(create=[no_connection()])
        call = asyncio.create_task(CALLS["create"](retrying(scripted)))
        await asyncio.sleep(0.1)

        call.cancel()

        with pytest.raises(asyncio.CancelledError):
            await call
        assert elapsed() == pytest.approx(0.1)

    @pytest.mark.parametrize("operation", [*READS, *REPEATABLE_WRITES])
    async def test_a_cancelled_attempt_stops_and_is_not_tried_again(self, retrying, operation):
        scripted = ScriptedGateway(**{operation: [Hang()]})
        call = asyncio.create_task(CALLS[operation](retrying(scripted)))
        await asyncio.sleep(1)

        call.cancel()

        with pytest.raises(asyncio.CancelledError):
            await call
        assert scripted.cancelled == [operation]
        assert scripted.operations == [operation]


class TestBudget:
    async def test_retries_end_when_the_calls_have_used_up_their_tokens(self, retrying):
        scripted = ScriptedGateway(get=[down() for _ in range(100)])
        gateway = retrying(scripted)

        for _ in range(12):
            await error_of(gateway.get("job-1"))

        assert len(scripted.calls) == 12 + 20

    async def test_calls_that_succeed_at_once_give_tokens_back(self, retrying):
        answers = [JOB] * 10
        scripted = ScriptedGateway(get=[down(), down(), *answers, down(), JOB])
        gateway = retrying(scripted, retry_tokens=1)
        await error_of(gateway.get("job-1"))

        for _ in answers:
            await gateway.get("job-1")

        assert await gateway.get("job-1") == JOB

    async def test_a_success_after_a_retry_gives_nothing_back(self, retrying):
        scripted = ScriptedGateway(get=[down(), JOB, down()])
        gateway = retrying(scripted, retry_tokens=1, retry_refund=1)
        await gateway.get("job-1")

        assert isinstance(await error_of(gateway.get("job-1")), ServiceUnavailable)

    async def test_what_is_not_tried_again_for_another_reason_costs_no_token(self, retrying):
        scripted = ScriptedGateway(get=[RateLimited(60), down(), JOB])
        gateway = retrying(scripted, retry_tokens=1)
        await error_of(gateway.get("job-1"))

        assert await gateway.get("job-1") == JOB


async def test_the_capabilities_are_those_of_the_inner_gateway(retrying):
    scripted = ScriptedGateway()

    assert retrying(scripted).capabilities is scripted.capabilities


async def test_many_calls_at_once_keep_their_own_attempts(retrying):
    scripted = ScriptedGateway(get=[*[down()] * 5, *[JOB] * 5])
    gateway = retrying(scripted)

    jobs = await asyncio.gather(*[gateway.get("job-1") for _ in range(5)])

    assert jobs == [JOB] * 5
    assert scripted.times == [0] * 5 + [0.5] * 5
