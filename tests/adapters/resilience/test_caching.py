"""Reads from memory: for whom, for how long, and what ends them."""

from __future__ import annotations

import asyncio

import pytest
from attrs import evolve

from cronlytic_mcp.adapters.resilience.caching import CachingGateway
from cronlytic_mcp.adapters.resilience.events import StaleAnswered
from cronlytic_mcp.adapters.resilience.policy import ResiliencePolicy
from cronlytic_mcp.adapters.resilience.read_cache import ReadCache
from cronlytic_mcp.adapters.resilience.retry import RetryingGateway
from cronlytic_mcp.application.call import allowing_cached_reads, listening_to_waits
from cronlytic_mcp.domain.errors import (
    JobNotFound,
    NotAuthenticated,
    RateLimited,
    ServiceUnavailable,
    UnexpectedResponse,
)
from cronlytic_mcp.domain.job import JobStatus
from tests.adapters.resilience.scripted import (
    ANSWERS,
    CALLS,
    ENTRY,
    JOB,
    OTHER,
    After,
    Hang,
    ScriptedGateway,
    Until,
    down,
    lost,
)
from tests.adapters.resilience.virtual_time import START, elapsed

pytestmark = pytest.mark.anyio

SECONDS = 5
PAUSED = evolve(JOB, status=JobStatus.PAUSED)
CACHED_READS = ["list", "get", "logs"]
WRITES = ["create", "update", "delete", "pause", "resume"]


@pytest.fixture
def events():
    return []


@pytest.fixture
def caching(clock, events):
    def build(scripted, limit=100):
        return CachingGateway(scripted, ReadCache(clock, SECONDS, limit), observer=events.append)

    return build


async def cached(awaitable):
    """Await a read of a caller that allows answers from memory."""
    with allowing_cached_reads():
        return await awaitable


async def begun(awaitable):
    """Start a read that allows answers from memory, and let it get as far as it gets."""
    task = asyncio.create_task(cached(awaitable))
    for _ in range(5):
        await asyncio.sleep(0)
    return task


class TestPermission:
    @pytest.mark.parametrize("operation", CACHED_READS)
    async def test_an_allowed_read_is_answered_from_memory(self, caching, operation):
        scripted = ScriptedGateway(**{operation: [ANSWERS[operation]]})
        gateway = caching(scripted)

        answers = [await cached(CALLS[operation](gateway)) for _ in range(3)]

        assert answers == [ANSWERS[operation]] * 3
        assert scripted.operations == [operation]

    @pytest.mark.parametrize("operation", CACHED_READS)
    async def test_any_other_read_goes_to_the_backend(self, caching, operation):
        scripted = ScriptedGateway(**{operation: [ANSWERS[operation]] * 3})
        gateway = caching(scripted)
        await cached(CALLS[operation](gateway))

        await CALLS[operation](gateway)
        await CALLS[operation](gateway)

        assert scripted.operations == [operation] * 3

    async def test_a_ping_is_never_answered_from_memory(self, caching):
        scripted = ScriptedGateway(ping=[None, None])
        gateway = caching(scripted)

        await cached(gateway.ping())
        await cached(gateway.ping())

        assert scripted.operations == ["ping"] * 2

    async def test_jobs_are_kept_apart(self, caching):
        scripted = ScriptedGateway(get=[JOB, OTHER])
        gateway = caching(scripted)

        for _ in range(2):
            assert await cached(gateway.get("job-1")) == JOB
            assert await cached(gateway.get("job-2")) == OTHER

    async def test_the_permission_ends_with_its_block(self, caching):
        scripted = ScriptedGateway(get=[JOB, PAUSED])
        gateway = caching(scripted)
        with allowing_cached_reads():
            await gateway.get("job-1")

        assert await gateway.get("job-1") == PAUSED


