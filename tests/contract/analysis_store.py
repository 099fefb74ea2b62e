"""What every implementation of the `AnalysisStore` port keeps.

To hold another store to the port, subclass `AnalysisStoreContract` as ``Test...`` and give a fixture `backend`
that yields an `AnalysesUnderTest` without jobs.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta

import pytest
from attrs import evolve, frozen

from cronlytic_mcp.application.analysis_ports import AnalysisStore
from cronlytic_mcp.application.engine_ports import EngineStore
from cronlytic_mcp.domain.adaptive.acts import pause_until, propose_interval, propose_next_time
from cronlytic_mcp.domain.adaptive.analysis import (
    abandon_analysis,
    call_tool,
    spend_tokens,
    start_analysis,
    submit_analysis,
)
from cronlytic_mcp.domain.adaptive.analysis_state import AnalysisState
from cronlytic_mcp.domain.adaptive.errors import AnalysisAlreadyOpen, AnalysisLimitReached, AnalysisNotFound
from cronlytic_mcp.domain.adaptive.session import CALL_LIMIT, IDLE_LIMIT, Confidence, SessionState
from cronlytic_mcp.domain.engine.change import Change
from cronlytic_mcp.domain.engine.errors import StoreUnavailable
from cronlytic_mcp.domain.engine.event import EventKind
from cronlytic_mcp.domain.engine.run import Outcome, RunSource, RunState
from cronlytic_mcp.domain.errors import InvalidArguments, JobNotFound
from tests.contract.engine_store import HOURLY, NOON, Undecided, a_job, a_run, an_event, refuse, rows

MINUTE = timedelta(minutes=1)
ODD = {"text": 'grün ✓ "\\u0000" \x00', "list": [1, None, True, 0.5], "deep": {"a": []}}


@frozen
class AnalysesUnderTest:
    """A store's analyses and its jobs, and the same data as another process would open it.

    outage: where the store can fail, a context in which every call does; None where it cannot.
    """

    store: AnalysisStore
    jobs: EngineStore
    other: AnalysisStore
    outage: Callable[[], AbstractAsyncContextManager[None]] | None = None


def starts(session_id="s1", now=NOON, **options):
    return lambda found: start_analysis(found, session_id, "rules", now, **options)


def looks(now=NOON):
    return lambda found: call_tool(found, "get_latest_response", {}, now, lambda _: (None, {}))


def tightens(now=NOON):
    def act(view):
        return propose_interval(view, 5 * MINUTE, 60 * MINUTE, "an incident", now), ODD

    return lambda found: call_tool(found, "propose_interval", ODD, now, act)


def submits(now=NOON, **said):
    return lambda found: submit_analysis(found, "All is well ✓", now, **said)


def spends(tokens):
    return lambda found: spend_tokens(found, tokens)


def ids(sessions):
    return [session.session_id for session in sessions]


class AnalysisStoreContract:
    pytestmark = pytest.mark.anyio

    @pytest.fixture
    def store(self, backend):
        return backend.store

    @pytest.fixture
    async def jobs(self, backend):
        await backend.jobs.add_job(Change(a_job("job-1", NOON + 60 * MINUTE)))
        await backend.jobs.add_job(Change(a_job("job-2", NOON + 60 * MINUTE)))
        return backend.jobs

    # What a job keeps

    async def test_a_job_keeps_its_hints_its_pause_and_where_it_stands(self, store, jobs):
        await store.open_session("job-1", starts())
        await jobs.change_job("job-1", lambda view: propose_interval(view, MINUTE, 60 * MINUTE, "a ✓", NOON))
        await jobs.change_job(
            "job-1", lambda view: propose_next_time(view, NOON + MINUTE, 30 * MINUTE, "b", NOON)
        )
        written = await jobs.change_job(
            "job-1", lambda view: pause_until(view, NOON + 99 * MINUTE, "c", NOON)
        )

        read = await jobs.get_job("job-1")
        assert read == written
        assert read.plan.source is RunSource.PAUSED
        assert (read.pause.held.at, read.pause.held.source) == (NOON + MINUTE, RunSource.HINT_NEXT_RUN)
        assert read.analysis.last_at == NOON

    async def test_the_end_of_a_hint_is_when_a_job_is_due(self, store, jobs):
        await jobs.delete_job("job-2", an_event("job-2"))
        await jobs.change_job(
            "job-1", lambda view: propose_interval(view, 90 * MINUTE, 20 * MINUTE, "calm", NOON)
        )

        assert await jobs.next_due_at() == NOON + 20 * MINUTE
        assert len(await store.list_due_analyses(NOON, 9)) == 1

    # Sessions

    async def test_a_session_is_written_with_what_it_makes_of_the_job(self, store, jobs):
        step = await store.open_session("job-1", starts(shadow=True))

        assert await store.get_session("s1") == step.session
        assert step.session.shadow
        assert step.change.job == await jobs.get_job("job-1")
        assert (await jobs.events_since(0, 9))[-1].kind is EventKind.ANALYSIS_STARTED

    async def test_a_call_its_act_and_its_events_are_written_as_one(self, store, jobs):
        await store.open_session("job-1", starts())

        step = await store.change_session("s1", tightens())

        assert (await store.get_session("s1")).call_count == 1
        (call,) = await store.list_calls("s1")
        assert call == step.calls[0]
        assert (call.arguments, call.result, call.applied, call.refused) == (ODD, ODD, True, False)
        assert (await jobs.get_job("job-1")).hints == step.change.job.hints != a_job().hints
        assert (await jobs.events_since(0, 9))[-1].kind is EventKind.HINT_PROPOSED

    async def test_an_ended_session_keeps_everything(self, store, jobs):
        await store.open_session("job-1", starts())
        said = {"actions_taken": ["one ✓", "two"], "confidence": Confidence.LOW, "next_analysis_in_ms": 1}
        step = await store.change_session("s1", submits(NOON + MINUTE, **said))

        read = await store.get_session("s1")
        assert read == step.session
        assert (read.state, read.actions_taken, read.confidence) == ("submitted", ("one ✓", "two"), "low")
        assert (await jobs.get_job("job-1")).analysis == AnalysisState(NOON, 0, NOON + 6 * MINUTE)

    async def test_the_sixteenth_call_ends_the_session_for_good(self, store, jobs):
        await store.open_session("job-1", starts())
        for _ in range(CALL_LIMIT):
            assert (await store.change_session("s1", looks())).refusal is None

        step = await store.change_session("s1", tightens())

        assert isinstance(step.refusal, AnalysisLimitReached)
        read = await store.get_session("s1")
        assert (read.state, read.call_count, read.warnings) == (
            SessionState.LIMIT_REACHED,
            15,
            step.session.warnings,
        )
        assert [call.number for call in await store.list_calls("s1")] == list(range(1, 16))
        assert not (await jobs.get_job("job-1")).hints

    async def test_a_decision_that_fails_changes_nothing(self, store, jobs):
        await store.open_session("job-1", starts())
        before = await jobs.get_job("job-1"), await store.get_session("s1"), await jobs.events_since(0, 99)

        for call in (lambda: store.open_session("job-1", refuse), lambda: store.change_session("s1", refuse)):
            with pytest.raises(Undecided):
                await call()

        after = await jobs.get_job("job-1"), await store.get_session("s1"), await jobs.events_since(0, 99)
        assert after == before

    async def test_of_a_job_one_session_is_open(self, store, backend, jobs):
        results = await asyncio.gather(
            *(
                place.open_session("job-1", starts(f"s{n}"))
                for n, place in enumerate([store, backend.other] * 3)
            ),
            return_exceptions=True,
        )

        assert sum(isinstance(found, AnalysisAlreadyOpen) for found in results) == 5
        assert len(await store.list_sessions(9)) == 1
        assert (await jobs.get_job("job-1")).analysis.last_at == NOON

    async def test_an_idle_session_makes_way(self, store, jobs):
        await store.open_session("job-1", starts())

        await store.open_session("job-1", starts("s2", NOON + IDLE_LIMIT))

        assert (await store.get_session("s1")).state is SessionState.ABANDONED
        assert (await store.get_session("s2")).state is SessionState.OPEN
        assert (await jobs.get_job("job-1")).analysis.last_at == NOON + IDLE_LIMIT

    async def test_calls_at_the_same_time_are_all_counted(self, store, backend, jobs):
        await store.open_session("job-1", starts())

        places = [store, backend.other] * 4
        await asyncio.gather(*(place.change_session("s1", looks()) for place in places))

        assert (await store.get_session("s1")).call_count == 8
        assert len(await store.list_calls("s1")) == 8
        assert (await jobs.get_job("job-1")).job_id == "job-1"

    async def test_sessions_come_the_newest_first_page_by_page(self, store, jobs):
        for n in range(4):
            job_id = "job-2" if n == 3 else "job-1"
            await store.open_session(job_id, starts(f"s{n}", NOON + n // 2 * MINUTE))
            await store.change_session(f"s{n}", submits())

        assert ids(await store.list_sessions(9)) == ["s3", "s2", "s1", "s0"]
        assert ids(await store.list_sessions(2, job_id="job-1")) == ["s2", "s1"]
        before = (await store.get_session("s1")).position
        assert ids(await store.list_sessions(9, before=before)) == ["s0"]
        assert (await jobs.get_job("job-1")).job_id == "job-1"

    async def test_what_was_left_alone_is_found(self, store, jobs):
        await store.open_session("job-1", starts())
        await store.open_session("job-2", starts("s2", NOON - MINUTE))

        assert not await store.list_idle_sessions(NOON + IDLE_LIMIT - 2 * MINUTE, 9)
        assert ids(await store.list_idle_sessions(NOON + IDLE_LIMIT, 9)) == ["s2", "s1"]
        assert ids(await store.list_idle_sessions(NOON + IDLE_LIMIT, 1)) == ["s2"]
        await store.change_session("s2", lambda found: abandon_analysis(found, NOON + IDLE_LIMIT))
        assert ids(await store.list_idle_sessions(NOON + IDLE_LIMIT, 9)) == ["s1"]
        assert (await jobs.get_job("job-1")).job_id == "job-1"

    # What is due

    async def test_jobs_that_are_due_come_the_longest_due_first(self, store, jobs):
        await jobs.add_job(Change(a_job("job-0", created_at=NOON - 2 * MINUTE)))
        await jobs.add_job(Change(a_job("gone", None)))

        async def due(now, limit=9):
            return [job.job_id for job in await store.list_due_analyses(now, limit)]

        assert await due(NOON) == ["job-1", "job-2", "job-0"]
        assert await due(NOON, 1) == ["job-1"]
        await store.open_session("job-1", starts())
        assert await due(NOON + IDLE_LIMIT - MINUTE) == ["job-2", "job-0"]
        await store.change_session("s1", submits(next_analysis_in_ms=600_000))
        assert await due(NOON + 9 * MINUTE) == ["job-2", "job-0"]
        assert await due(NOON + 10 * MINUTE) == ["job-2", "job-0", "job-1"]
        assert not await store.list_due_analyses(NOON - timedelta(days=9), 9)

    async def test_a_job_whose_session_was_left_alone_is_found_again(self, store, jobs):
        await store.open_session("job-1", starts())
        await store.open_session("job-2", starts("s2"))
        await jobs.change_job(
            "job-1", lambda view: Change(evolve(view.job, analysis=view.job.analysis.changed(NOON + MINUTE)))
        )

        assert not await store.list_due_analyses(NOON + IDLE_LIMIT - MINUTE, 9)
        found = await store.list_due_analyses(NOON + IDLE_LIMIT, 9)
        assert [job.job_id for job in found] == ["job-1"]

    # Tokens, answers, groups

    async def test_tokens_are_summed_over_all_sessions_of_a_time(self, store, jobs):
        for n, tokens in enumerate([1_000, 20, 3]):
            await store.open_session("job-1", starts(f"s{n}", NOON + n * 60 * MINUTE))
            await store.change_session(f"s{n}", spends(tokens))

        hour = 60 * MINUTE
        assert await store.sum_tokens(NOON, NOON + 3 * hour) == 1_023
        assert await store.sum_tokens(NOON, NOON + hour) == 1_000
        assert await store.sum_tokens(NOON + 4 * hour, NOON + 5 * hour) == 0
        assert (await jobs.get_job("job-1")).job_id == "job-1"

    async def test_answers_come_the_newest_first_with_their_bodies(self, store, jobs):
        made = [
            a_run(
                NOON + n * MINUTE,
                RunState.SUCCESS if n % 2 else RunState.FAILED,
                finished_at=NOON,
                outcome=Outcome(bool(n % 2), 1, 200, 0.1, body=f"body {n}"),
            )
            for n in range(5)
        ]
        await jobs.change_job("job-1", rows(*made, a_run(NOON + 9 * MINUTE, RunState.MISSED)))

        found = await store.list_responses("job-1", 2)
        assert [run.outcome.body for run in found] == ["body 4", "body 3"]
        assert list(found) == made[:2:-1]
        found = await store.list_responses("job-1", 9, offset=3)
        assert [run.outcome.body for run in found] == ["body 1", "body 0"]
        assert not await store.list_responses("job-2", 9)

    async def test_a_group_is_its_jobs_by_name(self, store, jobs):
        for job_id, name, group in (
            ("g1", "beta", "shop"),
            ("g2", "Alpha", "shop"),
            ("g3", "alpha", "other"),
        ):
            await jobs.add_job(Change(a_job(job_id, spec=evolve(HOURLY, name=name, group=group))))

        assert [job.job_id for job in await store.list_group("shop")] == ["g2", "g1"]
        assert not await store.list_group("none")

    # The end

    async def test_old_sessions_are_forgotten_with_their_calls(self, store, jobs):
        for n in range(3):
            await store.open_session("job-1", starts(f"s{n}", NOON + n * MINUTE))
            await store.change_session(f"s{n}", submits(NOON + n * MINUTE))
        await store.open_session("job-1", starts("open", NOON - MINUTE))

        assert await store.forget_sessions(NOON + 2 * MINUTE, 1) == 1
        assert await store.forget_sessions(NOON + 2 * MINUTE, 9) == 1
        assert await store.forget_sessions(NOON + 2 * MINUTE, 9) == 0
        assert ids(await store.list_sessions(9)) == ["s2", "open"]
        assert (await jobs.get_job("job-1")).job_id == "job-1"

    async def test_a_deleted_job_takes_its_sessions_along(self, store, jobs):
        await store.open_session("job-1", starts())
        await store.change_session("s1", looks())

        await jobs.delete_job("job-1", an_event())

        assert not await store.list_sessions(9)
        with pytest.raises(AnalysisNotFound):
            await store.get_session("s1")

    async def test_what_is_not_there_is_told(self, store, jobs, subtests):
        for name, call in BY_SESSION.items():
            with subtests.test(call=name), pytest.raises(AnalysisNotFound):
                await call(store, "nobody")
            with subtests.test(call=name), pytest.raises(InvalidArguments):
                await call(store, "no/body")
        for name, call in BY_JOB.items():
            with subtests.test(call=name), pytest.raises(JobNotFound):
                await call(store, "nobody")
            with subtests.test(call=name), pytest.raises(InvalidArguments):
                await call(store, "no/body")
        assert not await store.list_sessions(9)
        assert (await jobs.get_job("job-1")).version == 1

    async def test_a_store_that_cannot_be_used_says_so(self, store, backend, jobs, subtests):
        if backend.outage is None:
            pytest.skip("this store cannot fail")
        await store.open_session("job-1", starts())

        async with backend.outage():
            for name, call in CALLS.items():
                with subtests.test(call=name), pytest.raises(StoreUnavailable):
                    await call(store)

        assert ids(await store.list_sessions(9)) == ["s1"]
        assert (await jobs.get_job("job-1")).job_id == "job-1"

    def test_every_call_is_made_during_an_outage(self):
        assert set(CALLS) == {name for name in vars(AnalysisStore) if not name.startswith("_")}


BY_SESSION = {
    "change_session": lambda store, session_id: store.change_session(session_id, looks()),
    "get_session": lambda store, session_id: store.get_session(session_id),
    "list_calls": lambda store, session_id: store.list_calls(session_id),
}
BY_JOB = {
    "open_session": lambda store, job_id: store.open_session(job_id, starts("s9")),
    "list_sessions": lambda store, job_id: store.list_sessions(9, job_id=job_id),
    "list_responses": lambda store, job_id: store.list_responses(job_id, 9),
}
CALLS = {
    **{name: lambda store, call=call: call(store, "s1") for name, call in BY_SESSION.items()},
    **{name: lambda store, call=call: call(store, "job-1") for name, call in BY_JOB.items()},
    "list_idle_sessions": lambda store: store.list_idle_sessions(NOON, 9),
    "list_due_analyses": lambda store: store.list_due_analyses(NOON, 9),
    "sum_tokens": lambda store: store.sum_tokens(NOON, NOON + MINUTE),
    "list_group": lambda store: store.list_group("shop"),
    "forget_sessions": lambda store: store.forget_sessions(NOON, 9),
}