class TestLifetime:
    async def test_an_answer_is_kept_for_its_seconds_and_no_longer(self, caching):
        gateway = caching(ScriptedGateway(get=[JOB, PAUSED]))
        await cached(gateway.get("job-1"))

        await asyncio.sleep(SECONDS - 0.1)
        assert await cached(gateway.get("job-1")) == JOB

        await asyncio.sleep(0.2)
        assert await cached(gateway.get("job-1")) == PAUSED

    @pytest.mark.parametrize("error", [down(), NotAuthenticated(), RateLimited(1), KeyError("a bug")])
    async def test_an_error_is_not_kept(self, caching, error):
        gateway = caching(ScriptedGateway(get=[error, JOB]))
        with pytest.raises(type(error)):
            await cached(gateway.get("job-1"))

        assert await cached(gateway.get("job-1")) == JOB

    @pytest.mark.parametrize("operation", WRITES)
    @pytest.mark.parametrize("ending", ["success", "failure"])
    async def test_every_write_of_ours_makes_the_list_be_read_again(self, caching, operation, ending):
        step = ANSWERS[operation] if ending == "success" else lost()
        scripted = ScriptedGateway(**{operation: [step], "list": [(JOB,), (JOB, OTHER)]})
        gateway = caching(scripted)
        await cached(gateway.list())

        await asyncio.gather(CALLS[operation](gateway), return_exceptions=True)

        assert await cached(gateway.list()) == (JOB, OTHER)

    @pytest.mark.parametrize("operation", [write for write in WRITES if write != "create"])
    async def test_a_write_makes_its_job_be_read_again_and_no_other(self, caching, operation):
        scripted = ScriptedGateway(
            **{operation: [ANSWERS[operation]], "get": [JOB, OTHER, PAUSED], "logs": [(), (ENTRY,)]}
        )
        gateway = caching(scripted)
        for job_id in ("job-1", "job-2"):
            await cached(gateway.get(job_id))
        await cached(gateway.logs("job-1"))

        await CALLS[operation](gateway)

        assert await cached(gateway.get("job-1")) == PAUSED
        assert await cached(gateway.get("job-2")) == OTHER
        assert await cached(gateway.logs("job-1")) == (ENTRY,)

    async def test_a_cancelled_write_makes_its_job_be_read_again_too(self, caching):
        gateway = caching(ScriptedGateway(pause=[Hang()], get=[JOB, PAUSED]))
        await cached(gateway.get("job-1"))
        pause = asyncio.create_task(gateway.pause("job-1"))
        await asyncio.sleep(0)

        pause.cancel()
        await asyncio.gather(pause, return_exceptions=True)

        assert await cached(gateway.get("job-1")) == PAUSED

    async def test_an_answer_from_before_a_write_is_not_kept_when_it_comes_after_it(self, caching):
        before = Until(JOB)
        scripted = ScriptedGateway(get=[before, PAUSED, down()], pause=[PAUSED])
        gateway = caching(scripted)
        reader = await begun(gateway.get("job-1"))

        await gateway.pause("job-1")
        before.event.set()

        assert await reader == JOB
        assert await cached(gateway.get("job-1")) == PAUSED
        assert await cached(gateway.get("job-1")) == PAUSED

    async def test_such_an_answer_is_not_remembered_for_bad_times_either(self, caching):
        before = Until(JOB)
        gateway = caching(ScriptedGateway(get=[before, down()], pause=[PAUSED]))
        reader = await begun(gateway.get("job-1"))
        await gateway.pause("job-1")
        before.event.set()
        await reader

        with pytest.raises(ServiceUnavailable):
            await cached(gateway.get("job-1"))

    async def test_at_most_so_many_answers_are_kept(self, caching):
        scripted = ScriptedGateway(get=[JOB] * 200)
        gateway = caching(scripted, limit=10)

        for number in range(100):
            await cached(gateway.get(f"job-{number}"))
        for number in reversed(range(100)):
            await cached(gateway.get(f"job-{number}"))

        assert len(scripted.calls) == 100 + 90

    async def test_nobody_can_change_what_others_get(self, caching):
        gateway = caching(ScriptedGateway(list=[[JOB]], logs=[[ENTRY]]))

        assert await cached(gateway.list()) == (JOB,)
        assert await cached(gateway.logs("job-1")) == (ENTRY,)


class TestChangesByOthers:
    """A list from the backend, whoever asked for it, shows what is kept wrongly."""

    @pytest.mark.parametrize("read", [lambda listing: listing, cached], ids=["direct", "for the memory"])
    async def test_a_list_that_shows_a_job_otherwise_makes_it_and_its_log_be_read_again(self, caching, read):
        scripted = ScriptedGateway(list=[(PAUSED, OTHER)], get=[JOB, OTHER, PAUSED], logs=[(), (ENTRY,)])
        gateway = caching(scripted)
        for job_id in ("job-1", "job-2"):
            await cached(gateway.get(job_id))
        await cached(gateway.logs("job-1"))

        await read(gateway.list())

        assert await cached(gateway.get("job-1")) == PAUSED
        assert await cached(gateway.logs("job-1")) == (ENTRY,)
        assert await cached(gateway.get("job-2")) == OTHER
        assert scripted.operations.count("get") == 3

    async def test_a_list_that_lacks_a_job_makes_it_be_asked_for_again(self, caching):
        gateway = caching(ScriptedGateway(list=[()], get=[JOB, JobNotFound("job-1")]))
        await cached(gateway.get("job-1"))

        await gateway.list()

        with pytest.raises(JobNotFound):
            await cached(gateway.get("job-1"))

    async def test_a_log_is_read_again_where_nothing_tells_that_its_job_is_as_it_was(self, caching):
        gateway = caching(ScriptedGateway(list=[(JOB,)], logs=[(), (ENTRY,)]))
        await cached(gateway.logs("job-1"))

        await gateway.list()

        assert await cached(gateway.logs("job-1")) == (ENTRY,)

    async def test_a_list_that_differs_from_the_one_that_is_kept_makes_it_be_read_again(self, caching):
        gateway = caching(ScriptedGateway(list=[(JOB,), (JOB, OTHER), (JOB, OTHER)]))
        await cached(gateway.list())

        await gateway.list()

        assert await cached(gateway.list()) == (JOB, OTHER)

    async def test_a_list_that_shows_nothing_new_leaves_everything_as_it_is(self, caching):
        scripted = ScriptedGateway(list=[(JOB,), [JOB]], get=[JOB], logs=[(ENTRY,)])
        gateway = caching(scripted)
        reads = (gateway.list, lambda: gateway.get("job-1"), lambda: gateway.logs("job-1"))
        for read in reads:
            await cached(read())

        await gateway.list()

        for read in reads:
            await cached(read())
        assert scripted.operations == ["list", "get", "logs", "list"]


class TestSharing:
    async def test_a_hundred_readers_share_one_load(self, caching):
        scripted = ScriptedGateway(list=[After(1, (JOB,))])
        gateway = caching(scripted)

        answers = await asyncio.gather(*[cached(gateway.list()) for _ in range(100)])

        assert answers == [(JOB,)] * 100
        assert scripted.operations == ["list"]

    async def test_a_hundred_readers_share_one_failure(self, caching):
        scripted = ScriptedGateway(list=[After(1, NotAuthenticated())])
        gateway = caching(scripted)

        results = await asyncio.gather(*[cached(gateway.list()) for _ in range(100)], return_exceptions=True)

        assert [type(result) for result in results] == [NotAuthenticated] * 100
        assert scripted.operations == ["list"]

    @pytest.mark.parametrize("leaving", [0, 1], ids=["the first", "the second"])
    async def test_a_cancelled_reader_leaves_the_load_to_the_others(self, caching, leaving):
        answer = Until((JOB,))
        scripted = ScriptedGateway(list=[answer])
        gateway = caching(scripted)
        readers = [await begun(gateway.list()) for _ in range(2)]

        readers[leaving].cancel()
        await asyncio.gather(readers[leaving], return_exceptions=True)
        answer.event.set()

        assert await readers[1 - leaving] == (JOB,)
        assert scripted.cancelled == []

    async def test_when_the_last_reader_is_cancelled_so_is_the_request(self, caching):
        scripted = ScriptedGateway(list=[Hang(), (JOB,)])
        gateway = caching(scripted)
        readers = [await begun(gateway.list()) for _ in range(3)]

        for reader in readers:
            assert scripted.cancelled == []
            reader.cancel()
            await asyncio.gather(reader, return_exceptions=True)
        await asyncio.sleep(0)

        assert scripted.cancelled == ["list"]
        assert await cached(gateway.list()) == (JOB,)

    async def test_every_reader_hears_of_the_waits_of_the_shared_load(self, clock, events):
        scripted = ScriptedGateway(list=[After(1, down()), After(1, (JOB,))])
        retrying = RetryingGateway(
            scripted, ResiliencePolicy(), clock, observer=events.append, draw=lambda: 1.0
        )
        gateway = CachingGateway(retrying, ReadCache(clock, SECONDS, 10), observer=events.append)
        heard = {name: [] for name in ("first", "second", "gone", "deaf")}

        async def read(name):
            with listening_to_waits(heard[name].append):
                return await cached(gateway.list())

        deaf = asyncio.create_task(cached(gateway.list()))
        first, second, gone = [asyncio.create_task(read(name)) for name in ("first", "second", "gone")]
        await asyncio.sleep(0.5)
        gone.cancel()
        await asyncio.gather(deaf, first, second)

        assert [waiting.attempt for waiting in heard["first"]] == [2]
        assert heard["second"] == heard["first"]
        assert heard["gone"] == []
        assert events == heard["first"]


class TestStaleAnswers:
    @pytest.mark.parametrize("operation", CACHED_READS)
    async def test_while_the_backend_is_down_the_last_known_answer_is_given_and_said_to_be_old(
        self, caching, events, operation
    ):
        gateway = caching(ScriptedGateway(**{operation: [ANSWERS[operation], down()]}))
        await cached(CALLS[operation](gateway))
        await asyncio.sleep(3600)

        with allowing_cached_reads() as reads:
            answer = await CALLS[operation](gateway)

        assert answer == ANSWERS[operation]
        assert reads.as_of == START
        assert events == [StaleAnswered(operation, START, "it answered with status 503")]

    async def test_the_instant_is_that_of_the_request_because_the_answer_may_be_as_old(self, caching):
        gateway = caching(ScriptedGateway(get=[After(4, JOB), down()]))
        await cached(gateway.get("job-1"))
        await asyncio.sleep(60)

        with allowing_cached_reads() as reads:
            await gateway.get("job-1")

        assert reads.as_of == START
        assert elapsed() == pytest.approx(64)

    async def test_a_current_answer_is_not_said_to_be_old(self, caching):
        gateway = caching(ScriptedGateway(get=[JOB]))

        with allowing_cached_reads() as reads:
            await gateway.get("job-1")
            await gateway.get("job-1")

        assert reads.as_of is None

    async def test_of_several_stale_answers_the_oldest_counts(self, caching):
        gateway = caching(ScriptedGateway(list=[(JOB,), down()], get=[JOB, down()]))
        await cached(gateway.list())
        await asyncio.sleep(10)
        await cached(gateway.get("job-1"))
        await asyncio.sleep(10)

        with allowing_cached_reads() as reads:
            await gateway.get("job-1")
            await gateway.list()

        assert reads.as_of == START

    async def test_a_read_that_a_write_depends_on_is_never_stale(self, caching):
        gateway = caching(ScriptedGateway(get=[JOB, down()]))
        await cached(gateway.get("job-1"))

        with pytest.raises(ServiceUnavailable):
            await gateway.get("job-1")

    async def test_without_a_known_answer_the_error_is_the_answer(self, caching, events):
        gateway = caching(ScriptedGateway(get=[down()]))

        with allowing_cached_reads() as reads, pytest.raises(ServiceUnavailable):
            await gateway.get("job-1")

        assert reads.as_of is None
        assert events == []

    @pytest.mark.parametrize(
        "error",
        [NotAuthenticated(), RateLimited(9), UnexpectedResponse("get_job", "no JSON", status=200)],
        ids=["401", "429", "unreadable"],
    )
    async def test_a_backend_that_answers_is_not_down(self, caching, error):
        gateway = caching(ScriptedGateway(get=[JOB, error]))
        await cached(gateway.get("job-1"))
        await asyncio.sleep(60)

        with pytest.raises(type(error)):
            await cached(gateway.get("job-1"))

    async def test_a_job_that_was_not_found_is_not_known_any_more(self, caching):
        gateway = caching(
            ScriptedGateway(
                get=[JOB, JobNotFound("job-1"), down()], list=[(JOB,), down()], logs=[(ENTRY,), down()]
            )
        )
        for call in ("list", "logs", "get"):
            await cached(CALLS[call](gateway))
        await asyncio.sleep(60)
        with pytest.raises(JobNotFound):
            await cached(gateway.get("job-1"))

        for call in ("list", "logs", "get"):
            with pytest.raises(ServiceUnavailable):
                await cached(CALLS[call](gateway))

    async def test_the_answers_remembered_are_the_newest(self, caching):
        gateway = caching(ScriptedGateway(get=[JOB, OTHER, PAUSED, JOB, down(), down()]), limit=2)
        for job_id in ("job-1", "job-2", "job-1", "job-3"):
            await cached(gateway.get(job_id))
            await asyncio.sleep(SECONDS + 1)

        assert await cached(gateway.get("job-1")) == PAUSED
        with pytest.raises(ServiceUnavailable):
            await cached(gateway.get("job-2"))
